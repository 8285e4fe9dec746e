// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignalLink, backOffMs } from '../../main/web/signal-link.js';
import { VirtualClock, fakeNetwork, joinedMessage, settle } from './fakes.mjs';

function lineUp() {
  const network = fakeNetwork();
  const clock = new VirtualClock();
  const seen = { events: [], states: [], snapshots: [], rtts: [] };
  const link = new SignalLink({
    url: 'ws://x/ws', WebSocket: network.FakeWebSocket, clock, random: () => 0.5,
    onEvent: (event) => seen.events.push(event),
    onState: (state, reason) => seen.states.push(reason === null ? state : `${state}: ${reason}`),
    onSnapshot: (snapshot) => seen.snapshots.push(snapshot),
    onRtt: (ms) => seen.rtts.push(ms),
  });
  return { network, clock, link, seen };
}

async function joined() {
  const all = lineUp();
  const opening = all.link.open({ room: 'tea', name: 'Bo', offer: 'v=0' });
  all.network.socket.accept();
  all.network.socket.say(joinedMessage({ id: all.network.socket.last('join').id }));
  await opening;
  return all;
}

async function comeBack(all, reply) {
  await all.clock.advance(100);
  all.network.socket.accept();
  const { id } = all.network.socket.last('join');
  all.network.socket.say({ id, ...reply });
  await settle();
}

test('should send the join with its offer as the first message', async () => {
  const { network, link } = await joined();
  assert.equal(network.socket.protocol, 'lianmai.v1');
  assert.deepEqual(network.socket.sent.map(({ type, offer }) => ({ type, offer })), [{ type: 'join', offer: 'v=0' }]);
  assert.equal(link.state, 'open');
});

test('should reject a refused join with the code and the sentence of the server', async () => {
  const { network, link, seen } = lineUp();
  const opening = link.open({ room: 'tea', name: 'Bo', offer: 'v=0' });
  network.socket.accept();
  network.socket.say({ type: 'error', id: network.socket.last('join').id, code: 'roomLocked', message: 'The room is locked.' });
  await assert.rejects(opening, { code: 'roomLocked', message: 'The room is locked.' });
  assert.deepEqual(seen.states, ['joining', 'closed: refused']);
});

test('should reject a join when nobody listens', async () => {
  const { network, link } = lineUp();
  const opening = link.open({ room: 'tea' });
  network.socket.hangUp();
  await assert.rejects(opening, { code: 'unreachable' });
});

test('should give each reply to its own request, in any order', async () => {
  const { network, link } = await joined();
  const first = link.request('apply');
  const second = link.request('lock');
  network.socket.say({ type: 'error', id: network.socket.last('lock').id, code: 'notAllowed', message: 'No.' });
  network.socket.say({ type: 'ok', id: network.socket.last('apply').id });
  assert.equal((await first).type, 'ok');
  await assert.rejects(second, { code: 'notAllowed', request: 'lock' });
});

test('should give up a request that nobody answers after ten seconds', async () => {
  const { network, clock, link } = await joined();
  const asked = assert.rejects(link.request('apply'), { code: 'timeout' });
  await clock.advance(5_000);
  network.socket.say({ type: 'pong', id: network.socket.last('ping').id });
  await clock.advance(5_000);
  await asked;
});

test('should resume with its token and the last event seen, and send unanswered requests again under the same id', async () => {
  const all = await joined();
  const { network, link, seen } = all;
  network.socket.say({ type: 'seat', seq: 1, seat: 1, state: 'empty' });
  network.socket.say({ type: 'seat', seq: 2, seat: 1, state: 'empty' });
  const asked = link.request('apply');
  const sentFirst = network.socket.last('apply');
  network.socket.hangUp(1006);
  assert.equal(link.state, 'resuming');
  await comeBack(all, { type: 'resumed', replayed: 0 });
  assert.deepEqual(network.socket.sent[0].resume, { token: 'secret', seq: 2 });
  assert.deepEqual(network.socket.last('apply'), sentFirst);
  network.socket.say({ type: 'ok', id: sentFirst.id });
  await asked;
  assert.deepEqual(seen.states, ['joining', 'open', 'resuming: closed 1006', 'open']);
});

test('should send what was asked while the line was down', async () => {
  const all = await joined();
  all.network.socket.hangUp(1006);
  const asked = all.link.request('chat', { text: 'hi' });
  await comeBack(all, { type: 'resumed', replayed: 0 });
  all.network.socket.say({ type: 'ok', id: all.network.socket.last('chat').id });
  await asked;
});

test('should hear a replayed event once', async () => {
  const all = await joined();
  all.network.socket.say({ type: 'locked', seq: 1, locked: true });
  all.network.socket.hangUp(1006);
  await comeBack(all, { type: 'resumed', replayed: 2 });
  all.network.socket.say({ type: 'locked', seq: 1, locked: true });
  all.network.socket.say({ type: 'locked', seq: 2, locked: false });
  assert.deepEqual(all.seen.events.map(({ seq }) => seq), [1, 2]);
});

test('should go on counting after a snapshot from where the snapshot says', async () => {
  const all = await joined();
  all.network.socket.hangUp(1006);
  await comeBack(all, { ...joinedMessage(), type: 'snapshot', resume: { token: 'secret', seq: 311 } });
  assert.equal(all.seen.snapshots.length, 1);
  all.network.socket.say({ type: 'locked', seq: 311, locked: true });
  all.network.socket.say({ type: 'locked', seq: 312, locked: true });
  assert.deepEqual(all.seen.events.map(({ seq }) => seq), [312]);
});

test('should close for good when the server has forgotten the session', async () => {
  const all = await joined();
  const asked = all.link.request('apply');
  all.network.socket.hangUp(1006);
  const refused = assert.rejects(asked, { code: 'resumeExpired' });
  await comeBack(all, { type: 'error', code: 'resumeExpired', message: 'The session is over; join anew.' });
  await refused;
  assert.equal(all.link.state, 'closed');
  assert.equal(all.clock.waiting, 0);
});

for (const [code, reason] of [[1000, 'left'], [4001, 'unauthorized'], [4002, 'kicked'], [4004, 'replaced'], [4005, 'roomClosed']]) {
  test(`should not come back after close code ${code}`, async () => {
    const all = await joined();
    all.network.socket.hangUp(code);
    assert.equal(all.seen.states.at(-1), `closed: ${reason}`);
    await all.clock.advance(60_000);
    assert.equal(all.network.sockets.length, 1);
  });
}

for (const code of [1001, 1006, 1011, 4003, 4006]) {
  test(`should come back after close code ${code}`, async () => {
    const all = await joined();
    all.network.socket.hangUp(code);
    await all.clock.advance(100);
    assert.equal(all.network.sockets.length, 2);
  });
}

test('should believe a closing message more than the close code', async () => {
  const all = await joined();
  all.network.socket.say({ type: 'closing', reason: 'serverClosing' });
  all.network.socket.hangUp(1001);
  assert.equal(all.seen.states.at(-1), 'closed: serverClosing');
});

test('should notice a line that went silent by its ping and resume', async () => {
  const all = await joined();
  await all.clock.advance(5_000);
  assert.ok(all.network.socket.last('ping'));
  await all.clock.advance(5_000);
  assert.equal(all.seen.states.at(-1), 'resuming: silent');
});

test('should measure the round trip of a ping', async () => {
  const all = await joined();
  await all.clock.advance(5_000);
  await all.clock.advance(12);
  all.network.socket.say({ type: 'pong', id: all.network.socket.last('ping').id });
  await settle();
  assert.deepEqual(all.seen.rtts, [12]);
});

test('should try ever more rarely and give up after a minute', async () => {
  const all = await joined();
  all.network.socket.hangUp(1006);
  for (let i = 0; i < 60 && all.link.state === 'resuming'; i++) {
    await all.clock.advance(4_000);
    if (all.network.socket.readyState === 0) all.network.socket.hangUp(1006);
  }
  assert.equal(all.seen.states.at(-1), 'closed: unreachable');
  assert.ok(all.network.sockets.length < 30, `${all.network.sockets.length} attempts`);
});

test('should ignore a socket it has given up', async () => {
  const all = await joined();
  const old = all.network.socket;
  all.link.drop();
  await comeBack(all, { type: 'resumed', replayed: 0 });
  old.say({ type: 'locked', seq: 9, locked: true });
  old.hangUp(4002);
  assert.equal(all.link.state, 'open');
  assert.deepEqual(all.seen.events, []);
});

test('should survive what is not a message', async () => {
  const all = await joined();
  for (const text of ['', '{', 'null', '7', '[]', '{"type":"ok","id":"nobody"}']) all.network.socket.say(text);
  assert.equal(all.link.state, 'open');
});

test('should say goodbye when it is closed, and refuse what comes later', async () => {
  const all = await joined();
  const asked = assert.rejects(all.link.request('apply'), { code: 'closed' });
  all.link.close();
  await asked;
  assert.equal(all.network.socket.sent.at(-1).type, 'leave');
  assert.equal(all.network.socket.closedWith, 1000);
  await assert.rejects(all.link.request('apply'), { code: 'closed' });
  assert.equal(all.clock.waiting, 0);
});

test('should wait longer from attempt to attempt, up to four seconds and half', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 20].map((n) => backOffMs(n, () => 0.5)), [100, 250, 500, 1000, 2000, 4000, 4000, 4000]);
  assert.deepEqual([backOffMs(1, () => 0), backOffMs(1, () => 1)], [125, 375]);
});

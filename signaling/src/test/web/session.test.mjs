// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { join } from '../../main/web/lianmai-client.js';
import { FakeMediaStream, VirtualClock, fakeNetwork, fakeWebRtc, joinedMessage, settle } from './fakes.mjs';

before(() => {
  globalThis.MediaStream = FakeMediaStream;
});

async function joinRoom(changes = {}) {
  const network = fakeNetwork();
  const webRtc = fakeWebRtc();
  const clock = new VirtualClock();
  const joining = join({
    url: 'ws://x/ws', room: 'tea', name: 'Bo', WebSocket: network.FakeWebSocket,
    RTCPeerConnection: webRtc.FakePeerConnection, clock, random: () => 0.5,
  });
  await settle();
  network.socket.accept();
  network.socket.say(joinedMessage({ id: network.socket.last('join').id, ...changes }));
  return { session: await joining, network, webRtc, clock };
}

const camera = () => new FakeMediaStream([{ kind: 'audio', id: 'mic' }, { kind: 'video', id: 'cam' }]);
const uplink = ({ connection }) => connection.transceivers.slice(0, 2).map(({ sender }) => sender.track?.id ?? null);

test('should offer two uplink lines and two lines per seat', async () => {
  const { webRtc } = await joinRoom();
  assert.deepEqual(webRtc.connection.transceivers.map(({ kind, direction }) => `${kind} ${direction}`), [
    'audio sendonly', 'video sendonly', ...Array(4).fill(['audio recvonly', 'video recvonly']).flat(),
  ]);
});

test('should find the tracks of a seat by the lines the server named', async () => {
  const { session } = await joinRoom();
  assert.deepEqual(session.seat(2).stream.getTracks().map(({ id }) => id), ['audio-6', 'video-7']);
});

test('should keep the stream of a seat over a restart', async () => {
  const { session, network } = await joinRoom();
  const { stream } = session.seat(1);
  const restarting = session.restartMedia();
  await settle();
  network.socket.say({ type: 'answer', id: network.socket.last('offer').id, answer: 'v=0', seats: joinedMessage().seats });
  await restarting;
  assert.equal(session.seat(1).stream, stream);
});

test('should tell a new handler every seat as it is', async () => {
  const { session } = await joinRoom();
  const heard = [];
  session.on('seat', ({ seat, state }) => heard.push(`${seat} ${state}`));
  await settle();
  assert.deepEqual(heard, ['0 occupied', '1 empty', '2 empty', '3 empty']);
});

test("should publish by the README's lines, though the join itself puts the host on stage", async () => {
  const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
  const lines = readme.match(/```js\n([\s\S]*?)```/)[1].trim();
  assert.ok(lines.split('\n').length <= 10, 'ten lines at most');
  const { session, network, webRtc } = await joinRoom();
  // The seat comes with `joined`, before the lines below can ask to be told.
  network.socket.say({ type: 'seat', seq: 1, seat: 1, state: 'occupied', member: { id: 'm2', name: 'Bo', role: 'host', seat: 1 } });
  network.socket.say({ type: 'onStage', seq: 2, seat: 1 });
  const page = Object.fromEntries([0, 1, 2, 3].map((seat) => [`#seat${seat}`, {}]));
  const body = lines.replace(/^import .*$/m, '').replace(/^const session = await join.*$/m, '');
  const run = new Function('session', 'document', 'navigator', 'console', body);
  run(session, { querySelector: (name) => page[name] }, { mediaDevices: { getUserMedia: async () => camera() } }, { log() {} });
  await settle();
  assert.deepEqual(uplink(webRtc), ['mic', 'cam']);
  assert.deepEqual(page['#seat1'].srcObject.getTracks().map(({ id }) => id), ['mic', 'cam']);
  assert.deepEqual(page['#seat0'].srcObject.getTracks().map(({ id }) => id), ['audio-2', 'video-3']);
});

test('should go on and off the stage without another offer', async () => {
  const { session, network, webRtc } = await joinRoom();
  const off = [];
  session.on('onStage', () => session.publish(camera()));
  session.on('offStage', ({ reason }) => off.push(reason));
  network.socket.say({ type: 'onStage', seq: 1, seat: 1 });
  network.socket.say({ type: 'seat', seq: 2, seat: 1, state: 'occupied', member: { id: 'm2', name: 'Bo', role: 'guest', seat: 1 } });
  await settle();
  assert.equal(session.onStage, true);
  assert.deepEqual(uplink(webRtc), ['mic', 'cam']);
  assert.deepEqual(session.seat(1).stream.getTracks().map(({ id }) => id), ['mic', 'cam']);
  network.socket.say({ type: 'seat', seq: 3, seat: 1, state: 'empty' });
  network.socket.say({ type: 'offStage', seq: 4, reason: 'removed' });
  await settle();
  assert.deepEqual(off, ['removed']);
  assert.deepEqual(uplink(webRtc), [null, null]);
  assert.equal(webRtc.connection.offers.length, 1);
  assert.equal(webRtc.connections.length, 1);
});

test('should keep its peer connection when only the WebSocket drops', async () => {
  const { session, network, webRtc, clock } = await joinRoom();
  const links = [];
  session.on('link', ({ state }) => links.push(state));
  session.dropSignaling();
  await clock.advance(100);
  network.socket.accept();
  network.socket.say({ type: 'resumed', id: network.socket.last('join').id, replayed: 0 });
  await settle();
  assert.deepEqual(links, ['resuming', 'open']);
  assert.equal(webRtc.connection.closed, false);
  assert.equal(webRtc.connection.offers.length, 1);
});

test('should restart ICE two seconds after the way was interrupted, at once when it failed', async () => {
  for (const [state, afterMs] of [['disconnected', 2_000], ['failed', 0]]) {
    const { network, webRtc, clock } = await joinRoom();
    webRtc.connection.become(state);
    if (afterMs > 0) {
      await clock.advance(afterMs - 1);
      assert.equal(webRtc.connection.offers.length, 1);
    }
    await clock.advance(1);
    assert.deepEqual(webRtc.connection.offers[1], { iceRestart: true });
    network.socket.say({ type: 'answer', id: network.socket.last('offer').id, answer: 'v=0 again', seats: [] });
    await settle();
    assert.deepEqual(webRtc.connection.answers, ['v=0 answer', 'v=0 again']);
  }
});

test('should not restart ICE when the way comes back by itself', async () => {
  const { webRtc, clock } = await joinRoom();
  webRtc.connection.become('disconnected');
  await clock.advance(1_900);
  webRtc.connection.become('connected');
  await clock.advance(1_900);
  assert.equal(webRtc.connection.offers.length, 1);
});

test('should begin the media anew when a restart did not help, and keep sending', async () => {
  const { session, network, webRtc, clock } = await joinRoom();
  await session.publish(camera());
  webRtc.connection.become('failed');
  await settle();
  network.socket.say({ type: 'answer', id: network.socket.last('offer').id, answer: 'v=0', seats: [] });
  await clock.advance(4_000);
  assert.equal(webRtc.connections.length, 2);
  network.socket.say({ type: 'answer', id: network.socket.last('offer').id, answer: 'v=0', seats: joinedMessage().seats });
  await settle();
  assert.equal(webRtc.connections[0].closed, true);
  assert.deepEqual(uplink(webRtc), ['mic', 'cam']);
  assert.ok(session.seat(0).stream);
});

test('should go on restarting while the server refuses a new connection', async () => {
  const { network, webRtc, clock } = await joinRoom();
  webRtc.connection.become('failed');
  await settle();
  network.socket.say({ type: 'answer', id: network.socket.last('offer').id, answer: 'v=0', seats: [] });
  await clock.advance(4_000);
  network.socket.say({ type: 'error', id: network.socket.last('offer').id, code: 'badOffer', message: 'Keep the certificate.' });
  await settle();
  assert.equal(webRtc.connections[1].closed, true);
  assert.deepEqual(webRtc.connections[0].offers.at(-1), { iceRestart: true });
  assert.equal(webRtc.connections[0].offers.length, 3);
});

test('should show an application and an invitation with their ends', async () => {
  const { session, network, clock } = await joinRoom();
  const applying = session.apply();
  network.socket.say({ type: 'ok', id: network.socket.last('apply').id });
  await applying;
  assert.equal(session.state.application.expiresAt, 60_000);
  network.socket.say({ type: 'applicationEnded', seq: 1, member: { id: 'm2', name: 'Bo', role: 'viewer' }, reason: 'declined' });
  assert.equal(session.state.application, null);
  network.socket.say({ type: 'invited', seq: 2, by: { id: 'm1', name: 'Mei', role: 'host' }, seat: 1, expiresInMs: 30_000 });
  assert.equal(session.state.invitation.expiresAt, clock.now() + 30_000);
  network.socket.say({ type: 'invitationEnded', seq: 3, member: { id: 'm2', name: 'Bo', role: 'viewer' }, reason: 'timedOut' });
  assert.equal(session.state.invitation, null);
});

test('should take a snapshot for the whole truth', async () => {
  const { session, network, clock } = await joinRoom();
  const heard = [];
  session.on('onStage', ({ seat }) => heard.push(`on ${seat}`));
  session.dropSignaling();
  await clock.advance(100);
  network.socket.accept();
  const me = { id: 'm2', name: 'Bo', role: 'guest', seat: 3 };
  network.socket.say(joinedMessage({
    type: 'snapshot', id: network.socket.last('join').id, you: me, answer: undefined, seats: undefined,
    stage: [{ seat: 3, state: 'occupied', member: me }], resume: { token: 'secret', seq: 400 },
  }));
  await settle();
  assert.deepEqual(heard, ['on 3']);
  assert.equal(session.state.mySeat, 3);
  assert.equal(session.state.seats[0].state, 'empty');
});

test('should end with a reason and close the media when it is kicked', async () => {
  const { session, network, webRtc } = await joinRoom();
  const ends = [];
  session.on('ended', ({ reason }) => ends.push(reason));
  network.socket.say({ type: 'closing', reason: 'kicked' });
  network.socket.hangUp(4002);
  session.leave();
  assert.deepEqual(ends, ['kicked']);
  assert.equal(webRtc.connection.closed, true);
});

test('should close the media when the join is refused', async () => {
  const network = fakeNetwork();
  const webRtc = fakeWebRtc();
  const joining = join({
    url: 'ws://x/ws', room: 'tea', name: 'Bo', WebSocket: network.FakeWebSocket,
    RTCPeerConnection: webRtc.FakePeerConnection, clock: new VirtualClock(),
  });
  const refused = assert.rejects(joining, { code: 'roomFull' });
  await settle();
  network.socket.accept();
  network.socket.say({ type: 'error', id: network.socket.last('join').id, code: 'roomFull', message: 'The room is full.' });
  await refused;
  assert.equal(webRtc.connection.closed, true);
});

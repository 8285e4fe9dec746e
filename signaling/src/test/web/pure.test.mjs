// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CROSSING_MS, LaneAllocator } from '../../main/web/danmaku.js';
import { budgetShown, causeShares, duration, heightOf, topOf } from '../../main/web/latency-graph.js';
import { runsStage } from '../../main/web/lianmai-client.js';
import { roomName } from '../../main/web/lobby.js';
import { StatsReader } from '../../main/web/media-stats.js';
import { minutes, resultText, share } from '../../main/web/pk-view.js';
import { applyEvent, roomState } from '../../main/web/room-state.js';
import { figures, rate } from '../../main/web/tile.js';
import { joinedMessage } from './fakes.mjs';

/** mulberry32: small, seeded, good enough to scatter test lines. */
function seeded(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

test('should put the next line into the next lane while the first is still entering', () => {
  const lanes = new LaneAllocator({ lanes: 2 });
  assert.deepEqual([0, 1, 2].map((at) => lanes.take(300, 1000, at)), [0, 1, -1]);
});

test('should use a lane again when its last line is wholly in and slower ones follow', () => {
  const lanes = new LaneAllocator({ lanes: 1 });
  assert.equal(lanes.take(300, 1000, 0), 0);
  assert.equal(lanes.take(300, 1000, CROSSING_MS / 2), 0);
});

test('should not let a fast long line catch up with a slow short one', () => {
  const lanes = new LaneAllocator({ lanes: 1 });
  lanes.take(40, 1000, 0);
  assert.equal(lanes.take(2000, 1000, 700), -1);
});

test('should never let two lines of a lane touch, whatever comes', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const stage = 320 + random() * 1600;
    const lanes = new LaneAllocator({ lanes: 5 });
    const flying = [];
    for (let now = 0; now < 60_000; now += 20 + random() * 400) {
      const width = 20 + random() * 900;
      const lane = lanes.take(width, stage, now);
      if (lane >= 0) flying.push({ lane, width, now });
    }
    const head = (line, at) => stage - ((at - line.now) / CROSSING_MS) * (stage + line.width);
    for (let at = 0; at < 60_000; at += 250) {
      const onStage = flying.filter(({ now }) => now <= at && at < now + CROSSING_MS);
      for (let lane = 0; lane < 5; lane++) {
        const ordered = onStage.filter((line) => line.lane === lane).sort((a, b) => a.now - b.now);
        for (let i = 1; i < ordered.length; i++) {
          const tail = head(ordered[i - 1], at) + ordered[i - 1].width;
          assert.ok(tail <= head(ordered[i], at) + 0.001, `seed ${seed}: lines touch at ${at} ms`);
        }
      }
    }
  }
});

test('should keep what flies when the stage shrinks to fewer lanes', () => {
  const lanes = new LaneAllocator({ lanes: 3 });
  [0, 1, 2].forEach(() => lanes.take(300, 1000, 0));
  lanes.resize(1);
  assert.equal(lanes.size, 1);
  assert.equal(lanes.take(300, 1000, 10), -1);
  lanes.resize(0);
  assert.equal(lanes.size, 1);
});

test('should build the room from joined and know its own seat', () => {
  const you = { id: 'm1', name: 'Mei', role: 'host', seat: 0 };
  const state = roomState(joinedMessage({ you }));
  assert.equal(state.mySeat, 0);
  assert.equal(state.seats.length, 4);
  assert.equal(roomState(joinedMessage()).mySeat, -1);
});

const BO = { id: 'm2', name: 'Bo', role: 'guest', seat: 1 };
const PK_SEAT = { seat: 1, state: 'pk', member: { id: 'm9', name: 'Jo', role: 'host', seat: 1 }, room: 'jade' };
const PK_STARTED = { type: 'pkStarted', pk: { room: 'jade', host: PK_SEAT.member, seat: 1, durationMs: 60_000, endsInMs: 60_000, own: 0, other: 0 } };
const STEPS = [
  ['a seat is taken', { type: 'seat', seat: 1, state: 'occupied', member: BO }, ({ seats, mySeat }) => [seats[1].member.name, mySeat], ['Bo', 1]],
  ['a seat is given up', { type: 'seat', seat: 0, state: 'empty' }, ({ seats }) => seats[0].member, null],
  ['a reserved seat is not a taken one', { type: 'seat', seat: 1, state: 'reserved', member: BO }, ({ mySeat }) => mySeat, -1],
  ['a member is muted', { type: 'muted', member: 'm1', audio: true, video: false, by: 'm1' }, ({ seats }) => [seats[0].audioMuted, seats[0].videoMuted], [true, false]],
  ['an application comes', { type: 'application', member: BO, expiresInMs: 500 }, ({ applications }) => applications.get('m2').expiresAt, 1500],
  ['an application ends', { type: 'applicationEnded', member: BO, reason: 'left' }, ({ applications }) => applications.size, 0],
  ['a role changes', { type: 'role', member: 'm1', role: 'guest' }, ({ members, seats }) => [members.get('m1').role, seats[0].member.role], ['guest', 'guest']],
  ['a new host', { type: 'host', member: 'm2' }, ({ me }) => me.role, 'host'],
  ['no host for now', { type: 'host' }, ({ me }) => me.role, 'viewer'],
  ['the room is locked', { type: 'locked', locked: true }, ({ room }) => room.locked, true],
  ['somebody is away', { type: 'presence', member: 'm1', state: 'reconnecting' }, ({ reconnecting }) => [...reconnecting], ['m1']],
  ['somebody is back', { type: 'presence', member: 'm1', state: 'online' }, ({ reconnecting }) => [...reconnecting], []],
  ['somebody is gone', { type: 'memberLeft', member: { id: 'm1' }, reason: 'gone' }, ({ members }) => members.size, 0],
  ['somebody speaks', { type: 'activeSpeaker', seat: 0, member: 'm1' }, ({ speaker }) => speaker, 'm1'],
  ['nobody speaks', { type: 'activeSpeaker' }, ({ speaker }) => speaker, null],
  ['the audience grows', { type: 'audience', count: 7, newest: [BO] }, ({ audience }) => audience.count, 7],
  ['a PK begins', PK_STARTED, ({ pk }) => [pk.room, pk.endsAt, pk.own, pk.other], ['jade', 61_000, 0, 0]],
  ['a PK invitation comes', { type: 'pkInvited', room: 'jade', durationMs: 9, expiresInMs: 500 }, ({ pkInvitations, pkSent }) => [pkInvitations.get('jade').expiresAt, pkSent], [1500, null]],
  ['a PK invitation is out', { type: 'pkInvited', room: 'jade', sent: true, durationMs: 9, expiresInMs: 500 }, ({ pkInvitations, pkSent }) => [pkInvitations.size, pkSent.room], [0, 'jade']],
  ["another room's host is shown, and is no member", { type: 'seat', ...PK_SEAT }, ({ seats, members, mySeat }) => [seats[1].room, members.has('m9'), mySeat], ['jade', false, -1]],
  ['something unknown', { type: 'fireworks', seq: 3 }, ({ seats }) => seats.length, 4],
];

for (const [name, event, look, expected] of STEPS) {
  test(`should know what it means that ${name}`, () => {
    assert.deepEqual(look(applyEvent(roomState(joinedMessage()), event, 1000)), expected);
  });
}

test('should follow a PK to its result and forget who was shown', () => {
  const state = roomState(joinedMessage());
  const steps = [{ type: 'pkInvited', room: 'jade', sent: true, durationMs: 60_000, expiresInMs: 500 }, { type: 'pkInvitationEnded', room: 'jade', sent: true, reason: 'accepted' },
    { type: 'seat', ...PK_SEAT }, PK_STARTED, { type: 'presence', member: 'm9', state: 'reconnecting' }, { type: 'activeSpeaker', seat: 1, member: 'm9' },
    { type: 'pkScore', own: 3, other: 4, endsInMs: 1_000 }];
  for (const step of steps) applyEvent(state, step, 500);
  assert.deepEqual([state.pkSent, state.pk.own, state.pk.other, state.pk.endsAt], [null, 3, 4, 1_500]);
  applyEvent(state, { type: 'seat', seat: 1, state: 'empty' }, 900);
  applyEvent(state, { type: 'pkEnded', reason: 'timeOver', own: 3, other: 4, winner: 'jade' }, 900);
  assert.deepEqual([state.pk, state.speaker, state.reconnecting.size], [null, null, 0]);
  assert.deepEqual(state.pkResult, { room: 'jade', own: 3, other: 4, reason: 'timeOver', by: null, winner: 'jade', at: 900 });
  applyEvent(state, { type: 'pkScore', own: 9, other: 9, endsInMs: 1 }, 901);
  assert.equal(state.pk, null);
});

test('should know a PK that runs already when one comes', () => {
  const state = roomState(joinedMessage({ pk: { ...PK_STARTED.pk, own: 7, endsInMs: 20_000 } }), 1_000);
  assert.deepEqual([state.pk.own, state.pk.endsAt, state.pk.forMs], [7, 21_000, 60_000]);
});

test('should draw the score of a PK so that both sides can be seen', () => {
  assert.deepEqual([share(0, 0), share(1, 3), share(0, 9), share(9, 0)], [0.5, 0.25, 0.12, 0.88]);
  assert.deepEqual([0, 900, 65_000, 300_000].map(minutes), ['0:00', '0:01', '1:05', '5:00']);
  assert.deepEqual([resultText({ winner: 'jade', reason: 'timeOver' }), resultText({ winner: null, reason: 'hostLeft' })],
    ['jade wins', 'A draw (a host left)']);
});

test('should let host and moderators run the stage', () => {
  assert.deepEqual(['host', 'moderator', 'guest', 'viewer'].map((role) => runsStage({ role })), [true, true, false, false]);
});

test('should turn two readings into rates per seat', () => {
  const lines = new Map([['2', { seat: 0, kind: 'audio' }], ['3', { seat: 0, kind: 'video' }], ['1', { seat: -1, kind: 'video' }]]);
  const reports = (at, bytes, frames) => [
    { id: 'v', type: 'inbound-rtp', mid: '3', timestamp: at, bytesReceived: bytes, framesDecoded: frames, frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, codecId: 'c' },
    { id: 'a', type: 'inbound-rtp', mid: '2', timestamp: at, bytesReceived: bytes / 50, totalAudioEnergy: 0.5 },
    { id: 'o', type: 'outbound-rtp', mid: '1', timestamp: at, bytesSent: bytes * 2, framesEncoded: frames },
    { id: 'x', type: 'inbound-rtp', mid: '77', timestamp: at, bytesReceived: 1 },
    { id: 'c', type: 'codec', mimeType: 'video/VP8' },
    { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', state: 'succeeded', currentRoundTripTime: 0.012 },
  ];
  const reader = new StatsReader();
  assert.equal(reader.read(reports(1000, 0, 0), lines).seats[0].videoBitrate, 0);
  const { seats, uplink, rttMs } = reader.read(reports(2000, 250_000, 30), lines);
  assert.equal(seats[0].videoBitrate, 2_000_000);
  assert.equal(seats[0].audioBitrate, 40_000);
  assert.equal(uplink.videoBitrate, 4_000_000);
  assert.deepEqual([seats[0].width, seats[0].framesDecoded, seats[0].audioEnergy, seats[0].codec, rttMs], [1280, 30, 0.5, 'VP8', 12]);
  assert.equal(seats.length, 1);
});

test('should find the line of a report without a mid by its track', () => {
  const reader = new StatsReader();
  const reading = reader.read([{ id: 'v', type: 'inbound-rtp', trackIdentifier: 'abc', timestamp: 1, framesDecoded: 5 }],
    new Map([['abc', { seat: 1, kind: 'video' }]]));
  assert.equal(reading.seats[1].framesDecoded, 5);
  assert.equal(reading.rttMs, null);
});

test('should write figures a person can read', () => {
  const plain = (text) => text.replaceAll('\u00a0', ' ');
  assert.deepEqual([0, 64_400, 2_140_000].map((bits) => plain(rate(bits))), ['0 kb/s', '64 kb/s', '2.1 Mb/s']);
  assert.deepEqual([95, 1_234, 15_000].map(duration), ['95 µs', '1.2 ms', '15 ms']);
  const record = { width: 1280, height: 720, fps: 30, videoBitrate: 2_000_000, audioBitrate: 40_000, codec: 'VP8' };
  assert.equal(plain(figures(record, 11.6, false)), '1280×720 · 30 fps · 2.0 Mb/s · 12 ms · VP8');
  assert.equal(figures({ ...record, width: 0, videoBitrate: 0, audioBitrate: 0 }, 11, false), null);
  assert.equal(figures(undefined, 11, false), null);
});

test('should keep the budget of 1 ms in the graph and give each power of ten the same height', () => {
  assert.deepEqual([[], [20, 30], [9_000, 10_000], [22_000], [2_000_000]].map(topOf), [10_000, 10_000, 10_000, 100_000, 10_000_000]);
  assert.deepEqual([0, 10, 100, 1_000, 10_000, 1e9].map((micros) => Math.round(300 * heightOf(micros, 10_000))), [0, 0, 100, 200, 300, 300]);
});

test('should name what the time went on, largest first', () => {
  const shares = causeShares({ kernelWait: 20, behindInTurn: 0, crypto: 70, somethingNew: 10 });
  assert.deepEqual(shares.map(({ label, percent }) => [label, percent]),
    [['encryption', 70], ['waiting in the kernel', 20], ['somethingNew', 10]]);
  assert.ok(shares.every(({ color }) => /^#/.test(color)));
  assert.deepEqual(causeShares({}), []);
});

test('the latency budget tells what is left and who violated it', () => {
  const green = budgetShown({ packetsLeftPercent: 100, pausesLeftPercent: 93, overspent: false, violations: {} });
  assert.deepEqual(green, { yellow: false, left: 'late packets 100 % left, pauses 93 % left', violations: [] });
  const yellow = budgetShown({ packetsLeftPercent: 0, pausesLeftPercent: -2900, overspent: true, violations: { collector: 1, notRun: 3, new: 2 } });
  assert.equal(yellow.yellow, true);
  assert.equal(yellow.left, 'late packets 0 % left, pauses overspent');
  assert.deepEqual(yellow.violations.map(({ label, count }) => [label, count]),
    [['the server was stopped or had no core', 3], ['new', 2], ['the collector', 1]]);
});

test('should propose room names that the server takes', () => {
  const random = seeded(5);
  for (let i = 0; i < 50; i++) assert.match(roomName(random), /^[a-z]+-[a-z]+-\d\d$/);
});

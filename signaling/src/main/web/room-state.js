// SPDX-License-Identifier: Apache-2.0

/**
 * What a member knows of its room: a plain record, built from `joined` (or a snapshot) and brought forward by every
 * server event. Pure: the time comes in, nothing goes out. Times in ms of the caller's clock.
 *
 *   me { id, name, role }        room { name, locked, seats }      seats [{ seat, state, member, audioMuted, videoMuted, room }]
 *   members Map(id → Member): stage, host, moderators              audience { count, newest }
 *   applications Map(id → { member, expiresAt })                   invitation { by, seat, expiresAt } or null, to me
 *   application { expiresAt } or null, mine                        reconnecting Set(id)
 *   mySeat number or −1                                            speaker member id or null
 *   pk { room, host, seat, own, other, endsAt, forMs } or null     pkResult { room, own, other, reason, by, winner, at } or null
 *   pkInvitations Map(room → { room, host, durationMs, expiresAt })  pkSent the same or null, to another room
 */
export function roomState(joined, nowMs = 0) {
  const state = {
    me: { ...joined.you },
    room: { ...joined.room },
    seats: [],
    members: new Map(),
    audience: joined.audience ?? { count: 0, newest: [] },
    applications: new Map(),
    invitation: null,
    application: null,
    reconnecting: new Set(),
    mySeat: -1,
    speaker: null,
    pk: joined.pk ? pkOf(joined.pk, nowMs) : null,
    pkResult: null,
    pkInvitations: new Map(),
    pkSent: null,
  };
  for (let seat = 0; seat < (joined.room?.seats ?? 0); seat++) state.seats.push(emptySeat(seat));
  for (const member of joined.members ?? []) state.members.set(member.id, member);
  for (const seat of joined.stage ?? []) setSeat(state, seat);
  return state;
}

/** Brings the state forward by one event; unknown events change nothing, so that an older page survives a newer server. */
export function applyEvent(state, event, nowMs) {
  reducers[event.type]?.(state, event, nowMs);
  return state;
}

/** Host and moderators run the stage. */
export function runsStage(member) {
  return member.role === 'host' || member.role === 'moderator';
}

function emptySeat(seat) {
  return { seat, state: 'empty', member: null, audioMuted: false, videoMuted: false, room: null };
}

function pkOf({ room, host, seat, durationMs, endsInMs, own, other }, nowMs) {
  return { room, host, seat, own, other, endsAt: nowMs + endsInMs, forMs: durationMs };
}

/** A seat shows another room's host only while their PK runs; what was known of it ends with that. */
function forgetOpponent(state, { state: name, member }) {
  if (name !== 'pk') return;
  state.reconnecting.delete(member.id);
  if (state.speaker === member.id) state.speaker = null;
}

function setSeat(state, { seat, state: name, member, audioMuted = false, videoMuted = false, room = null }) {
  if (seat === undefined) return;
  while (state.seats.length <= seat) state.seats.push(emptySeat(state.seats.length));
  forgetOpponent(state, state.seats[seat]);
  state.seats[seat] = { seat, state: name, member: member ?? null, audioMuted, videoMuted, room };
  if (member && name !== 'pk') state.members.set(member.id, { ...state.members.get(member.id), ...member });
  state.mySeat = state.seats.findIndex((one) => one.state === 'occupied' && one.member?.id === state.me.id);
}

function forget(state, id) {
  state.members.delete(id);
  state.applications.delete(id);
  state.reconnecting.delete(id);
  if (state.speaker === id) state.speaker = null;
}

function setRole(state, id, role) {
  if (state.me.id === id) state.me = { ...state.me, role };
  const known = state.members.get(id);
  if (known) state.members.set(id, { ...known, role });
  for (const seat of state.seats) {
    if (seat.member?.id === id) seat.member = { ...seat.member, role };
  }
}

/** Some events name a member by id, others show it in full. */
const idOf = (member) => (typeof member === 'object' && member !== null ? member.id : member);

const reducers = {
  seat: (state, event) => setSeat(state, event),
  onStage(state, { seat }) {
    state.mySeat = seat;
    state.application = null;
    state.invitation = null;
  },
  offStage(state) {
    state.mySeat = -1;
  },
  application(state, { member, expiresInMs = 0 }, nowMs) {
    state.applications.set(member.id, { member, expiresAt: nowMs + expiresInMs, forMs: expiresInMs });
  },
  applicationEnded(state, { member }) {
    const id = idOf(member);
    state.applications.delete(id);
    if (id === state.me.id) state.application = null;
  },
  invited(state, { by, seat, expiresInMs = 0 }, nowMs) {
    state.invitation = { by, seat, expiresAt: nowMs + expiresInMs, forMs: expiresInMs };
  },
  invitationEnded(state, { member }) {
    if (member === undefined || idOf(member) === state.me.id) state.invitation = null;
  },
  muted(state, { member, audio, video }) {
    const id = idOf(member);
    for (const seat of state.seats) {
      if (seat.member?.id !== id) continue;
      seat.audioMuted = audio ?? seat.audioMuted;
      seat.videoMuted = video ?? seat.videoMuted;
    }
  },
  role: (state, { member, role }) => setRole(state, idOf(member), role),
  // Who was host learns its new role by a `role` event of its own; without a member the room has no host for now.
  host(state, { member }) {
    if (member !== undefined && member !== null) setRole(state, idOf(member), 'host');
  },
  locked(state, { locked }) {
    state.room = { ...state.room, locked };
  },
  memberJoined: (state, { member }) => state.members.set(member.id, member),
  memberLeft: (state, { member }) => forget(state, idOf(member)),
  audience(state, { count, newest }) {
    state.audience = { count, newest: newest ?? [] };
  },
  presence(state, { member, state: presence }) {
    if (presence === 'reconnecting') state.reconnecting.add(idOf(member));
    else state.reconnecting.delete(idOf(member));
  },
  activeSpeaker(state, { member }) {
    state.speaker = idOf(member) ?? null;
  },
  pkInvited(state, { room, host = null, sent = false, durationMs, expiresInMs = 0 }, nowMs) {
    const invitation = { room, host, durationMs, expiresAt: nowMs + expiresInMs, forMs: expiresInMs };
    if (sent) state.pkSent = invitation;
    else state.pkInvitations.set(room, invitation);
  },
  pkInvitationEnded(state, { room, sent = false }) {
    if (sent) state.pkSent = null;
    else state.pkInvitations.delete(room);
  },
  pkStarted(state, { pk }, nowMs) {
    state.pk = pkOf(pk, nowMs);
    state.pkResult = null;
  },
  pkScore(state, { own, other, endsInMs }, nowMs) {
    if (state.pk !== null) state.pk = { ...state.pk, own, other, endsAt: nowMs + endsInMs };
  },
  pkEnded(state, { reason, by = null, own, other, winner = null }, nowMs) {
    state.pkResult = { room: state.pk?.room ?? '', own, other, reason, by, winner, at: nowMs };
    state.pk = null;
  },
};

// SPDX-License-Identifier: Apache-2.0
import { openCapture, stopCapture } from './capture.js';
import { loadIcons } from './dom.js';
import { join } from './lianmai-client.js';
import { Lobby } from './lobby.js';
import { attempt, clearToasts, endingCard, toast } from './notices.js';
import { RoomView } from './room-view.js';

/**
 * The studio: lobby → room → ending, one session at a time, and the only place that owns the camera.
 * `?room=…` invites to watch; `?auto=host|guest|viewer&name=…&room=…` enters without a click (a guest also asks for
 * the stage), `&camera=test-picture` without a camera. `window.lianmai` shows the running session to tests.
 */
const params = new URLSearchParams(location.search);
const roots = { lobby: document.getElementById('lobby'), room: document.getElementById('show') };
const shown = { session: null, view: null, capture: null, choice: {}, entry: null };

globalThis.lianmai = {
  get session() {
    return shown.session;
  },
  get state() {
    return shown.session?.state ?? null;
  },
  get capture() {
    return shown.capture;
  },
  ended: null,
};

// A token is a secret: it does not stay in the address bar, where it would be copied along with the room.
if (params.has('token')) {
  const shownUrl = new URL(location.href);
  shownUrl.searchParams.delete('token');
  history.replaceState(null, '', shownUrl);
}
loadIcons();
/** Asked for while the lobby is read: the offer has lines for every seat, and none can be added later. */
const stageSize = fetch('healthz').then((reply) => reply.json()).then(({ seats }) => seats, () => undefined);
const lobby = new Lobby(roots.lobby, { params, onEnter: enter });
const auto = params.get('auto');
if (auto === null) lobby.show();
else enterByItself(auto);

async function enterByItself(role) {
  const entry = {
    name: params.get('name') ?? role, room: params.get('room') ?? 'demo', token: params.get('token') ?? undefined,
    role: role === 'host' ? 'host' : 'viewer', choice: { camera: params.get('camera') ?? '' }, capture: null,
  };
  try {
    await enter(entry);
    if (role === 'guest') await takeSeat();
  } catch (error) {
    lobby.show();
    lobby.refuse(error);
  }
}

async function enter(entry) {
  shown.choice = entry.choice ?? {};
  shown.capture = entry.capture;
  if (entry.role === 'host') await capture();
  const session = await join({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    room: entry.room, name: entry.name, role: entry.role, token: entry.token, seats: await stageSize,
  });
  shown.session = session;
  shown.entry = { ...entry, capture: null };
  globalThis.lianmai.ended = null;
  lobby.hide();
  document.title = `${entry.room} · Lianmai`;
  nameRoomInAddress(entry.room);
  listen(session);
  shown.view = new RoomView(roots.room, session, {
    room: entry.room,
    actions: { takeSeat, acceptInvitation, leaveSeat, toggle, leave: () => session.leave() },
  });
  if (entry.role === 'host') toldAsHost(session, entry);
}

/** Who wished to be host may have got less: a room has one, and a camera that was refused does not show. */
function toldAsHost(session, { note }) {
  if (session.role === 'viewer') toast('This room has a host already: you are watching.');
  if (!session.onStage) releaseCamera();
  else if (note) toast(note, 'bad');
}

/** So that a reload offers the same room again, and the address itself is the invitation. */
function nameRoomInAddress(room) {
  const address = new URL(location.href);
  if (address.searchParams.get('room') === room) return;
  address.searchParams.set('room', room);
  history.replaceState(null, '', address);
}

function listen(session) {
  session.on('onStage', () => attempt(goLive()));
  session.on('offStage', ({ reason }) => {
    releaseCamera();
    const why = { removed: 'The host took you off the stage.', mediaLost: 'Your media was lost: you are off the stage.' }[reason];
    if (why) toast(why);
  });
  session.on('ended', ({ reason }) => end(reason));
}

/** The camera, opened once and kept until the stage is left. */
async function capture() {
  if (shown.capture !== null && shown.capture !== undefined) return shown.capture;
  const { stream, note } = await openCapture(shown.choice);
  if (note !== null) toast(note, 'bad');
  shown.capture = stream;
  return stream;
}

/** On the stage: the tracks go onto the uplink lines; nothing is negotiated. */
async function goLive() {
  const { session } = shown;
  const stream = await capture();
  if (shown.session === session && session.onStage) await session.publish(stream);
}

/** The camera is opened before asking, so that going on stage costs no permission dialog. */
async function takeSeat() {
  await attempt(capture().then(() => shown.session.apply()));
  if (!shown.session.onStage && shown.session.state.application === null) releaseCamera();
}

async function acceptInvitation() {
  await attempt(capture().then(() => shown.session.accept()));
}

function leaveSeat() {
  return attempt(shown.session.leaveSeat());
}

/** Silences at the source and tells the others; what the host has muted stays muted on the server. */
async function toggle(kind) {
  const { session } = shown;
  const mine = session.state.seats[session.state.mySeat];
  if (mine === undefined) return;
  const off = kind === 'audio' ? mine.audioMuted : mine.videoMuted;
  const enable = () => shown.capture?.getTracks().filter((track) => track.kind === kind).forEach((track) => { track.enabled = off; });
  // Silence does not wait for the server; sound does.
  if (!off) enable();
  const done = await attempt(off ? session.unmute(undefined, { [kind]: true }) : session.mute(undefined, { [kind]: true }));
  if (done !== undefined && off) enable();
}

function releaseCamera() {
  stopCapture(shown.capture);
  shown.capture = null;
}

function end(reason) {
  globalThis.lianmai.ended = reason;
  shown.view?.close();
  releaseCamera();
  clearToasts();
  document.title = 'Lianmai studio';
  const back = () => {
    roots.room.hidden = true;
    roots.room.replaceChildren();
    shown.session = shown.view = null;
  };
  if (reason === 'refused') return;
  if (reason === 'left') {
    back();
    lobby.show();
    return;
  }
  const card = endingCard(reason, {
    rejoin: () => {
      back();
      enter(shown.entry).catch((error) => {
        lobby.show();
        lobby.refuse(error);
      });
    },
    lobby: () => {
      back();
      lobby.show();
    },
  });
  roots.room.append(card);
  card.querySelector('button').focus();
}

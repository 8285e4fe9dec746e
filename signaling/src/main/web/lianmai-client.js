// SPDX-License-Identifier: Apache-2.0
import { IceWatch, MediaLines } from './media-lines.js';
import { StatsReader } from './media-stats.js';
import { applyEvent, roomState } from './room-state.js';
import { SignalLink, SignalingError, systemClock } from './signal-link.js';

export { SignalingError } from './signal-link.js';
export { runsStage } from './room-state.js';

/** How long an application stands (docs/protocol.md, Limits). */
const APPLICATION_MS = 60_000;

/**
 * Joins a room and resolves with a Session once signaling has answered; media connects by itself right after.
 *
 *   const session = await join({ url: 'ws://127.0.0.1:8090/ws', room: 'demo', name: 'Mei', role: 'host' });
 *   session.on('seat', ({ seat, stream }) => { videoFor(seat).srcObject = stream; });
 *   await session.publish(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
 *
 * @param options `url`, `room`, `name`; optionally `role` (host, guest, viewer, moderator), `token` (JWT), `seats`
 *     (seat lines to offer, default 4: as many as the server's `--seats`, or the last seats are not seen), `maxVideoBitrate` (bit/s); and, for tests, `WebSocket`,
 *     `RTCPeerConnection`, `clock`, `random`.
 * @throws SignalingError with the protocol's code: roomLocked, badToken, roomFull, unreachable, …
 */
export async function join(options) {
  const session = new Session(options);
  await session.start();
  return session;
}

/**
 * One member in one room. Requests return promises: they resolve when the server has done it, reject with
 * SignalingError. Everything else is an event, `session.on(type, fn)`, which returns a function that unsubscribes:
 *
 *   seat               { seat, state, member, stream, audioMuted, videoMuted }; a new handler first hears every seat
 *   onStage            this member is on the stage: publish() now; a new handler hears it too when that was before
 *   offStage           this member was taken off the stage; nothing is sent any more
 *   application, applicationEnded, invited, invitationEnded, muted, role, host, locked
 *   pkInvited, pkInvitationEnded, pkStarted, pkScore, pkEnded    two rooms that show each other's host on a seat
 *   memberJoined, memberLeft, presence, audience, activeSpeaker, chat, reactions, stats, codecUnsupported
 *   link { state, reason }   open, resuming (the line dropped; media goes on), closed (for good)
 *   media { state }          the RTCPeerConnection's connectionState
 *   rtt { ms }               signaling round trip
 *   snapshot                 too much was missed: everything in `state` is new
 *   change { event }         after any of these: `session.state` has moved
 *
 * `session.state` is the room as known now (see room-state.js).
 */
export class Session {
  #options;
  #clock;
  #link;
  #media;
  #iceWatch;
  #stats = new StatsReader();
  #handlers = new Map();
  #onPageHide = () => this.leave();
  #onNetwork = () => this.#link.nudge();
  #onVisible = () => document.visibilityState === 'visible' && this.#link.nudge();
  #closed = false;

  constructor(options) {
    this.#options = { role: undefined, ...options, seats: options.seats ?? 4 };
    this.#clock = options.clock ?? systemClock;
    const { url, WebSocket, random } = options;
    this.#link = new SignalLink({
      url, WebSocket, random, clock: this.#clock,
      onEvent: (event) => this.#onEvent(event),
      onState: (state, reason) => this.#onLink(state, reason),
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onRtt: (ms) => this.#emit('rtt', { ms }),
    });
    this.#media = this.#newLines();
    this.#iceWatch = new IceWatch({
      clock: this.#clock,
      restart: (attempt) => this.#mend(attempt).catch(() => {}),
    });
    this.state = null;
  }

  /** Called by join(). */
  async start() {
    const { room, name, role, token } = this.#options;
    try {
      const offer = await this.#media.offer();
      const joined = await this.#link.open({ room, name, role, token, offer });
      this.state = roomState(joined, this.#clock.now());
      await this.#media.answer(joined.answer);
      this.#media.bind(joined.seats);
    } catch (error) {
      this.#end('refused');
      throw error instanceof SignalingError ? error : new SignalingError('media', String(error.message ?? error), 'join');
    }
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
    globalThis.addEventListener?.('online', this.#onNetwork);
    globalThis.document?.addEventListener('visibilitychange', this.#onVisible);
  }

  get id() {
    return this.state.me.id;
  }

  get role() {
    return this.state.me.role;
  }

  get onStage() {
    return this.state.mySeat >= 0;
  }

  /** The line's state: joining, open, resuming or closed. */
  get linkState() {
    return this.#link.state;
  }

  /** The RTCPeerConnection, for diagnosis. */
  get peerConnection() {
    return this.#media.pc;
  }

  on(type, handler) {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    if (this.state !== null) queueMicrotask(() => handlers.has(handler) && this.#tellSoFar(type, handler));
    return () => handlers.delete(handler);
  }

  /** A host is seated by the join itself, before the application can have asked to be told. */
  #tellSoFar(type, handler) {
    if (type === 'seat') this.state.seats.forEach(({ seat }) => this.#tell(handler, this.seat(seat)));
    if (type === 'onStage' && this.onStage) this.#tell(handler, { type, seat: this.state.mySeat });
  }

  /** A seat as now, with the stream to show: the server's line, or for one's own seat what one publishes. */
  seat(seat) {
    const stream = seat === this.state.mySeat ? this.#media.localStream : this.#media.stream(seat);
    return { ...this.state.seats[seat], stream };
  }

  /** Sends this stream's tracks on the uplink; before one is on the stage the server lets nothing through. */
  async publish(stream) {
    await this.#media.send(stream);
    if (this.onStage) this.#emit('seat', this.seat(this.state.mySeat));
  }

  /** Stops sending. The tracks stay the application's, running or not. */
  unpublish() {
    return this.#media.send(null);
  }

  // The stage. Members are named by id.
  apply = () => this.#request('apply').then((reply) => this.#applied(reply));
  cancel = (member) => this.#request('cancel', { member }).then((reply) => this.#cancelled(reply, member));
  invite = (member, seat) => this.#request('invite', { member, seat });
  accept = (member) => this.#request('accept', { member });
  decline = (member) => this.#request('decline', { member }).then((reply) => this.#declined(reply, member));
  leaveSeat = () => this.#request('leaveSeat');
  removeFromSeat = (member) => this.#request('removeFromSeat', { member });
  kick = (member, reason) => this.#request('kick', { member, reason });
  mute = (member, kinds) => this.#request('mute', { member, ...kinds });
  unmute = (member, kinds) => this.#request('unmute', { member, ...kinds });
  transferHost = (member) => this.#request('transferHost', { member });
  lock = () => this.#request('lock');
  unlock = () => this.#request('unlock');

  // PK: rooms are named by name; `pkInvite('jade', { durationMs: 60_000 })`.
  pkInvite = (room, options = {}) => this.#request('pkInvite', { room, ...options });
  pkAccept = (room) => this.#request('pkAccept', { room });
  pkDecline = (room) => this.#request('pkDecline', { room });
  pkEnd = () => this.#request('pkEnd');
  pkScore = (points) => this.#request('pkScore', { points });

  // Talk and people.
  chat = (text) => this.#request('chat', { text });
  reaction = (kind) => this.#request('reaction', { kind });
  participants = (page = {}) => this.#request('participants', page);

  /** Makes a new way for the media (other network, lost path) without touching lines or tracks. */
  restartMedia() {
    return this.#negotiate({ iceRestart: true });
  }

  /**
   * Starts the media anew on a new RTCPeerConnection: after the server gave it up (`offStage` with `mediaLost`), or
   * when restarts do not help. Streams are new ones, so every `seat` event comes again.
   */
  async renewMedia() {
    const fresh = this.#newLines();
    try {
      const { answer, seats } = await this.#request('offer', { offer: await fresh.offer() });
      await fresh.answer(answer);
      fresh.bind(seats);
      await fresh.send(this.#media.localStream);
    } catch (error) {
      fresh.close();
      throw error;
    }
    this.#media.close();
    this.#media = fresh;
    this.#stats = new StatsReader();
    this.state.seats.forEach(({ seat }) => this.#emit('seat', this.seat(seat)));
  }

  /** One reading of getStats() as records per seat; rates are since the reading before. See media-stats.js. */
  async stats() {
    const reports = await this.#media.pc.getStats();
    return this.#stats.read(reports.values(), this.#media.lines());
  }

  /** Cuts only the WebSocket, as a network would, to see it resume. */
  dropSignaling() {
    this.#link.drop();
  }

  /** Says goodbye and ends signaling and media. */
  leave() {
    this.#link.close('left');
    this.#end('left');
  }

  /**
   * What an ICE restart does not mend, a new connection does; the server takes one (it has another certificate) only
   * after it has given the old one up, so until then it is restarts again.
   */
  async #mend(attempt) {
    try {
      return await (attempt === 0 ? this.restartMedia() : this.renewMedia());
    } catch (error) {
      if (error.code === 'mediaOver') return this.renewMedia();
      if (attempt === 0 || error.code !== 'badOffer') throw error;
      return this.restartMedia();
    }
  }

  async #negotiate(how) {
    const offer = await this.#media.offer(how);
    const { answer, seats } = await this.#request('offer', { offer });
    await this.#media.answer(answer);
    this.#media.bind(seats ?? []);
  }

  #newLines() {
    const { seats, maxVideoBitrate, RTCPeerConnection } = this.#options;
    return new MediaLines({
      seats, maxVideoBitrate, RTCPeerConnection,
      onState: (state) => {
        this.#iceWatch.onState(state);
        this.#emit('media', { state });
      },
    });
  }

  #request(type, fields) {
    return this.#link.request(type, fields);
  }

  #applied(reply) {
    if (!this.onStage) {
      const forMs = reply.expiresInMs ?? APPLICATION_MS;
      this.state.application = { expiresAt: this.#clock.now() + forMs, forMs };
      this.#changed(reply);
    }
    return reply;
  }

  #cancelled(reply, member) {
    if (member === undefined) this.state.application = null;
    this.#changed(reply);
    return reply;
  }

  #declined(reply, member) {
    if (member === undefined) this.state.invitation = null;
    else this.state.applications.delete(member);
    this.#changed(reply);
    return reply;
  }

  #onEvent(event) {
    // The state is set in the same turn as `joined` arrives, so this is only a server that talks before it answers.
    if (this.state === null) return;
    applyEvent(this.state, event, this.#clock.now());
    if (event.type === 'offStage') {
      this.unpublish();
      if (event.reason === 'mediaLost') this.renewMedia().catch(() => {});
    }
    if (event.type === 'seat') this.#emit('seat', this.seat(event.seat));
    else this.#emit(event.type, event);
    this.#changed(event);
  }

  #onSnapshot(snapshot) {
    const before = this.state.mySeat;
    this.state = roomState({ you: this.state.me, ...snapshot }, this.#clock.now());
    this.state.seats.forEach(({ seat }) => this.#emit('seat', this.seat(seat)));
    this.#emit('snapshot', {});
    if (before < 0 && this.onStage) this.#emit('onStage', { type: 'onStage', seat: this.state.mySeat });
    if (before >= 0 && !this.onStage) this.#onEvent({ type: 'offStage', reason: 'removed' });
    this.#changed(snapshot);
  }

  #onLink(state, reason) {
    if (state === 'closed' && !this.#closed) this.#end(reason);
    this.#emit('link', { state, reason });
  }

  #end(reason) {
    if (this.#closed) return;
    this.#closed = true;
    this.#iceWatch.stop();
    this.#media.close();
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    globalThis.removeEventListener?.('online', this.#onNetwork);
    globalThis.document?.removeEventListener('visibilitychange', this.#onVisible);
    this.#emit('ended', { reason });
  }

  #changed(event) {
    this.#emit('change', { event });
  }

  #emit(type, event) {
    for (const handler of [...(this.#handlers.get(type) ?? [])]) this.#tell(handler, event);
  }

  #tell(handler, event) {
    try {
      handler(event);
    } catch (error) {
      // One faulty handler must not stop the others, nor the line.
      reportError(error);
    }
  }
}

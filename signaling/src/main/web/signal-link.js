// SPDX-License-Identifier: Apache-2.0

/** What the server (or this library) refused, with the protocol's error code and one sentence for people. */
export class SignalingError extends Error {
  constructor(code, message, request = '') {
    super(message || code);
    this.name = 'SignalingError';
    this.code = code;
    this.request = request;
  }
}

const SUBPROTOCOL = 'lianmai.v1';
/** A request is answered in milliseconds; ten seconds also cover a resume in between. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection attempt that takes longer than this is worse than a fresh one. */
const CONNECT_TIMEOUT_MS = 8_000;
/** Idle lines are probed this often; a silent one is dropped and resumed. */
const PING_EVERY_MS = 5_000;
const PONG_WITHIN_MS = 5_000;
/** The server keeps a dropped member for 30 s; after twice that there is nobody left to come back to. */
const GIVE_UP_AFTER_MS = 60_000;
/** A line that never comes back must not collect requests for ever. */
const MAX_PENDING = 64;
/** Close codes after which coming back makes no sense, with the reason told to the application. */
const FINAL_CLOSE = new Map([
  [1000, 'left'], [4000, 'protocolError'], [4001, 'unauthorized'], [4002, 'kicked'], [4004, 'replaced'],
  [4005, 'roomClosed'],
]);
/** Resume refusals that a later attempt may get past. */
const PASSING = new Set(['busy', 'rateLimited', 'serverClosing', 'timeout', 'connectionLost']);

/**
 * The pause before resume attempt n (0, 1, 2 …): quick at first, since most drops are a change of network, then
 * doubling up to 4 s; spread by half so that a thousand viewers of a restarted proxy do not come back in step.
 */
export function backOffMs(attempt, random) {
  const base = attempt === 0 ? 100 : Math.min(4_000, 250 * 2 ** (attempt - 1));
  return Math.round(base * (0.5 + random()));
}

/** The browser's clock and timers; tests hand in their own. */
export const systemClock = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * One member's line to the server: requests with ids and promises, events in order, resume after a drop.
 *
 *            open()             joined
 *    idle ─────────▶ joining ───────────▶ open ──── close() / closing ────▶ closed
 *                       │ refused         │  ▲                                ▲
 *                       └──────────┐ drop │  │ resumed, snapshot              │
 *                                  │      ▼  │                                │
 *                                  │    resuming ── refused, given up ────────┤
 *                                  └──────────────────────────────────────────┘
 *
 * Requests that a drop left unanswered are sent again, with the same id, after the resume: the server answers a
 * repeated id without doing the thing twice. Media does not pass here and does not notice.
 */
export class SignalLink {
  #options;
  #clock;
  #random;
  #socket = null;
  #state = 'idle';
  #pending = new Map();
  #nextId = 1;
  #lastSeq = 0;
  #resumeToken = null;
  #attempt = 0;
  #droppedAt = 0;
  #closingReason = null;
  #heardAt = 0;
  #timers = { retry: null, connect: null, ping: null };

  /**
   * @param options `url`; `onEvent(event)`; `onState(state, reason)` with the states drawn above;
   *     `onSnapshot(snapshot)` when the missed events were too many; `onRtt(ms)`; and, for tests, `WebSocket`,
   *     `clock`, `random`.
   */
  constructor(options) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get state() {
    return this.#state;
  }

  get lastSeq() {
    return this.#lastSeq;
  }

  /** Connects and sends `join` with these fields; resolves with the server's `joined`. */
  open(fields) {
    if (this.#state !== 'idle') throw new SignalingError('badState', 'This line has been opened before.', 'join');
    this.#transitionTo('joining', null);
    const reply = this.#register('join', fields, CONNECT_TIMEOUT_MS + REQUEST_TIMEOUT_MS);
    this.#connect();
    return reply.then((joined) => {
      this.#adopt(joined);
      this.#opened();
      return joined;
    }, (error) => {
      this.#finish('refused', error);
      throw error;
    });
  }

  /** Sends one request, now or as soon as the line is back; resolves with its reply, rejects with SignalingError. */
  request(type, fields = {}, { timeoutMs = REQUEST_TIMEOUT_MS } = {}) {
    if (this.#state === 'closed' || this.#state === 'idle') {
      return Promise.reject(new SignalingError('closed', 'The session is over.', type));
    }
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new SignalingError('busy', 'Too many requests wait for an answer.', type));
    }
    const reply = this.#register(type, fields, timeoutMs);
    if (this.#state === 'open') this.#send(this.#pending.get(reply.id).message);
    return reply;
  }

  /** The network has changed (or the page woke up): try or test the line now instead of when a timer says so. */
  nudge() {
    if (this.#state === 'resuming' && this.#socket === null) this.#connect();
    else if (this.#state === 'open') this.#ping();
  }

  /** Ends the line for good; `leave` is sent first when the line is open. */
  close(reason = 'left') {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') this.#send({ type: 'leave', id: `r${this.#nextId++}` });
    this.#finish(reason, new SignalingError('closed', 'The session is over.'));
  }

  /** Cuts the WebSocket as a network would; the line resumes. For tests and demonstrations. */
  drop() {
    if (this.#state === 'open') this.#lost('dropped');
  }

  #register(type, fields, timeoutMs) {
    const id = `r${this.#nextId++}`;
    const message = { type, id, ...fields };
    const promise = new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(new SignalingError('timeout', 'The server did not answer in time.', type));
      }, timeoutMs);
      this.#pending.set(id, { message, resolve, reject, timer });
    });
    promise.id = id;
    return promise;
  }

  #connect() {
    this.#clearTimers();
    const Socket = this.#options.WebSocket ?? globalThis.WebSocket;
    const socket = new Socket(this.#options.url, SUBPROTOCOL);
    this.#socket = socket;
    const live = (fn) => (event) => socket === this.#socket && fn(event);
    socket.onopen = live(() => this.#greet());
    socket.onmessage = live((event) => this.#onMessage(event.data));
    socket.onclose = live((event) => this.#onClose(event));
    socket.onerror = () => {};
    this.#timers.connect = this.#clock.setTimeout(() => this.#lost('connectTimeout'), CONNECT_TIMEOUT_MS);
  }

  #greet() {
    this.#heardAt = this.#clock.now();
    if (this.#state === 'joining') {
      this.#clear('connect');
      for (const { message } of this.#pending.values()) this.#send(message);
      return;
    }
    const resume = { token: this.#resumeToken, seq: this.#lastSeq };
    const id = `r${this.#nextId++}`;
    const answered = (reply) => {
      this.#clear('connect');
      if (reply.type !== 'resumed') {
        this.#lastSeq = 0;
        this.#adopt(reply);
        this.#options.onSnapshot?.(reply);
      } else if (reply.resume) {
        this.#resumeToken = reply.resume.token ?? this.#resumeToken;
      }
      this.#opened();
      for (const { message } of this.#pending.values()) this.#send(message);
    };
    const refused = (error) => {
      if (PASSING.has(error.code)) this.#lost(error.code);
      else this.#finish(error.code, error);
    };
    this.#resumeReply = { id, answered, refused };
    this.#send({ type: 'join', id, resume });
  }

  #resumeReply = null;

  #onMessage(text) {
    this.#heardAt = this.#clock.now();
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message === null || typeof message !== 'object') return;
    if (message.id !== undefined && message.id !== null) this.#onReply(message);
    else if (message.type === 'error') this.#onUnaskedError(message);
    else this.#onEvent(message);
  }

  #onReply(message) {
    const resume = this.#resumeReply;
    if (resume !== null && resume.id === message.id) {
      this.#resumeReply = null;
      if (message.type === 'error') resume.refused(new SignalingError(message.code, message.message, 'join'));
      else resume.answered(message);
      return;
    }
    const waiting = this.#pending.get(message.id);
    if (waiting === undefined) return;
    this.#pending.delete(message.id);
    this.#clock.clearTimeout(waiting.timer);
    if (message.type === 'error') {
      waiting.reject(new SignalingError(message.code, message.message, waiting.message.type));
    } else {
      waiting.resolve(message);
    }
  }

  /** An error without an id answers something the server could not read: while joining that can only be the join. */
  #onUnaskedError(message) {
    const error = new SignalingError(message.code, message.message);
    if (this.#resumeReply !== null) {
      const { refused } = this.#resumeReply;
      this.#resumeReply = null;
      refused(error);
    } else if (this.#state === 'joining') {
      this.#failPending(error);
    } else {
      this.#options.onEvent({ type: 'error', code: error.code, message: error.message });
    }
  }

  #onEvent(event) {
    if (typeof event.seq === 'number') {
      if (event.seq <= this.#lastSeq) return;
      this.#lastSeq = event.seq;
    }
    if (event.type === 'closing') this.#closingReason = event.reason ?? 'closed';
    this.#options.onEvent(event);
  }

  #onClose({ code, reason }) {
    const final = this.#closingReason ?? FINAL_CLOSE.get(code) ?? null;
    if (this.#state === 'joining') {
      const gone = code === 1006 || code === undefined;
      this.#failPending(new SignalingError(final ?? 'unreachable',
        gone ? 'The server cannot be reached.' : reason || 'The server closed the line.', 'join'));
    } else if (final !== null) {
      this.#finish(final, new SignalingError(final, reason || 'The session is over.'));
    } else {
      this.#lost(`closed ${code}`);
    }
  }

  #opened() {
    this.#attempt = 0;
    this.#transitionTo('open', null);
    this.#schedulePing();
  }

  #lost(why) {
    this.#dropSocket();
    this.#resumeReply = null;
    if (this.#state === 'joining') {
      this.#failPending(new SignalingError('unreachable', 'The server cannot be reached.', 'join'));
      return;
    }
    if (this.#state === 'open') {
      this.#droppedAt = this.#clock.now();
      this.#transitionTo('resuming', why);
    }
    if (this.#clock.now() - this.#droppedAt > GIVE_UP_AFTER_MS) {
      this.#finish('unreachable', new SignalingError('unreachable', 'The server cannot be reached.'));
      return;
    }
    const pause = backOffMs(this.#attempt++, this.#random);
    this.#timers.retry = this.#clock.setTimeout(() => this.#connect(), pause);
  }

  #finish(reason, error) {
    this.#dropSocket();
    this.#resumeReply = null;
    this.#failPending(error);
    if (this.#state !== 'closed') this.#transitionTo('closed', reason);
  }

  #schedulePing() {
    this.#clear('ping');
    this.#timers.ping = this.#clock.setTimeout(() => this.#ping(), PING_EVERY_MS);
  }

  #ping() {
    this.#clear('ping');
    const sentAt = this.#clock.now();
    const socket = this.#socket;
    this.request('ping', {}, { timeoutMs: PONG_WITHIN_MS }).then(() => {
      if (socket === this.#socket) this.#options.onRtt?.(this.#clock.now() - sentAt);
    }, () => {}).then(() => {
      if (this.#state !== 'open' || socket !== this.#socket) return;
      if (this.#heardAt < sentAt) this.#lost('silent');
      else this.#schedulePing();
    });
  }

  #adopt(joined) {
    this.#resumeToken = joined.resume?.token ?? this.#resumeToken;
    this.#lastSeq = Math.max(this.#lastSeq, joined.resume?.seq ?? 0);
  }

  #send(message) {
    // 1 is WebSocket.OPEN; a socket that is closing tells so by its close event.
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  #failPending(error) {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of waiting) {
      this.#clock.clearTimeout(timer);
      reject(error);
    }
  }

  #dropSocket() {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    try {
      socket?.close(1000);
    } catch {
      // Closing a socket that never opened is no news.
    }
  }

  #clear(name) {
    this.#clock.clearTimeout(this.#timers[name]);
    this.#timers[name] = null;
  }

  #clearTimers() {
    for (const name of Object.keys(this.#timers)) this.#clear(name);
  }

  #transitionTo(next, reason) {
    this.#state = next;
    this.#options.onState?.(next, reason);
  }
}

// SPDX-License-Identifier: Apache-2.0

/** Virtual time: timers fire in order when the test advances, promises settle in between. */
export class VirtualClock {
  #now = 0;
  #timers = new Map();
  #nextId = 1;

  now = () => this.#now;

  setTimeout = (fn, ms) => {
    const id = this.#nextId++;
    this.#timers.set(id, { at: this.#now + ms, fn });
    return id;
  };

  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  get waiting() {
    return this.#timers.size;
  }

  async advance(ms) {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].fn();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets every promise that can go on do so. */
export const settle = () => new Promise((resolve) => { setImmediate(resolve); });

/** The network as a test sees it: every WebSocket the code under test opened, and what went over it. */
export function fakeNetwork() {
  const sockets = [];
  class FakeWebSocket {
    readyState = 0;
    sent = [];
    closedWith = null;

    constructor(url, protocol) {
      Object.assign(this, { url, protocol });
      sockets.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close(code) {
      this.closedWith = code;
      this.readyState = 3;
    }

    // What a test makes the server do:

    accept() {
      this.readyState = 1;
      this.onopen();
    }

    say(message) {
      this.onmessage({ data: typeof message === 'string' ? message : JSON.stringify(message) });
    }

    hangUp(code = 1006, reason = '') {
      this.readyState = 3;
      this.onclose({ code, reason });
    }

    last(type) {
      return this.sent.findLast((message) => message.type === type);
    }
  }
  return { FakeWebSocket, sockets, get socket() { return sockets.at(-1); } };
}

/** A `joined` as the server sends it, with what a test wants different. */
export function joinedMessage(changes = {}) {
  const host = { id: 'm1', name: 'Mei', role: 'host', seat: 0 };
  return {
    type: 'joined',
    room: { name: 'tea', locked: false, seats: 4 },
    you: { id: 'm2', name: 'Bo', role: 'viewer' },
    answer: 'v=0 answer',
    seats: [0, 1, 2, 3].map((seat) => ({ seat, audioMid: String(2 + 2 * seat), videoMid: String(3 + 2 * seat) })),
    stage: [
      { seat: 0, state: 'occupied', member: host, audioMuted: false, videoMuted: false },
      ...[1, 2, 3].map((seat) => ({ seat, state: 'empty', audioMuted: false, videoMuted: false })),
    ],
    members: [host],
    audience: { count: 1, newest: [{ id: 'm2', name: 'Bo', role: 'viewer' }] },
    resume: { token: 'secret', seq: 0 },
    ...changes,
  };
}

/** Counts what a session asks of WebRTC; carries no media. */
export function fakeWebRtc() {
  const connections = [];
  class FakeTransceiver {
    constructor(kind, mid, direction) {
      Object.assign(this, { kind, mid, direction });
      this.receiver = { track: { kind, id: `${kind}-${mid}` } };
      this.sender = { track: null, replaceTrack: async (track) => { this.sender.track = track; } };
    }
  }
  class FakePeerConnection {
    transceivers = [];
    offers = [];
    answers = [];
    signalingState = 'stable';
    connectionState = 'new';
    closed = false;

    constructor() {
      connections.push(this);
    }

    addTransceiver(kind, { direction }) {
      const transceiver = new FakeTransceiver(kind, String(this.transceivers.length), direction);
      this.transceivers.push(transceiver);
      return transceiver;
    }

    getTransceivers() {
      return this.transceivers;
    }

    async createOffer(options) {
      this.offers.push(options);
      return { type: 'offer', sdp: `offer ${connections.indexOf(this)}.${this.offers.length}` };
    }

    async setLocalDescription(description) {
      this.localDescription = description;
      this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
    }

    async setRemoteDescription({ sdp }) {
      this.answers.push(sdp);
      this.signalingState = 'stable';
    }

    close() {
      this.closed = true;
    }

    become(state) {
      this.connectionState = state;
      this.onconnectionstatechange?.();
    }
  }
  return { FakePeerConnection, connections, get connection() { return connections.at(-1); } };
}

/** The part of MediaStream that the library uses. */
export class FakeMediaStream {
  constructor(tracks = []) {
    this.tracks = tracks;
  }

  getTracks() {
    return this.tracks;
  }
}

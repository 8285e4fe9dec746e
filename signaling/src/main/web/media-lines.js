// SPDX-License-Identifier: Apache-2.0

/** One full-quality stream of a 720p camera; the server's feedback takes it down where the way is narrower. */
const MAX_VIDEO_BITRATE = 2_500_000;
const MAX_FRAME_RATE = 30;

/**
 * One RTCPeerConnection whose lines never change: uplink audio and video, then one audio and one video line for each
 * seat of the stage. Who is seen on a seat is the server's business; going on or off the stage is `replaceTrack`.
 * Only an ICE restart makes another offer, and it has the same lines.
 */
export class MediaLines {
  #pc;
  #uplink;
  #streams = [];
  #local = null;

  /** @param options `seats`; `onState(connectionState)`; optionally `RTCPeerConnection`, `maxVideoBitrate`. */
  constructor({ seats, onState, RTCPeerConnection = globalThis.RTCPeerConnection, maxVideoBitrate = MAX_VIDEO_BITRATE }) {
    this.#pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
    this.#uplink = {
      audio: this.#pc.addTransceiver('audio', { direction: 'sendonly' }),
      video: this.#pc.addTransceiver('video', {
        direction: 'sendonly',
        sendEncodings: [{ maxBitrate: maxVideoBitrate, maxFramerate: MAX_FRAME_RATE }],
      }),
    };
    for (let i = 0; i < seats; i++) {
      this.#pc.addTransceiver('audio', { direction: 'recvonly' });
      this.#pc.addTransceiver('video', { direction: 'recvonly' });
    }
    this.#pc.onconnectionstatechange = () => onState(this.#pc.connectionState);
  }

  get pc() {
    return this.#pc;
  }

  get localStream() {
    return this.#local;
  }

  /** The offer to put into `join` or `offer`; no candidates are waited for, the server learns them from checks. */
  async offer({ iceRestart = false } = {}) {
    if (this.#pc.signalingState === 'have-local-offer') await this.#pc.setLocalDescription({ type: 'rollback' });
    await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart }));
    return this.#pc.localDescription.sdp;
  }

  answer(sdp) {
    return this.#pc.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Learns from the server's map which lines are which seat's. */
  bind(seats) {
    const byMid = new Map(this.#pc.getTransceivers().map((transceiver) => [transceiver.mid, transceiver]));
    for (const line of seats) {
      const [audioMid, videoMid] = [String(line.audioMid), String(line.videoMid)];
      const known = this.#streams[line.seat];
      if (known?.audioMid === audioMid && known.videoMid === videoMid) continue;
      const tracks = [audioMid, videoMid].map((mid) => byMid.get(mid)?.receiver.track).filter(Boolean);
      this.#streams[line.seat] = { stream: new MediaStream(tracks), audioMid, videoMid };
    }
  }

  /** The stream of a seat: the same object for the whole session, whoever sits there. */
  stream(seat) {
    return this.#streams[seat]?.stream ?? null;
  }

  /** Sends these tracks on the uplink lines from now on; a missing kind stops that line. Null stops both. */
  async send(stream) {
    this.#local = stream;
    if (this.#pc.signalingState === 'closed') return;
    await Promise.all(['audio', 'video'].map((kind) => {
      const track = stream?.getTracks().find((candidate) => candidate.kind === kind) ?? null;
      return this.#uplink[kind].sender.replaceTrack(track);
    }));
  }

  /** Seat lines by mid and by track id, uplink lines by mid, for statistics. */
  lines() {
    const lines = new Map();
    this.#streams.forEach(({ stream, audioMid, videoMid }, seat) => {
      lines.set(audioMid, { seat, kind: 'audio' });
      lines.set(videoMid, { seat, kind: 'video' });
      for (const { id, kind } of stream.getTracks()) lines.set(id, { seat, kind });
    });
    lines.set(this.#uplink.audio.mid, { seat: -1, kind: 'audio' });
    lines.set(this.#uplink.video.mid, { seat: -1, kind: 'video' });
    return lines;
  }

  close() {
    this.#pc.onconnectionstatechange = null;
    this.#pc.close();
  }
}

/**
 * Asks for an ICE restart when the way has been lost: at once when it failed, after `graceMs` when it is only
 * disconnected (most of those mend themselves), and again with doubling pauses while it stays lost. `restart(attempt)` is told how
 * many times it has been asked since the way was last there.
 */
export class IceWatch {
  #restart;
  #clock;
  #graceMs;
  #timer = null;
  #pauseMs = 0;
  #attempts = 0;
  #stopped = false;

  constructor({ restart, clock, graceMs = 2_000 }) {
    this.#restart = restart;
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  onState(state) {
    if (this.#stopped) return;
    if (state === 'connected') {
      this.#disarm();
      this.#pauseMs = 0;
      this.#attempts = 0;
    } else if (state === 'failed' && this.#pauseMs === 0) {
      this.#disarm();
      this.#attempt();
    } else if (state === 'disconnected' && this.#timer === null) {
      this.#timer = this.#clock.setTimeout(() => this.#attempt(), this.#graceMs);
    }
  }

  stop() {
    this.#stopped = true;
    this.#disarm();
  }

  #attempt() {
    this.#pauseMs = this.#pauseMs === 0 ? 4_000 : Math.min(15_000, this.#pauseMs * 2);
    this.#timer = this.#clock.setTimeout(() => this.#attempt(), this.#pauseMs);
    this.#restart(this.#attempts++);
  }

  #disarm() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

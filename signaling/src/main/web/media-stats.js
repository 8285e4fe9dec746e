// SPDX-License-Identifier: Apache-2.0

/**
 * Turns getStats() reports into one small record per seat and one for the uplink. Rates come from the difference to
 * the reading before, so the first reading has bitrate 0. Units: bit/s, frames/s, ms, px; totals since the join.
 */
export class StatsReader {
  #before = new Map();

  /**
   * @param reports iterable of RTCStats; `lines` maps a mid, and for browsers that report none a track id, to
   *     `{ seat, kind }`; seat −1 is the uplink.
   * @returns `{ rttMs, uplink, seats: [record or undefined] }`, a record being `{ width, height, fps, videoBitrate,
   *     audioBitrate, framesDecoded, framesSent, packetsLost, audioEnergy, jitterBufferMs, codec }`.
   */
  read(reports, lines) {
    const byId = new Map();
    for (const report of reports) byId.set(report.id, report);
    const result = { rttMs: roundTripMs(byId), uplink: emptyRecord(), seats: [] };
    const now = new Map();
    for (const report of byId.values()) {
      if (report.type !== 'inbound-rtp' && report.type !== 'outbound-rtp') continue;
      const line = lines.get(report.mid) ?? lines.get(report.trackIdentifier);
      if (line === undefined) continue;
      const record = line.seat < 0 ? result.uplink : (result.seats[line.seat] ??= emptyRecord());
      const rate = this.#bitrate(report, now);
      if (line.kind === 'video') fillVideo(record, report, rate, byId);
      else fillAudio(record, report, rate);
      record.packetsLost += report.packetsLost ?? 0;
    }
    this.#before = now;
    return result;
  }

  #bitrate(report, now) {
    const bytes = report.bytesReceived ?? report.bytesSent ?? 0;
    now.set(report.id, { bytes, at: report.timestamp });
    const before = this.#before.get(report.id);
    if (before === undefined || report.timestamp <= before.at || bytes < before.bytes) return 0;
    return ((bytes - before.bytes) * 8000) / (report.timestamp - before.at);
  }
}

function emptyRecord() {
  return {
    width: 0, height: 0, fps: 0, videoBitrate: 0, audioBitrate: 0, framesDecoded: 0, framesSent: 0, packetsLost: 0,
    audioEnergy: 0, jitterBufferMs: 0, codec: '',
  };
}

function fillVideo(record, report, rate, byId) {
  record.width = Math.max(record.width, report.frameWidth ?? 0);
  record.height = Math.max(record.height, report.frameHeight ?? 0);
  record.fps = Math.max(record.fps, Math.round(report.framesPerSecond ?? 0));
  record.videoBitrate += rate;
  record.framesDecoded += report.framesDecoded ?? 0;
  record.framesSent += report.framesSent ?? report.framesEncoded ?? 0;
  record.codec = byId.get(report.codecId)?.mimeType?.split('/')[1] ?? record.codec;
  if (report.jitterBufferEmittedCount > 0) {
    record.jitterBufferMs = (1000 * report.jitterBufferDelay) / report.jitterBufferEmittedCount;
  }
}

function fillAudio(record, report, rate) {
  record.audioBitrate += rate;
  record.audioEnergy += report.totalAudioEnergy ?? 0;
}

/** The round trip of the pair in use: named by the transport, or (Firefox) the nominated one that succeeded. */
function roundTripMs(byId) {
  let pair;
  for (const report of byId.values()) {
    if (report.type === 'transport' && report.selectedCandidatePairId) {
      pair = byId.get(report.selectedCandidatePairId) ?? pair;
    } else if (report.type === 'candidate-pair' && report.state === 'succeeded' && (report.selected || report.nominated)) {
      pair ??= report;
    }
  }
  return pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000;
}

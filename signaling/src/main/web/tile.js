// SPDX-License-Identifier: Apache-2.0
import { isMirrored } from './capture.js';
import { avatar, el, icon, menuButton } from './dom.js';

/** A number and its unit stay on one line. */
const NARROW = '\u00a0';

/** 2_140_000 → "2.1 Mb/s", 64_000 → "64 kb/s". */
export function rate(bitsPerSecond) {
  if (bitsPerSecond >= 1_000_000) return `${(bitsPerSecond / 1_000_000).toFixed(1)}${NARROW}Mb/s`;
  return `${Math.round(bitsPerSecond / 1000)}${NARROW}kb/s`;
}

/** One line of figures for a tile; null while nothing flows. */
export function figures(record, rttMs, isMine) {
  if (!record || (record.width === 0 && record.audioBitrate === 0 && record.videoBitrate === 0)) return null;
  const parts = [];
  if (record.width > 0) parts.push(`${record.width}×${record.height}`, `${record.fps}${NARROW}fps`);
  parts.push(rate(record.videoBitrate + record.audioBitrate));
  if (rttMs !== null && rttMs !== undefined) parts.push(`${Math.max(1, Math.round(rttMs))}${NARROW}ms`);
  if (record.codec) parts.push(record.codec);
  return (isMine ? '↑ ' : '') + parts.join(' · ');
}

/** One seat of the stage: picture, name plate, figures, and for those who run the stage a menu. */
export class Tile {
  #video = el('video', { playsInline: true, autoplay: true });
  #person = el('div', { class: 'tile-person', 'aria-hidden': 'true' });
  #name = el('span', { class: 'tile-name' });
  #room = el('span', { class: 'tile-room' });
  #role = el('span', { class: 'tile-role' });
  #muted = el('span', { class: 'tile-muted', title: 'Microphone is off' }, icon('mic-off'), el('span', { class: 'unseen' }, 'microphone off'));
  #figures = el('span', { class: 'tile-figures' });
  #veil = el('div', { class: 'tile-veil', role: 'status', hidden: true }, el('span', { class: 'pulse' }), 'reconnecting …');
  #menu;
  #shownName = null;

  constructor(seat, { menu, onRefused }) {
    this.seat = seat;
    this.#menu = menuButton('Actions', () => menu(this.seat));
    this.#video.addEventListener('resize', () => this.#fit());
    this.onRefused = onRefused;
    this.node = el('article', { class: 'tile', hidden: true, 'data-seat': seat }, this.#person, this.#video, this.#veil,
      this.#figures, this.#menu, el('div', { class: 'tile-plate' }, this.#role, this.#name, this.#room, this.#muted));
  }

  get video() {
    return this.#video;
  }

  /** @param view `{ member, stream, audioMuted, videoMuted, room, mine, speaking, reconnecting, canManage, silent }`; `room` of another room's host */
  show(view) {
    const { member, stream, mine } = view;
    this.node.hidden = false;
    this.node.setAttribute('aria-label', `${member.name}${mine ? ' (you)' : ''}`);
    this.#plate(view);
    const classes = { mirrored: mine && isMirrored(stream), speaking: view.speaking, dark: view.videoMuted || !hasVideo(stream), host: member.role === 'host', opponent: view.room };
    for (const [name, on] of Object.entries(classes)) this.node.classList.toggle(name, Boolean(on));
    this.#veil.hidden = !view.reconnecting;
    this.#menu.hidden = !view.canManage;
    this.#attach(stream, mine || view.silent);
  }

  hide() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.#video.srcObject = null;
    this.#figures.textContent = '';
  }

  setFigures(text) {
    this.#figures.textContent = text ?? '';
  }

  /** Plays with sound if the browser lets it; tells whether it had to stay silent. */
  async play() {
    try {
      await this.#video.play();
    } catch (error) {
      if (error.name !== 'NotAllowedError' || this.#video.muted) return;
      this.#video.muted = true;
      this.onRefused();
      await this.#video.play().catch(() => {});
    }
  }

  #plate({ member, mine, audioMuted, room }) {
    this.#room.textContent = room ?? '';
    const name = mine ? `${member.name} (you)` : member.name;
    if (this.#shownName !== name) {
      this.#shownName = name;
      this.#name.textContent = name;
      this.#person.replaceChildren(avatar(member.name));
    }
    const sign = { host: 'crown', moderator: 'shield' }[member.role] ?? '';
    if (this.#role.dataset.sign !== sign) {
      this.#role.dataset.sign = sign;
      this.#role.replaceChildren(...(sign ? [icon(sign), el('span', { class: 'unseen' }, member.role)] : []));
    }
    this.#muted.hidden = !audioMuted;
  }

  #attach(stream, silent) {
    this.#video.muted = Boolean(silent);
    if (this.#video.srcObject === stream) return;
    this.#video.srcObject = stream;
    if (stream) this.play();
  }

  /** A phone held upright is shown whole, not cut down to its middle. */
  #fit() {
    this.node.classList.toggle('upright', this.#video.videoHeight > this.#video.videoWidth);
  }
}

function hasVideo(stream) {
  return Boolean(stream?.getVideoTracks().some((track) => track.readyState === 'live'));
}

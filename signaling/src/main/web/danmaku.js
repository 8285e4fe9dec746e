// SPDX-License-Identifier: Apache-2.0
import { el, hueOf, icon } from './dom.js';

/** Every line crosses the stage in this time, so that long ones fly faster and nothing stays longer than it can be read. */
export const CROSSING_MS = 9_000;
const LANE_PX = 34;
/** Air between two lines of one lane. */
const GAP_PX = 28;
/** More flying lines than this hide the picture and tire the compositor; the chat panel still has them all. */
const MAX_FLYING = 60;

/**
 * Gives each flying line a lane in which it neither touches nor catches up with the line before it. Pure.
 * Units: px and ms; a line of width w starts with its head at the right edge and moves (stage + w) / CROSSING_MS.
 */
export class LaneAllocator {
  #lanes = [];
  #crossingMs;

  constructor({ lanes, crossingMs = CROSSING_MS }) {
    this.#crossingMs = crossingMs;
    this.resize(lanes);
  }

  get size() {
    return this.#lanes.length;
  }

  /** Keeps what flies in the lanes that remain. */
  resize(lanes) {
    const count = Math.max(1, lanes);
    while (this.#lanes.length < count) this.#lanes.push(null);
    this.#lanes.length = count;
  }

  /** The topmost free lane for a line of this width, or −1 when all are taken: that line does not fly. */
  take(width, stageWidth, nowMs) {
    const lane = this.#lanes.findIndex((last) => this.#isFree(last, width, stageWidth, nowMs));
    if (lane >= 0) this.#lanes[lane] = { startMs: nowMs, width: width + GAP_PX };
    return lane;
  }

  #isFree(last, width, stageWidth, nowMs) {
    if (last === null) return true;
    const tailInAt = last.startMs + (this.#crossingMs * last.width) / (stageWidth + last.width);
    const headOutAt = nowMs + (this.#crossingMs * stageWidth) / (stageWidth + width);
    return nowMs >= tailInAt && headOutAt >= last.startMs + this.#crossingMs;
  }
}

/** The layer over the stage on which chat flies and reactions rise. Who prefers less motion sees lines come and fade in place. */
export class DanmakuLayer {
  #layer = el('div', { class: 'danmaku', 'aria-hidden': 'true' });
  #lanes = new LaneAllocator({ lanes: 4 });
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #on = true;

  get node() {
    return this.#layer;
  }

  set on(on) {
    this.#on = on;
    this.#layer.classList.toggle('off', !on);
    if (!on) this.#layer.replaceChildren();
  }

  get on() {
    return this.#on;
  }

  fly(text, { name = '', mine = false } = {}) {
    if (!this.#on || document.hidden || this.#layer.childElementCount >= MAX_FLYING) return;
    const line = el('span', { class: `flying${mine ? ' mine' : ''}` }, text);
    line.style.setProperty('--hue', String(hueOf(name)));
    this.#layer.append(line);
    const stageWidth = this.#layer.clientWidth;
    // The upper half: faces and names below stay readable.
    this.#lanes.resize(Math.floor((this.#layer.clientHeight * 0.5) / LANE_PX));
    const width = line.offsetWidth;
    const lane = this.#lanes.take(this.#still.matches ? stageWidth : width, stageWidth, performance.now());
    if (lane < 0) {
      line.remove();
      return;
    }
    line.style.setProperty('--lane', `${lane * LANE_PX + 10}px`);
    line.style.setProperty('--travel', `${-(stageWidth + width)}px`);
    line.style.setProperty('--crossing', `${CROSSING_MS}ms`);
    line.classList.add(this.#still.matches ? 'still' : 'moves');
    line.addEventListener('animationend', () => line.remove());
  }

  /** A few rising signs stand for many: `count` is shown by number, not by sprites. */
  rise(iconName, count) {
    if (document.hidden) return;
    for (let i = 0; i < Math.min(count, 8); i++) {
      if (this.#layer.childElementCount >= MAX_FLYING) return;
      const sign = el('span', { class: 'rising' }, icon(iconName));
      sign.style.setProperty('--from', `${4 + Math.random() * 16}%`);
      sign.style.setProperty('--sway', `${Math.round(Math.random() * 60 - 30)}px`);
      sign.style.setProperty('--delay', `${i * 90}ms`);
      sign.addEventListener('animationend', () => sign.remove());
      this.#layer.append(sign);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import { el } from './dom.js';

const SECONDS = 90;

/** 95 → "95 µs", 1234 → "1.2 ms", 15000 → "15 ms". */
export function duration(micros) {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  return `${(micros / 1000).toFixed(micros < 10_000 ? 1 : 0)} ms`;
}

/**
 * The value at the top of the graph: never below 100 µs, so that a quiet server does not look stormy, and at most
 * four times the median, so that one spike (it touches the top) does not flatten everything else.
 */
export function scaleFor(values) {
  const ordered = [...values].sort((a, b) => a - b);
  const median = ordered[ordered.length >> 1] ?? 0;
  return 1.15 * Math.max(100, Math.min(ordered.at(-1) ?? 0, 4 * median));
}

/** A live graph of how long packets spend in the server: median as a surface, p99 as a line, over the last 90 s. */
export class LatencyGraph {
  #canvas = el('canvas', { class: 'graph', width: 264, height: 56, 'aria-hidden': 'true' });
  #value = el('b', {}, '–');
  #detail = el('span', { class: 'dim' }, 'waiting for the server');
  #points = [];

  node = el('div', { class: 'telemetry', title: 'How long packets spend inside the server', hidden: true },
    this.#canvas, el('div', { class: 'telemetry-text' }, this.#value, this.#detail));

  push({ relayP50Micros = 0, relayP99Micros = 0, relayMaxMicros = 0, peers = 0, packetsPerSecond = 0 }) {
    this.#points.push({ p50: relayP50Micros, p99: relayP99Micros });
    if (this.#points.length > SECONDS) this.#points.shift();
    this.#value.textContent = duration(relayP99Micros);
    this.#detail.textContent = 'p99 in server';
    this.node.title = `Inside the server: median ${duration(relayP50Micros)}, p99 ${duration(relayP99Micros)}, `
      + `max ${duration(relayMaxMicros)} · ${packetsPerSecond} packets/s · ${peers} peers`;
    this.node.hidden = false;
    this.#draw();
  }

  #draw() {
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext('2d');
    const top = scaleFor(this.#points.map(({ p99 }) => p99));
    const x = (i) => width - 4 - (this.#points.length - 1 - i) * ((width - 8) / (SECONDS - 1));
    const y = (value) => height - 3 - Math.min(1, value / top) * (height - 8);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = 'rgba(246, 239, 230, 0.12)';
    context.lineWidth = 1;
    for (const part of [0.33, 0.66]) {
      context.beginPath();
      context.moveTo(0, height * part);
      context.lineTo(width, height * part);
      context.stroke();
    }
    this.#trace(context, x, (point) => y(point.p50));
    context.lineTo(x(this.#points.length - 1), height);
    context.lineTo(x(0), height);
    context.fillStyle = 'rgba(99, 230, 180, 0.28)';
    context.fill();
    this.#trace(context, x, (point) => y(point.p99));
    context.strokeStyle = '#ffc857';
    context.lineWidth = 2.5;
    context.lineJoin = 'round';
    context.stroke();
  }

  #trace(context, x, y) {
    context.beginPath();
    this.#points.forEach((point, i) => (i === 0 ? context.moveTo(x(i), y(point)) : context.lineTo(x(i), y(point))));
  }
}

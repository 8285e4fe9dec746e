// SPDX-License-Identifier: Apache-2.0
import { el } from './dom.js';

const SECONDS = 90;
/** From here on a packet counts as slow; the server says so too (docs/operating.md). */
const BUDGET_MICROS = 1_000;
const LOWEST_MICROS = 10;

/** In the order drawn: the highest first, so that the lower ones lie above it. */
const SERIES = [
  { key: 'max', label: 'max', color: 'rgba(255, 125, 140, 0.55)', width: 1 },
  { key: 'p999', label: 'p99.9', color: '#ff7d8c', width: 1.5 },
  { key: 'p99', label: 'p99', color: '#ffc857', width: 2.5 },
  { key: 'p50', label: 'p50', color: '#63e6b4', width: 2 },
];

const CAUSES = {
  kernelWait: { label: 'waiting in the kernel', color: '#7aa7ff' },
  behindInTurn: { label: 'behind other packets', color: '#c49bff' },
  pause: { label: 'JVM pauses', color: '#ff7d8c' },
  crypto: { label: 'encryption', color: '#ffc857' },
  sendRing: { label: 'being sent', color: '#63e6b4' },
};

/** Why the latency budget was violated, as the server calls it and as people do. */
const BLAMED = {
  collector: 'the collector',
  askedCollection: 'a collection somebody asked for',
  vmOperation: 'an operation of the JVM',
  timeToSafepoint: 'a thread late to a safepoint',
  allocationStall: 'waiting for memory',
  notRun: 'the server was stopped or had no core',
  residence: 'packets late for other reasons',
};

/** 95 → "95 µs", 1234 → "1.2 ms", 15000 → "15 ms". */
export function duration(micros) {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  return `${(micros / 1000).toFixed(micros < 10_000 ? 1 : 0)} ms`;
}

/**
 * The value at the top of the graph, a power of ten: never below ten times the budget, so that the budget's line is
 * always in the picture.
 */
export function topOf(values) {
  let top = 10 * BUDGET_MICROS;
  for (const value of values) while (value > top) top *= 10;
  return top;
}

/** Where a value lies between the bottom (0) and the top (1): each power of ten gets the same height. */
export function heightOf(micros, top) {
  const share = Math.log10(Math.max(micros, LOWEST_MICROS) / LOWEST_MICROS) / Math.log10(top / LOWEST_MICROS);
  return Math.min(1, share);
}

/** What the packets' time went on, largest first; causes that this page does not know keep their names. */
export function causeShares(causes) {
  return Object.entries(causes)
    .filter(([, percent]) => percent > 0)
    .map(([name, percent]) => ({ label: name, color: '#bcae9f', ...CAUSES[name], percent }))
    .sort((a, b) => b.percent - a.percent);
}

/** What is left of the latency budget, and how often it was violated by whom, the most frequent first. */
export function budgetShown({ packetsLeftPercent, pausesLeftPercent, overspent, violations }) {
  const left = (percent) => (percent < 0 ? 'overspent' : `${percent} % left`);
  return {
    yellow: overspent,
    left: `late packets ${left(packetsLeftPercent)}, pauses ${left(pausesLeftPercent)}`,
    violations: Object.entries(violations ?? {})
      .map(([name, count]) => ({ label: BLAMED[name] ?? name, count }))
      .sort((a, b) => b.count - a.count),
  };
}

/**
 * A live graph of how long packets spend in the server, over the last 90 s on a logarithmic scale: p50, p99, p99.9 and
 * the longest, the budget of 1 ms as a dashed line, and on what the time goes. Small in the bar; a click opens it large, with what is
 * left of the server's latency budget and who violated it. The bar turns yellow when it is overspent, as /healthz does.
 */
export class LatencyGraph {
  #small = el('canvas', { class: 'graph', width: 264, height: 56, 'aria-hidden': 'true' });
  #large = el('canvas', { class: 'graph-large', width: 720, height: 340, role: 'img', 'aria-label': 'Time in the server' });
  #value = el('b', {}, '–');
  #detail = el('span', { class: 'dim' }, 'waiting for the server');
  #legend = el('ul', { class: 'graph-legend' });
  #bar = el('canvas', { class: 'graph-causes', width: 720, height: 20, 'aria-hidden': 'true' });
  #causes = el('ul', { class: 'graph-legend' });
  #budget = el('p', { class: 'budget' });
  #violations = el('ul', { class: 'graph-legend violations' });
  #last = el('p', { class: 'dim' });
  #note = el('p', { class: 'dim' });
  #panel = el('div', { class: 'telemetry-panel', hidden: true },
    this.#large, this.#legend, el('p', { class: 'dim' }, 'What the time went on'), this.#bar, this.#causes,
    this.#budget, this.#violations, this.#last, this.#note);
  #button = el('button', {
    class: 'telemetry-button', type: 'button', 'aria-expanded': 'false', 'aria-label': 'How long packets spend in the server',
    onclick: () => this.#toggle(),
  }, this.#small, el('span', { class: 'telemetry-text' }, this.#value, this.#detail));
  #points = [];
  #latest = null;

  node = el('div', { class: 'telemetry', hidden: true }, this.#button, this.#panel);

  push(stats) {
    this.#latest = stats;
    this.#points.push({
      p50: stats.relayP50Micros ?? 0,
      p99: stats.relayP99Micros ?? 0,
      p999: stats.relayP999Micros ?? 0,
      max: stats.relayMaxMicros ?? 0,
    });
    if (this.#points.length > SECONDS) this.#points.shift();
    const { p50, p99, max } = this.#points.at(-1);
    this.#value.textContent = duration(p99);
    this.#value.classList.toggle('over-budget', p99 > BUDGET_MICROS);
    this.#detail.textContent = 'p99 in server';
    this.#button.title = `Inside the server: median ${duration(p50)}, p99 ${duration(p99)}, max ${duration(max)}`;
    this.node.hidden = false;
    this.#tellBudget(stats.budget);
    this.#draw();
  }

  #tellBudget(budget) {
    if (budget === undefined) return;
    const { yellow, left, violations } = budgetShown(budget);
    this.node.dataset.health = yellow ? 'yellow' : 'ok';
    if (yellow) this.#detail.textContent = 'over its latency budget';
    this.#budget.textContent = `Latency budget of the last minute: ${left}`;
    this.#violations.replaceChildren(...violations.map(({ label, count }) => swatch('var(--gold)', label, `${count} ×`)));
    this.#last.textContent = violations.length === 0 ? 'never violated' : `Last: ${budget.last}`;
  }

  #toggle() {
    this.#panel.hidden = !this.#panel.hidden;
    this.#button.setAttribute('aria-expanded', String(!this.#panel.hidden));
    if (this.#latest !== null) this.#draw();
  }

  #draw() {
    this.#plot(this.#small, false);
    if (this.#panel.hidden) return;
    this.#plot(this.#large, true);
    const latest = this.#points.at(-1);
    this.#legend.replaceChildren(...SERIES.toReversed().map(({ key, label, color }) => swatch(color, label, duration(latest[key]))));
    const shares = causeShares(this.#latest.causes ?? {});
    this.#causes.replaceChildren(...shares.map(({ label, color, percent }) => swatch(color, label, `${percent} %`)));
    this.#stack(shares);
    this.#note.textContent = `${this.#latest.packetsPerSecond ?? 0} packets/s in · ${this.#latest.peers ?? 0} peers · budget ${duration(BUDGET_MICROS)}`;
  }

  #plot(canvas, labelled) {
    const { width, height } = canvas;
    const context = canvas.getContext('2d');
    const top = topOf(this.#points.map(({ max }) => max));
    const left = labelled ? 76 : 4;
    const x = (i) => width - 4 - (this.#points.length - 1 - i) * ((width - 4 - left) / (SECONDS - 1));
    const y = (value) => height - 5 - heightOf(value, top) * (height - 12);
    context.clearRect(0, 0, width, height);
    context.font = '20px ui-monospace, monospace';
    for (let value = 10 * LOWEST_MICROS; value <= top; value *= 10) {
      const isBudget = value === BUDGET_MICROS;
      context.strokeStyle = isBudget ? '#ff6a3d' : 'rgba(246, 239, 230, 0.12)';
      context.lineWidth = isBudget ? 2 : 1;
      context.setLineDash(isBudget ? [6, 6] : []);
      this.#line(context, [[left, y(value)], [width, y(value)]]);
      context.fillStyle = isBudget ? '#ff6a3d' : '#bcae9f';
      if (labelled) context.fillText(duration(value), 0, y(value) + 7);
    }
    context.setLineDash([]);
    context.lineJoin = 'round';
    for (const { key, color, width: lineWidth } of labelled ? SERIES : SERIES.slice(1)) {
      context.strokeStyle = color;
      context.lineWidth = lineWidth;
      this.#line(context, this.#points.map((point, i) => [x(i), y(point[key])]));
    }
  }

  #line(context, points) {
    context.beginPath();
    points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.stroke();
  }

  #stack(shares) {
    const { width, height } = this.#bar;
    const context = this.#bar.getContext('2d');
    const whole = shares.reduce((sum, { percent }) => sum + percent, 0);
    context.clearRect(0, 0, width, height);
    let x = 0;
    for (const { color, percent } of shares) {
      context.fillStyle = color;
      context.fillRect(x, 0, (width * percent) / whole - 2, height);
      x += (width * percent) / whole;
    }
  }
}

function swatch(color, label, value) {
  const dot = el('i', { 'aria-hidden': 'true' });
  dot.style.setProperty('--swatch', color);
  return el('li', {}, dot, el('span', { class: 'dim' }, label), el('b', {}, value));
}

// SPDX-License-Identifier: Apache-2.0
import { button, el, icon, relabel } from './dom.js';
import { attempt, countdown } from './notices.js';
import { runsStage } from './lianmai-client.js';

const TICK_MS = 250;
/** The result stays long enough to be read and cheered at. */
const RESULT_MS = 10_000;
/** Neither side's score may leave the bar. */
const LEAST_SHARE = 0.12;
const POINTS = [1, 10, 100];
const MINUTES = [1, 3, 5, 10, 30];
const USUAL_MINUTES = 5;

/** How much of the score bar is ours. */
export function share(own, other) {
  const part = own + other === 0 ? 0.5 : own / (own + other);
  return Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, part));
}

/** 125_000 → "2:05". */
export function minutes(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One sentence for how a PK ended. */
export function resultText({ winner, reason }) {
  const outcome = winner === null ? 'A draw' : `${winner} wins`;
  const why = {
    hostLeft: 'a host left', mediaLost: 'a picture was lost', hostChanged: 'a room has a new host', roomClosed: 'a room closed',
  }[reason];
  return why === undefined ? outcome : `${outcome} (${why})`;
}

/**
 * The PK of a room on screen: `node`, the score bar over the stage while one runs, and then its result; `card`, another
 * room's invitation; `form`, where host and moderators invite a room. Draws what `session.state` says.
 */
export class PkView {
  #session;
  #parts = {};
  #timer = null;
  #shownCard = null;
  #shownSent;
  #opened = false;

  node = el('section', { class: 'pk-panel', 'aria-label': 'PK', hidden: true });
  card = el('section', { class: 'invitation pk-card', role: 'alertdialog', 'aria-label': 'PK invitation', hidden: true });
  form = el('section', { class: 'invitation pk-invite', 'aria-label': 'Invite a room to a PK', hidden: true });
  /** Opens and closes the form. */
  opener = button('Invite a room to a PK', 'versus', () => this.#open(!this.#opened), { kind: 'round big', quiet: true });

  constructor(session) {
    this.#session = session;
    this.#build();
    this.render();
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  render() {
    const { state } = this.#session;
    this.#drawBar(state);
    this.#drawCard(state);
    this.#drawForm(state);
  }

  #build() {
    const score = () => el('b', { class: 'pk-score' }, '0');
    const parts = {
      ownRoom: el('span', { class: 'pk-room' }), otherRoom: el('span', { class: 'pk-room' }), own: score(), other: score(),
      bar: el('div', { class: 'pk-bar', 'aria-hidden': 'true' }, el('span', { class: 'pk-own' })),
      time: el('span', { class: 'pk-time', role: 'timer' }), result: el('span', { class: 'pk-result', role: 'status' }),
      tools: el('div', { class: 'pk-tools' },
        ...POINTS.map((points) => el('button', {
          type: 'button', class: 'button small good', title: `Give your room ${points} points`, onclick: () => attempt(this.#session.pkScore(points)),
        }, `+${points}`)),
        button('End the PK', 'close', () => attempt(this.#session.pkEnd()), { kind: 'small danger' })),
    };
    this.#parts = parts;
    this.node.append(
      el('div', { class: 'pk-line' },
        el('div', { class: 'pk-side' }, parts.own, parts.ownRoom),
        el('div', { class: 'pk-middle' }, icon('versus'), parts.time, parts.result),
        el('div', { class: 'pk-side theirs' }, parts.otherRoom, parts.other)),
      parts.bar, parts.tools);
  }

  #drawBar({ pk, pkResult, room, me }) {
    const now = performance.now();
    const result = pk === null && pkResult !== null && now < pkResult.at + RESULT_MS ? pkResult : null;
    const shown = pk ?? result;
    this.node.hidden = shown === null;
    if (shown === null) return;
    const { ownRoom, otherRoom, own, other, bar, time, result: sentence, tools } = this.#parts;
    ownRoom.textContent = room.name;
    otherRoom.textContent = shown.room;
    own.textContent = String(shown.own);
    other.textContent = String(shown.other);
    bar.style.setProperty('--share', String(share(shown.own, shown.other)));
    time.hidden = pk === null;
    sentence.hidden = pk !== null;
    if (pk !== null) time.textContent = minutes(pk.endsAt - now);
    else sentence.textContent = resultText(result);
    this.node.classList.toggle('won', result !== null && result.winner === room.name);
    tools.hidden = pk === null || !runsStage(me);
    this.#tickOn();
  }

  /** The time runs, and a result goes away, without any event. */
  #tickOn() {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#drawBar(this.#session.state);
    }, TICK_MS);
  }

  #drawCard({ pkInvitations, me }) {
    const first = runsStage(me) ? [...pkInvitations.values()][0] ?? null : null;
    if (first === this.#shownCard) return;
    this.#shownCard = first;
    this.card.hidden = first === null;
    if (first === null) return;
    const { room, host, durationMs } = first;
    this.card.replaceChildren(
      el('span', { class: 'invitation-sign', 'aria-hidden': 'true' }, icon('versus')),
      el('div', { class: 'invitation-text' },
        el('b', {}, `${host?.name ?? 'The host'} of ${room} wants a PK`),
        el('span', { class: 'dim' }, `For ${minutes(durationMs)}, with both of you side by side in both rooms.`),
        countdown(first)),
      el('div', { class: 'invitation-actions' },
        button('Accept', 'check', () => attempt(this.#session.pkAccept(room)), { kind: 'primary' }),
        button('Not now', 'close', () => attempt(this.#session.pkDecline(room)), { kind: 'ghost' })));
  }

  #drawForm({ pk, pkSent, me }) {
    const may = runsStage(me) && pk === null;
    this.opener.hidden = !may;
    if (!may) this.#opened = false;
    relabel(this.opener, pkSent === null ? 'Invite a room to a PK' : `Waiting for ${pkSent.room}`, 'versus');
    this.opener.setAttribute('aria-expanded', String(this.#opened));
    this.form.hidden = !this.#opened || this.#shownCard !== null;
    if (!this.#opened || this.#shownSent === pkSent) return;
    this.#shownSent = pkSent;
    this.form.replaceChildren(...(pkSent === null ? this.#fields() : this.#waiting(pkSent)));
  }

  #fields() {
    const room = el('input', { class: 'pk-name', maxlength: 64, required: true, placeholder: 'Name of the room', 'aria-label': 'Room to invite', autocomplete: 'off' });
    const length = el('select', { class: 'pk-length', 'aria-label': 'How long' }, ...MINUTES.map((n) => el('option', { value: String(n) }, `${n} min`)));
    length.value = String(USUAL_MINUTES);
    const invite = (event) => {
      event.preventDefault();
      const name = room.value.trim();
      if (name !== '') attempt(this.#session.pkInvite(name, { durationMs: Number(length.value) * 60_000 }));
    };
    return [
      el('form', { class: 'pk-fields', onsubmit: invite }, room, length,
        el('button', { type: 'submit', class: 'button primary' }, icon('versus'), el('span', { class: 'label' }, 'Invite'))),
      button('Close', 'close', () => this.#open(false), { kind: 'round small bare', quiet: true }),
    ];
  }

  #waiting(sent) {
    return [
      el('div', { class: 'invitation-text' }, el('b', {}, `${sent.room} is invited to a PK`), countdown(sent)),
      button('Withdraw', 'close', () => attempt(this.#session.pkEnd()), { kind: 'ghost' }),
    ];
  }

  #open(open) {
    this.#opened = open;
    this.#shownSent = undefined;
    this.render();
    if (open) this.form.querySelector('input')?.focus();
    else this.opener.focus();
  }
}

// SPDX-License-Identifier: Apache-2.0
import { button, el, icon } from './dom.js';

const SHOWN_MS = 6_000;
const MAX_TOASTS = 4;

/** A short sentence that goes away by itself; `kind` is info, good or bad. */
export function toast(text, kind = 'info') {
  const host = document.getElementById('toasts');
  const known = [...host.children].find((one) => one.dataset.text === text);
  known?.remove();
  while (host.childElementCount >= MAX_TOASTS) host.firstElementChild.remove();
  const node = el('div', { class: `toast ${kind}`, 'data-text': text },
    el('span', {}, text), button('Dismiss', 'close', () => node.remove(), { kind: 'round small bare', quiet: true }));
  host.append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}

/** What was said about a room is no news once it is left. */
export function clearToasts() {
  document.getElementById('toasts').replaceChildren();
}

/** Runs a request and shows the server's sentence when it is refused. */
export async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error.message || String(error), 'bad');
    return undefined;
  }
}

/** A thin bar that runs out until `expiresAt` (ms of performance.now()), beside the seconds that are left. */
export function countdown({ expiresAt, forMs }) {
  const seconds = el('span', { class: 'seconds' });
  const bar = el('span', { class: 'countdown-bar' });
  const node = el('span', { class: 'countdown', 'aria-hidden': 'true' }, bar, seconds);
  let shownOnce = false;
  const tick = () => {
    const left = Math.max(0, expiresAt - performance.now());
    seconds.textContent = `${Math.ceil(left / 1000)} s`;
    bar.style.setProperty('--part', String(forMs > 0 ? Math.min(1, left / forMs) : 0));
    shownOnce ||= node.isConnected;
    if (left > 0 && (node.isConnected || !shownOnce)) setTimeout(tick, 250);
  };
  tick();
  return node;
}

/** The strip over the stage that says the line is being restored; media is not touched by that. */
export class Banner {
  node = el('div', { class: 'banner', role: 'status', hidden: true });
  #text = '';

  show(text, kind = 'warn') {
    if (this.#text === text && !this.node.hidden) return;
    this.#text = text;
    this.node.className = `banner ${kind}`;
    this.node.replaceChildren(el('span', { class: 'pulse', 'aria-hidden': 'true' }), text);
    this.node.hidden = false;
  }

  hide() {
    this.node.hidden = true;
  }
}

/** "Mei invites you on stage", with what is left of the time. */
export class InvitationCard {
  node = el('section', { class: 'invitation', role: 'alertdialog', 'aria-label': 'Invitation', hidden: true });
  #shown = null;

  show(invitation, { accept, decline }) {
    if (this.#shown === invitation) return;
    this.#shown = invitation;
    this.node.hidden = invitation === null;
    if (invitation === null) return;
    const who = invitation.by?.name ?? 'The host';
    const yes = button('Join the stage', 'check', accept, { kind: 'primary' });
    this.node.replaceChildren(
      el('span', { class: 'invitation-sign', 'aria-hidden': 'true' }, icon('mic')),
      el('div', { class: 'invitation-text' },
        el('b', {}, `${who} invites you on stage`),
        el('span', { class: 'dim' }, 'Your camera and microphone go live when you accept.'),
        countdown(invitation)),
      el('div', { class: 'invitation-actions' }, yes, button('Not now', 'close', decline, { kind: 'ghost' })));
    // Somebody who is typing must not go live by the next Enter.
    if (document.activeElement === document.body) yes.focus({ preventScroll: true });
  }
}

const ENDINGS = {
  left: ['You have left', 'Come back whenever you like.'],
  kicked: ['You were removed from this room', 'The host took you out. You can try again in ten minutes.'],
  roomClosed: ['The show is over', 'The host has closed the room.'],
  replaced: ['Opened elsewhere', 'This session goes on in another window.'],
  resumeExpired: ['Your place is gone', 'It is kept for 30 seconds, unless the server starts anew. Join again to come back.'],
  unreachable: ['The server cannot be reached', 'Check your network, then join again.'],
  serverClosing: ['The server is shutting down', 'Join again in a moment.'],
};

/** What is shown when a session is over, by the reason it ended. */
export function endingCard(reason, { rejoin, lobby }) {
  const [title, text] = ENDINGS[reason] ?? ['The session is over', `Reason: ${reason}.`];
  const again = reason === 'kicked' || reason === 'replaced' ? null : button('Join again', 'hand', rejoin, { kind: 'primary' });
  return el('div', { class: 'ending', role: 'alertdialog', 'aria-label': title },
    el('div', { class: 'ending-card' }, icon('brand'), el('h2', {}, title), el('p', { class: 'dim' }, text),
      el('div', { class: 'row' }, again, button('Back to the lobby', 'leave', lobby, { kind: 'ghost' }))));
}

// SPDX-License-Identifier: Apache-2.0
import { button, el, hueOf, icon } from './dom.js';
import { attempt } from './notices.js';

/** What the wire carries, and the drawing that stands for it, so that it looks the same without an emoji font. */
export const REACTIONS = new Map([['❤', 'heart'], ['👏', 'clap'], ['🔥', 'fire'], ['😂', 'laugh'], ['⭐', 'star']]);
const MAX_LINES = 300;

/** The talk beside the stage; every line also flies over it. */
export class ChatView {
  #session;
  #danmaku;
  #log = el('div', { class: 'chat-log', role: 'log', 'aria-live': 'polite', 'aria-label': 'Chat', tabindex: '0' });
  #input = el('input', { class: 'chat-input', maxlength: 500, placeholder: 'Say something …', 'aria-label': 'Message', autocomplete: 'off', enterkeyhint: 'send' });
  #onUnread;

  constructor(session, danmaku, { onUnread }) {
    this.#session = session;
    this.#danmaku = danmaku;
    this.#onUnread = onUnread;
    const send = el('button', { type: 'submit', class: 'button round primary', title: 'Send' }, icon('send'), el('span', { class: 'unseen' }, 'Send'));
    this.node = el('section', { class: 'chat', id: 'chat-panel', role: 'tabpanel', 'aria-label': 'Chat' }, this.#log,
      this.#reactionBar(), el('form', { class: 'chat-form', onsubmit: (event) => this.#send(event) }, this.#input, send));
    this.note('Be kind. What you write flies over the stage.');
  }

  add({ messages = [], dropped = 0 }) {
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
    for (const { from, text } of messages) {
      const mine = from.id === this.#session.id;
      const name = el('b', { class: `from ${from.role}` }, from.name);
      name.style.setProperty('--hue', String(hueOf(from.name)));
      this.#log.append(el('p', { class: `line${mine ? ' mine' : ''}` }, name, el('span', {}, text)));
      this.#danmaku.fly(text, { name: from.name, mine });
    }
    if (dropped > 0) this.note(`${dropped} more lines went by too fast to show.`);
    this.#trim();
    if (atEnd) this.#log.scrollTop = this.#log.scrollHeight;
    if (messages.length > 0) this.#onUnread();
  }

  react({ counts = {} }) {
    for (const [kind, count] of Object.entries(counts)) {
      this.#danmaku.rise(REACTIONS.get(kind) ?? 'heart', count);
    }
  }

  /** A line of the room itself: who came on stage, who left. */
  note(text) {
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
    this.#log.append(el('p', { class: 'line note' }, text));
    this.#trim();
    if (atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #trim() {
    while (this.#log.childElementCount > MAX_LINES) this.#log.firstElementChild.remove();
  }

  async #send(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    if (text === '') return;
    this.#input.value = '';
    const sent = await attempt(this.#session.chat(text));
    // What was refused is given back, unless something new is being typed already.
    if (sent === undefined && this.#input.value === '') this.#input.value = text;
  }

  #reactionBar() {
    const names = { heart: 'Love', clap: 'Applause', fire: 'Fire', laugh: 'Laugh', star: 'Star' };
    return el('div', { class: 'reactions', role: 'group', 'aria-label': 'Reactions' }, [...REACTIONS].map(([kind, name]) =>
      button(names[name], name, () => attempt(this.#session.reaction(kind)), { kind: 'round bare reaction', quiet: true })));
  }
}

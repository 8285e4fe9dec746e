// SPDX-License-Identifier: Apache-2.0
import { TEST_PICTURE, canCapture, devices, isMirrored, meter, openCapture, stopCapture } from './capture.js';
import { button, el, icon, relabel } from './dom.js';

const WORDS = ['lantern', 'jade', 'river', 'orchid', 'cedar', 'harbor', 'comet', 'bamboo', 'plum', 'ember', 'willow', 'maple'];

/** A room name people can say out loud. */
export function roomName(random = Math.random) {
  const first = Math.floor(random() * WORDS.length);
  const second = (first + 1 + Math.floor(random() * (WORDS.length - 1))) % WORDS.length;
  return `${WORDS[first]}-${WORDS[second]}-${10 + Math.floor(random() * 90)}`;
}

/** What somebody typed last time; private windows may refuse to keep it. */
const memory = {
  get(key) {
    try {
      return localStorage.getItem(`lianmai.${key}`) ?? '';
    } catch {
      return '';
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`lianmai.${key}`, value);
    } catch {
      // Then it is typed again.
    }
  },
};

/** A token leaves the address bar, but a reload of this tab still has it. */
function keepToken(given) {
  try {
    if (given !== null) sessionStorage.setItem('lianmai.token', given);
    return given ?? sessionStorage.getItem('lianmai.token') ?? undefined;
  } catch {
    return given ?? undefined;
  }
}

/**
 * The first screen: who, where, with which camera, and whether to start a show or to watch.
 * `onEnter({ name, room, role, token, choice, capture, note })` gets the open preview, which then belongs to the
 * receiver, and what was missing for it.
 */
export class Lobby {
  #root;
  #onEnter;
  #stream = null;
  #note = null;
  #stopMeter = () => {};
  #wanted = 0;
  #video = el('video', { muted: true, playsInline: true, autoplay: true, 'aria-label': 'Your camera' });
  #level = el('span', { class: 'level-bar' });
  #hint = el('p', { class: 'preview-hint' });
  #camera = el('select', { id: 'camera', onchange: () => this.#preview() });
  #microphone = el('select', { id: 'microphone', onchange: () => this.#preview() });
  #name = el('input', { id: 'name', maxlength: 64, autocomplete: 'nickname', required: true, placeholder: 'How others see you' });
  #room = el('input', { id: 'room', maxlength: 64, autocomplete: 'off', required: true, pattern: '[^\\/]+', spellcheck: 'false' });
  #problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  #buttons = [];
  #token;

  constructor(root, { params, onEnter }) {
    this.#root = root;
    this.#onEnter = onEnter;
    this.#token = keepToken(params.get('token'));
    this.#name.value = params.get('name') ?? memory.get('name');
    this.#room.value = params.get('room') ?? roomName();
    this.#build(params.has('room'));
  }

  show() {
    this.#root.hidden = false;
    this.#busy(false);
    this.#preview(false);
    if (this.#name.value === '') this.#name.focus();
  }

  hide() {
    this.#root.hidden = true;
  }

  /** The server refused: say so where the person is looking. */
  refuse(error) {
    const unknown = error.code === 'roomNotFound';
    const said = unknown ? `There is no show in “${this.#room.value}” yet. Start it, or wait for the host.` : error.message;
    const byLink = error.code === 'badToken' || error.code === 'tokenExpired';
    this.#problem.textContent = byLink ? `${said} Open the link you were given, or ask the host for one.` : said;
    this.#problem.hidden = false;
  }

  #build(invited) {
    const enter = (role) => () => this.#enter(role);
    const start = button('Start a show', 'camera', enter('host'), { kind: invited ? 'ghost big' : 'primary big' });
    const watch = button('Watch', 'people', enter('viewer'), { kind: invited ? 'primary big' : 'ghost big' });
    this.#buttons = [start, watch];
    const submit = (event) => {
      event.preventDefault();
      this.#enter(invited ? 'viewer' : 'host');
    };
    const field = (id, label, input, extra = null) => el('div', { class: 'field' }, el('label', { for: id }, label), input, extra);
    const dice = button('Another room name', 'bullet', () => { this.#room.value = roomName(); }, { kind: 'round bare', quiet: true });
    this.#root.replaceChildren(
      el('header', { class: 'brand' }, icon('brand'),
        el('div', {}, el('h1', {}, 'Lianmai'), el('p', { class: 'dim' }, 'Linked mics: one stage, any audience, in real time.'))),
      el('section', { class: 'preview', 'aria-label': 'Preview' }, this.#video, this.#hint,
        el('div', { class: 'preview-foot' },
          el('span', { class: 'level', title: 'Microphone level' }, icon('mic'), el('span', { class: 'level-track' }, this.#level)))),
      el('form', { class: 'entry', onsubmit: submit },
        field('name', 'Your name', this.#name),
        field('room', 'Room', el('div', { class: 'with-button' }, this.#room, dice)),
        el('div', { class: 'pair' }, field('camera', 'Camera', this.#camera), field('microphone', 'Microphone', this.#microphone)),
        this.#problem,
        el('div', { class: 'choices' }, invited ? [watch, start] : [start, watch]),
        el('p', { class: 'dim small' }, 'Watching needs no camera. You can ask for a seat on the stage at any time.')));
  }

  async #enter(role) {
    const form = this.#root.querySelector('form');
    if (!form.reportValidity()) return;
    const [name, room] = [this.#name.value.trim(), this.#room.value.trim()];
    memory.set('name', name);
    this.#problem.hidden = true;
    this.#busy(true);
    if (role === 'host' && this.#stream === null) await this.#preview(true);
    const capture = this.#release(role === 'host');
    try {
      await this.#onEnter({ name, room, role, token: this.#token, choice: this.#choice(), capture, note: this.#note });
    } catch (error) {
      stopCapture(capture);
      this.refuse(error);
      this.show();
    }
  }

  #choice() {
    return { camera: this.#camera.value, microphone: this.#microphone.value };
  }

  #busy(busy) {
    for (const one of this.#buttons) one.disabled = busy;
    relabel(this.#buttons[0], busy ? 'Connecting …' : 'Start a show');
  }

  /** Opens the preview; `ask` false does so only where the permission was given before, so nobody is surprised. */
  async #preview(ask = true) {
    const turn = ++this.#wanted;
    await this.#listDevices();
    if (!ask && this.#camera.value !== TEST_PICTURE && !(await this.#permitted())) {
      this.#hint.replaceChildren(el('span', {}, canCapture() ? 'See yourself before the others do.' : 'No camera can be opened here.'),
        button(canCapture() ? 'Turn on the camera' : 'Use the test picture', 'camera', () => this.#preview(true), { kind: 'ghost' }));
      this.#hint.hidden = false;
      return;
    }
    const { stream, note } = await openCapture(this.#choice());
    if (turn !== this.#wanted || this.#root.hidden) {
      stopCapture(stream);
      return;
    }
    this.#release(false);
    this.#stream = stream;
    this.#note = note;
    this.#video.srcObject = stream;
    this.#video.classList.toggle('mirrored', isMirrored(stream));
    this.#hint.replaceChildren(note ?? '');
    this.#hint.hidden = note === null;
    this.#stopMeter = meter(stream, (level) => this.#level.style.setProperty('--level', level.toFixed(2)));
    await this.#listDevices();
  }

  async #permitted() {
    const { cameras } = await devices();
    return cameras.some(({ label }) => label !== '');
  }

  async #listDevices() {
    const { cameras, microphones } = await devices();
    const fill = (select, list, extra) => {
      const chosen = select.value;
      select.replaceChildren(...list.map(({ deviceId, label }, i) => el('option', { value: deviceId }, label || `Device ${i + 1}`)),
        ...extra);
      if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen;
    };
    fill(this.#camera, cameras, [el('option', { value: TEST_PICTURE }, 'Test picture')]);
    fill(this.#microphone, microphones, microphones.length ? [] : [el('option', { value: '' }, 'None found')]);
  }

  /** Lets go of the preview: hands it over, or turns the camera off. */
  #release(handOver) {
    const stream = this.#stream;
    this.#stream = null;
    this.#stopMeter();
    this.#stopMeter = () => {};
    this.#video.srcObject = null;
    if (handOver) return stream;
    stopCapture(stream);
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
import { ChatView } from './chat-view.js';
import { DanmakuLayer } from './danmaku.js';
import { button, el, icon, relabel } from './dom.js';
import { LatencyGraph } from './latency-graph.js';
import { Banner, InvitationCard, attempt, countdown, toast } from './notices.js';
import { PeopleView } from './people-view.js';
import { PkView, resultText } from './pk-view.js';
import { StageView } from './stage-view.js';
import { runsStage } from './lianmai-client.js';

const STATS_EVERY_MS = 1_000;

/**
 * The room on screen: top bar, stage, dock, panel. It draws what `session.state` says after every change and turns
 * clicks into requests; `actions` (of studio.js) do what needs the camera or another page:
 * `{ takeSeat(), acceptInvitation(), leaveSeat(), toggle(kind), leave() }`.
 */
export class RoomView {
  #session;
  #actions;
  #chat;
  #people;
  #stage;
  #pk;
  #graph = new LatencyGraph();
  #danmaku = new DanmakuLayer();
  #banner = new Banner();
  #invitation = new InvitationCard();
  #figuresOn = false;
  #statsTimer = null;
  #applicationShown = null;
  #drawn = false;
  #seated;
  #buttons = {};
  #tabs = {};
  #parts = {};

  constructor(root, session, { room, actions }) {
    this.#session = session;
    this.#actions = actions;
    this.#seated = session.state.seats.map(({ state, member }) => (state === 'occupied' ? member.id : null));
    this.#chat = new ChatView(session, this.#danmaku, { onUnread: () => this.#tabs.chat?.classList.toggle('unread', this.#parts.panel.dataset.tab !== 'chat') });
    this.#people = new PeopleView(session);
    this.#pk = new PkView(session);
    this.#stage = new StageView(session, {
      onSilent: () => { this.#buttons.sound.hidden = false; },
      onSeat: () => this.#chooseSeat(),
    });
    root.replaceChildren(this.#topBar(room), this.#main(), this.#panel());
    root.hidden = false;
    this.#listen();
    this.render();
    this.#statsTimer = setInterval(() => this.#readStats(), STATS_EVERY_MS);
  }

  close() {
    clearInterval(this.#statsTimer);
    this.#pk.close();
  }

  /** Several events often come in one turn of the event loop: draw once after all of them. */
  render() {
    if (this.#drawn) return;
    this.#drawn = true;
    queueMicrotask(() => {
      this.#drawn = false;
      this.#draw();
    });
  }

  #draw() {
    const { state } = this.#session;
    this.#stage.render();
    this.#pk.render();
    this.#people.render();
    this.#invitation.show(state.invitation, { accept: this.#actions.acceptInvitation, decline: () => attempt(this.#session.decline()) });
    this.#drawDock(state);
    const { lock, lockLabel, audience, live } = this.#parts;
    lock.hidden = !runsStage(state.me);
    relabel(lock, state.room.locked ? 'Unlock the room' : 'Lock the room', state.room.locked ? 'lock' : 'unlock');
    lockLabel.hidden = !state.room.locked;
    audience.textContent = String(state.audience.count);
    live.hidden = !state.seats.some((seat) => seat.state === 'occupied');
    this.#tabs.people.dataset.badge = runsStage(state.me) && this.#people.waiting > 0 ? String(this.#people.waiting) : '';
  }

  #drawDock(state) {
    const { mic, camera, seat, cancel } = this.#buttons;
    const onStage = state.mySeat >= 0;
    const mine = onStage ? state.seats[state.mySeat] : null;
    mic.hidden = camera.hidden = !onStage;
    if (onStage) {
      relabel(mic, mine.audioMuted ? 'Turn microphone on' : 'Turn microphone off', mine.audioMuted ? 'mic-off' : 'mic');
      relabel(camera, mine.videoMuted ? 'Turn camera on' : 'Turn camera off', mine.videoMuted ? 'camera-off' : 'camera');
      mic.classList.toggle('off', mine.audioMuted);
      camera.classList.toggle('off', mine.videoMuted);
    }
    const applying = state.application !== null && !onStage;
    // An open invitation has its own button, and a full stage has none to offer.
    seat.hidden = applying || (state.invitation !== null && !onStage);
    seat.classList.toggle('primary', !onStage);
    seat.classList.toggle('stepping', onStage);
    if (onStage) seat.title = 'Leave the stage';
    else seat.removeAttribute('title');
    relabel(seat, onStage ? 'Leave the stage' : runsStage(state.me) ? 'Take a seat' : 'Join the stage', onStage ? 'step-down' : 'hand');
    cancel.hidden = !applying;
    if (this.#applicationShown !== state.application) {
      this.#applicationShown = state.application;
      cancel.querySelector('.countdown')?.remove();
      if (state.application !== null) cancel.append(countdown(state.application));
    }
  }

  #topBar(room) {
    const copy = button('Copy room link', 'link', () => this.#copyLink(room), { kind: 'ghost' });
    const lock = button('Lock the room', 'unlock', () => attempt(this.#session.state.room.locked ? this.#session.unlock() : this.#session.lock()),
      { kind: 'round ghost', quiet: true });
    const lockLabel = el('span', { class: 'chip locked', title: 'Nobody new can come in' }, icon('lock'), el('span', { class: 'chip-text' }, 'locked'));
    const audience = el('b', {}, '0');
    const live = el('span', { class: 'chip live' }, el('span', { class: 'pulse', 'aria-hidden': 'true' }), 'LIVE');
    Object.assign(this.#parts, { lock, lockLabel, audience, live });
    return el('header', { class: 'top' }, icon('brand'), el('h1', { class: 'room-name' }, room), live,
      el('span', { class: 'chip', title: 'People watching' }, icon('people'), audience, el('span', { class: 'unseen' }, 'watching')), lockLabel,
      this.#stage.cord, el('div', { class: 'top-end' }, this.#graph.node, lock, copy));
  }

  #main() {
    const sound = button('Tap for sound', 'speaker-off', () => {
      sound.hidden = true;
      this.#stage.unmute();
    }, { kind: 'primary sound' });
    sound.hidden = true;
    this.#buttons.sound = sound;
    return el('section', { class: 'stage', 'aria-label': 'Stage' }, this.#banner.node, this.#pk.node, this.#stage.node, this.#danmaku.node,
      sound, this.#invitation.node, this.#pk.card, this.#pk.form, this.#dock());
  }

  #dock() {
    const { toggle, leave } = this.#actions;
    const quiet = { kind: 'round big', quiet: true };
    const flying = button('Flying chat', 'bullet', () => {
      this.#danmaku.on = !this.#danmaku.on;
      flying.setAttribute('aria-pressed', String(this.#danmaku.on));
    }, quiet);
    const stats = button('Figures', 'gauge', () => {
      this.#figuresOn = !this.#figuresOn;
      stats.setAttribute('aria-pressed', String(this.#figuresOn));
      document.body.classList.toggle('figures-on', this.#figuresOn);
      this.#readStats();
    }, quiet);
    flying.setAttribute('aria-pressed', 'true');
    stats.setAttribute('aria-pressed', 'false');
    Object.assign(this.#buttons, {
      mic: button('Turn microphone off', 'mic', () => toggle('audio'), quiet),
      camera: button('Turn camera off', 'camera', () => toggle('video'), quiet),
      seat: button('Join the stage', 'hand', () => (this.#session.onStage ? this.#actions.leaveSeat() : this.#actions.takeSeat()), { kind: 'big' }),
      cancel: button('Withdraw', 'close', () => attempt(this.#session.cancel()), { kind: 'big asking' }),
    });
    const { mic, camera, seat, cancel } = this.#buttons;
    return el('div', { class: 'dock', role: 'toolbar', 'aria-label': 'Controls' }, mic, camera, seat, cancel, this.#pk.opener, flying, stats,
      button('Leave the room', 'leave', leave, { kind: 'round big danger', quiet: true }));
  }

  #panel() {
    const tab = (name, label, iconName) => {
      const node = el('button', {
        type: 'button', role: 'tab', class: 'tab', 'aria-controls': `${name}-panel`, onclick: () => this.#show(name),
        onkeydown: ({ key }) => (key === 'ArrowLeft' || key === 'ArrowRight') && this.#show(name === 'chat' ? 'people' : 'chat').focus(),
      }, icon(iconName), label);
      this.#tabs[name] = node;
      return node;
    };
    const panel = el('aside', { class: 'panel', 'aria-label': 'Chat and people' },
      el('div', { class: 'tabs', role: 'tablist' }, tab('chat', 'Chat', 'chat'), tab('people', 'People', 'people')),
      this.#chat.node, this.#people.node);
    this.#parts.panel = panel;
    this.#show('chat');
    return panel;
  }

  #show(name) {
    this.#parts.panel.dataset.tab = name;
    for (const [key, tab] of Object.entries(this.#tabs)) {
      tab.setAttribute('aria-selected', String(key === name));
      tab.tabIndex = key === name ? 0 : -1;
    }
    this.#chat.node.hidden = name !== 'chat';
    this.#people.node.hidden = name !== 'people';
    this.#tabs[name].classList.remove('unread');
    return this.#tabs[name];
  }

  #listen() {
    const session = this.#session;
    session.on('change', () => this.render());
    session.on('seat', (seat) => {
      this.#greet(seat);
      this.render();
    });
    session.on('chat', (event) => this.#chat.add(event));
    session.on('reactions', (event) => this.#chat.react(event));
    session.on('stats', (event) => this.#graph.push(event));
    session.on('application', ({ member }) => toast(`${member.name} asks for the stage.`));
    session.on('codecUnsupported', ({ codec }) => toast(`This browser cannot show ${codec}; you hear the sound.`, 'bad'));
    session.on('host', ({ member }) => this.#newHost(member));
    session.on('memberLeft', ({ member }) => member.name && this.#chat.note(`${member.name} has left.`));
    session.on('applicationEnded', ({ member, reason }) => {
      if ((member?.id ?? member) === session.id && reason === 'declined') toast('The host has declined for now.');
      if ((member?.id ?? member) === session.id && reason === 'timedOut') toast('Nobody answered. Ask again if you like.');
    });
    session.on('pkInvitationEnded', (event) => this.#pkAnswered(event));
    session.on('pkStarted', ({ pk }) => this.#chat.note(`PK with ${pk.host.name} of ${pk.room}.`));
    session.on('pkEnded', () => this.#chat.note(`The PK is over: ${resultText(session.state.pkResult)}.`));
    session.on('link', ({ state }) => this.#showLine(state, session.peerConnection.connectionState));
    session.on('media', ({ state }) => this.#showLine(session.linkState, state));
  }

  /** Says who has come on stage since this page looked; the seat tells its occupant again when other things change. */
  #greet({ seat, state, member }) {
    const id = state === 'occupied' ? member.id : null;
    if (id !== null && id !== this.#seated[seat]) this.#chat.note(`${member.name} joined the stage.`);
    this.#seated[seat] = id;
  }

  #pkAnswered({ room, sent, reason }) {
    const what = { declined: 'has declined the PK', timedOut: 'did not answer', busy: 'is in a PK with another room', roomClosed: 'is over' }[reason];
    if (sent && what !== undefined) toast(`${room} ${what}.`);
  }

  #newHost(member) {
    const id = member?.id ?? member;
    if (id === this.#session.id) toast('You are the host now.', 'good');
    else if (id === undefined || id === null) toast('The host is gone. The room closes soon unless one comes back.', 'bad');
    else this.#note(id, 'is the host now.');
  }

  #note(id, what) {
    const name = this.#session.state.members.get(id)?.name;
    if (name !== undefined) this.#chat.note(`${name} ${what}`);
  }

  #showLine(link, media) {
    if (link === 'resuming') this.#banner.show('Connection to the room lost. Coming back; the picture goes on.');
    else if (link === 'open' && (media === 'disconnected' || media === 'failed')) this.#banner.show('The picture is interrupted. Finding another way …');
    else this.#banner.hide();
  }

  #chooseSeat() {
    const { me } = this.#session.state;
    if (this.#session.onStage) {
      this.#show('people');
      if (runsStage(me)) toast('Choose somebody to invite.');
    } else {
      this.#actions.takeSeat();
    }
  }

  async #copyLink(room) {
    const link = `${location.origin}${location.pathname}?room=${encodeURIComponent(room)}`;
    try {
      await navigator.clipboard.writeText(link);
      toast('The room link is copied.', 'good');
    } catch {
      toast(link);
    }
  }

  async #readStats() {
    if (!this.#figuresOn) {
      this.#stage.showStats(null);
      return;
    }
    const reading = await this.#session.stats().catch(() => null);
    if (reading !== null) this.#stage.showStats(reading);
  }
}

// SPDX-License-Identifier: Apache-2.0
import { el, syncList } from './dom.js';
import { attempt } from './notices.js';
import { Tile, figures } from './tile.js';
import { runsStage } from './lianmai-client.js';

/** Whether somebody is to be seen on a seat: a member, or the host of the room that ours is in a PK with. */
function isTaken({ state, member }) {
  return (state === 'occupied' || state === 'pk') && member !== null;
}

/** The stage: one tile per taken seat in a grid that knows its count, and the cord that links all seats. */
export class StageView {
  #session;
  #tiles = [];
  #grid = el('div', { class: 'grid' });
  #waiting = el('div', { class: 'waiting' }, el('p', {}, 'The stage is empty.'), el('p', { class: 'dim' }, 'The show begins when somebody takes a seat.'));
  #silent = false;
  #onSilent;
  #onSeat;

  cord = el('ol', { class: 'cord', 'aria-label': 'Seats' });

  /** `onSilent()` when the browser refused to play sound; `onSeat(seat)` when a free seat of the cord was chosen. */
  constructor(session, { onSilent, onSeat }) {
    this.#session = session;
    this.#onSilent = onSilent;
    this.#onSeat = onSeat;
    this.node = el('div', { class: 'stage-grid' }, this.#grid, this.#waiting);
    this.render();
  }

  /** Draws everything anew from the session's state; elements are kept, so that pictures never blink. */
  render() {
    const { state } = this.#session;
    let count = 0;
    state.seats.forEach((known, seat) => {
      const tile = this.#tile(seat);
      if (!isTaken(known)) {
        tile.hide();
        return;
      }
      count++;
      tile.show(this.#view(this.#session.seat(seat), state));
    });
    this.#grid.dataset.count = String(count);
    this.#grid.classList.toggle('versus', state.seats.some((known) => known.state === 'pk'));
    this.#waiting.hidden = count > 0;
    this.#renderCord(state);
  }

  /** After a click anywhere the browser allows sound. */
  unmute() {
    this.#silent = false;
    this.render();
    for (const tile of this.#tiles) if (!tile.node.hidden) tile.play();
  }

  async showStats(reading) {
    const { mySeat } = this.#session.state;
    this.#tiles.forEach((tile, seat) => {
      const record = seat === mySeat ? reading?.uplink : reading?.seats[seat];
      tile.setFigures(reading === null ? null : figures(record, reading.rttMs, seat === mySeat));
    });
  }

  #view(seat, state) {
    const mine = seat.seat === state.mySeat;
    return {
      ...seat, mine, silent: this.#silent,
      speaking: state.speaker === seat.member.id && !seat.audioMuted,
      reconnecting: state.reconnecting.has(seat.member.id),
      canManage: runsStage(state.me) && !mine && !(seat.member.role === 'host'),
    };
  }

  #tile(seat) {
    if (this.#tiles[seat] === undefined) {
      const tile = new Tile(seat, {
        menu: (index) => this.#menu(index),
        onRefused: () => {
          this.#silent = true;
          this.#onSilent();
        },
      });
      this.#tiles[seat] = tile;
      this.#grid.append(tile.node);
    }
    return this.#tiles[seat];
  }

  #menu(seat) {
    const session = this.#session;
    const { member, audioMuted, videoMuted } = session.state.seats[seat];
    const toggle = (muted, kind) => () => attempt(muted ? session.unmute(member.id, { [kind]: true }) : session.mute(member.id, { [kind]: true }));
    const items = [
      { label: audioMuted ? 'Allow microphone' : 'Mute microphone', icon: audioMuted ? 'mic' : 'mic-off', run: toggle(audioMuted, 'audio') },
      { label: videoMuted ? 'Allow camera' : 'Stop camera', icon: videoMuted ? 'camera' : 'camera-off', run: toggle(videoMuted, 'video') },
      { label: 'Take off the stage', icon: 'step-down', run: () => attempt(session.removeFromSeat(member.id)) },
    ];
    if (session.role === 'host') {
      items.push({ label: 'Make host', icon: 'crown', run: () => attempt(session.transferHost(member.id)) });
    }
    items.push({ label: 'Remove from room', icon: 'kick', danger: true, run: () => attempt(session.kick(member.id)) });
    return items;
  }

  #renderCord(state) {
    syncList(this.cord, state.seats, {
      key: ({ seat }) => String(seat),
      signature: ({ state: name, member }) => `${name} ${member?.id} ${member?.name} ${member !== null && state.speaker === member.id}`,
      build: (seat) => this.#knot(seat, state),
    });
  }

  #knot({ seat, state: name, member }, state) {
    const label = { occupied: member?.name, pk: `${member?.name}, in a PK`, reserved: `${member?.name ?? 'Somebody'} is invited`, empty: 'Free seat' }[name];
    const speaking = member !== null && state.speaker === member?.id;
    const knot = el('button', {
      type: 'button', class: `knot ${name}${speaking ? ' speaking' : ''}`, title: label, disabled: name !== 'empty',
      onclick: () => this.#onSeat(seat),
    }, el('span', { class: 'unseen' }, `Seat ${seat + 1}: ${label}`));
    return el('li', {}, knot, name === 'occupied' || name === 'pk' ? el('span', { class: 'knot-name', 'aria-hidden': 'true' }, member.name) : null);
  }
}

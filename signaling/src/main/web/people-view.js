// SPDX-License-Identifier: Apache-2.0
import { avatar, button, el, icon, menuButton, syncList } from './dom.js';
import { attempt, countdown, toast } from './notices.js';
import { runsStage } from './lianmai-client.js';

const PAGE = 100;
const ROLE_SIGN = { host: 'crown', moderator: 'shield' };

/** Who is here: applications first, then the stage, then the audience as a count, its newest, and on request everybody. */
export class PeopleView {
  #session;
  #waiting = el('div', { class: 'people-list', 'aria-live': 'polite' });
  #waitingBox = el('section', { class: 'people-box waiting-box', hidden: true }, el('h2', {}, 'Asking for the stage'), this.#waiting);
  #stage = el('ul', { class: 'people-list' });
  #audience = el('ul', { class: 'people-list' });
  #nobody = el('p', { class: 'dim empty-note' }, 'Nobody is watching yet. Share the link.');
  #audienceTitle = el('h2', {}, 'Audience');
  #more = button('Show everybody', 'people', () => this.#showAll(), { kind: 'ghost wide' });
  #paged = null;
  #next = undefined;
  #applications = new Map();

  constructor(session) {
    this.#session = session;
    this.node = el('section', { class: 'people', id: 'people-panel', role: 'tabpanel', 'aria-label': 'People' },
      this.#waitingBox,
      el('section', { class: 'people-box' }, el('h2', {}, 'On stage'), this.#stage),
      el('section', { class: 'people-box' }, this.#audienceTitle, this.#nobody, this.#audience, this.#more));
    this.render();
  }

  /** How many wait for an answer, for the badge on the tab. */
  get waiting() {
    return this.#session.state.applications.size;
  }

  render() {
    const { state } = this.#session;
    this.#renderApplications(state);
    const staged = [...state.members.values()].filter(({ id }) => state.seats.some(({ member }) => member?.id === id) || this.#runs(id));
    this.#rows(this.#stage, staged, state);
    this.#renderAudience(state);
  }

  #runs(id) {
    const member = this.#session.state.members.get(id);
    return member !== undefined && runsStage(member);
  }

  #renderApplications({ applications, me }) {
    this.#waitingBox.hidden = applications.size === 0 || !runsStage(me);
    for (const [id, node] of this.#applications) {
      if (applications.has(id)) continue;
      node.remove();
      this.#applications.delete(id);
    }
    for (const [id, application] of applications) {
      if (this.#applications.has(id)) continue;
      const node = this.#application(application);
      this.#applications.set(id, node);
      this.#waiting.append(node);
    }
  }

  #application(application) {
    const { member } = application;
    return el('div', { class: 'person asking' }, avatar(member.name),
      el('div', { class: 'person-text' }, el('span', { class: 'person-name' }, member.name), countdown(application)),
      button(`Accept ${member.name}`, 'check', () => attempt(this.#session.accept(member.id)), { kind: 'round small good', quiet: true }),
      button(`Decline ${member.name}`, 'close', () => attempt(this.#session.decline(member.id)), { kind: 'round small', quiet: true }));
  }

  #renderAudience(state) {
    const { count, newest } = state.audience;
    this.#audienceTitle.textContent = `Audience · ${count}`;
    const shown = this.#paged ?? newest;
    const onStage = new Set(state.seats.map(({ member }) => member?.id));
    const watching = shown.filter(({ id, role }) => !onStage.has(id) && role === 'viewer');
    this.#rows(this.#audience, watching, state);
    this.#nobody.hidden = watching.length > 0;
    const allThere = this.#paged === null ? count <= newest.length : this.#next === undefined;
    this.#more.hidden = allThere;
  }

  #rows(list, members, state) {
    const views = members.map((member) => ({
      member,
      mine: member.id === state.me.id,
      away: state.reconnecting.has(member.id),
      reserved: state.seats.some((seat) => seat.state === 'reserved' && seat.member?.id === member.id),
      seated: state.seats.some((seat) => seat.state === 'occupied' && seat.member?.id === member.id),
      managed: runsStage(state.me) && member.id !== state.me.id && member.role !== 'host',
    }));
    syncList(list, views, { key: ({ member }) => member.id, signature: JSON.stringify, build: (view) => this.#row(view) });
  }

  #row({ member, mine, away, reserved, seated, managed }) {
    const sign = ROLE_SIGN[member.role];
    return el('li', { class: `person${away ? ' away' : ''}` }, avatar(member.name),
      el('div', { class: 'person-text' },
        el('span', { class: 'person-name' }, member.name, mine ? el('span', { class: 'dim' }, ' (you)') : null),
        reserved ? el('span', { class: 'dim small' }, 'invited …') : null,
        away ? el('span', { class: 'dim small' }, 'reconnecting …') : null),
      sign ? el('span', { class: `role-sign ${member.role}`, title: member.role }, icon(sign), el('span', { class: 'unseen' }, member.role)) : null,
      managed && !seated ? this.#actions(member, reserved) : null);
  }

  #actions(member, reserved) {
    const session = this.#session;
    const invite = reserved
      ? button(`Withdraw the invitation of ${member.name}`, 'close', () => attempt(session.cancel(member.id)), { kind: 'round small', quiet: true })
      : button(`Invite ${member.name}`, 'plus', () => this.#invite(member), { kind: 'round small good', quiet: true });
    const menu = menuButton(`More about ${member.name}`, () => [
      { label: 'Remove from room', icon: 'kick', danger: true, run: () => attempt(session.kick(member.id)) },
    ]);
    return [invite, menu];
  }

  async #invite(member) {
    if (await attempt(this.#session.invite(member.id))) toast(`${member.name} is invited.`, 'good');
  }

  /** Pages are fetched on demand: a room of thousands is never sent to everybody. */
  async #showAll() {
    const reply = await attempt(this.#session.participants({ after: this.#next, limit: PAGE }));
    if (reply === undefined) return;
    this.#paged = [...(this.#paged ?? []), ...reply.members];
    this.#next = reply.next ?? undefined;
    this.render();
  }
}

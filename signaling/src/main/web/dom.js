// SPDX-License-Identifier: Apache-2.0

const SVG = 'http://www.w3.org/2000/svg';

/**
 * One element: `el('button', { class: 'round', onclick: fn, 'aria-label': 'Mute' }, child, 'text')`. Functions become
 * listeners, `hidden`, `disabled` and the like properties, the rest attributes; text is always text, never markup.
 */
export function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'function') node.addEventListener(key.slice(2), value);
    else if (typeof value === 'boolean' && key in node) node[key] = value;
    else if (key === 'value' || key === 'textContent') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * Puts the symbols of icons.svg into the page once: a use of a symbol in the same document draws at once, one of
 * another file is fetched again for every use and flickers.
 */
export async function loadIcons() {
  const text = await (await fetch('icons.svg')).text();
  const sprite = document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
  sprite.setAttribute('class', 'sprite');
  sprite.setAttribute('aria-hidden', 'true');
  document.body.prepend(sprite);
}

/** An icon of icons.svg; decoration only, its button carries the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Makes the children of `parent` those of `items`, keeping each element whose key and signature are as before: what
 * did not change keeps its focus, its open menu and its running animation.
 */
export function syncList(parent, items, { key, signature, build }) {
  const kept = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const mark = signature(item);
    let node = kept.get(key(item));
    kept.delete(key(item));
    if (node?.dataset.mark !== mark) {
      const fresh = build(item);
      fresh.dataset.key = key(item);
      fresh.dataset.mark = mark;
      node?.replaceWith(fresh);
      node = fresh;
    }
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  for (const node of kept.values()) node.remove();
}

/** A button with an icon and a label that is shown, or only read out when `quiet`. */
export function button(label, iconName, onclick, { kind = '', quiet = false } = {}) {
  const text = el('span', { class: quiet ? 'unseen' : 'label' }, label);
  // The name is also an attribute: on narrow screens some labels are not drawn.
  return el('button', { type: 'button', class: `button ${kind}`, 'aria-label': label, title: quiet ? label : null, onclick }, icon(iconName), text);
}

export function relabel(node, label, iconName) {
  const text = node.querySelector('.label, .unseen');
  if (text.textContent !== label) text.textContent = label;
  node.setAttribute('aria-label', label);
  if (node.hasAttribute('title')) node.title = label;
  const use = node.querySelector('use');
  if (iconName && use.getAttribute('href') !== `#i-${iconName}`) use.setAttribute('href', `#i-${iconName}`);
}

/** A person without a picture: the first letter on a colour that stays the same for the same name. */
export function avatar(name) {
  const node = el('span', { class: 'avatar', 'aria-hidden': 'true' }, [...(name || '?')][0].toUpperCase());
  node.style.setProperty('--hue', String(hueOf(name)));
  return node;
}

export function hueOf(name) {
  let hash = 7;
  for (const character of name ?? '') hash = (hash * 31 + character.codePointAt(0)) % 360;
  return hash;
}

/**
 * A menu behind a button: opens on click, closes on choice, Escape or a click elsewhere, walks with the arrow keys.
 * `items()` is asked at every opening and gives `[{ label, icon, run, danger }]`.
 */
export function menuButton(label, items) {
  const list = el('div', { class: 'menu', role: 'menu', hidden: true });
  const opener = button(label, 'more', () => (list.hidden ? open() : close()), { kind: 'round small', quiet: true });
  opener.setAttribute('aria-haspopup', 'menu');
  opener.setAttribute('aria-expanded', 'false');
  const away = (event) => !wrap.contains(event.target) && close();
  function open() {
    list.replaceChildren(...items().map(({ label: text, icon: name, run, danger }) => el('button', {
      type: 'button', role: 'menuitem', class: danger ? 'danger' : '', onclick: () => { close(); run(); },
    }, icon(name), text)));
    list.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', away);
    list.firstElementChild?.focus();
  }
  function close() {
    const hadFocus = list.contains(document.activeElement);
    list.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', away);
    if (hadFocus) opener.focus();
  }
  const wrap = el('div', { class: 'menu-wrap', onkeydown: (event) => walk(event, list, close) }, opener, list);
  return wrap;
}

function walk(event, list, close) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') close();
  if (step === undefined || list.hidden) return;
  event.preventDefault();
  const entries = [...list.children];
  const next = entries.indexOf(document.activeElement) + step;
  entries[(next + entries.length) % entries.length]?.focus();
}

import { t } from '../../platform/browser.js';
import { originOf } from '../../background/capture/scope.js';
import { h, icon } from '../dom.js';
import { button, head, pill, tile } from '../parts.js';
import { bare, countOf, LANGUAGE, stateOf } from '../words.js';
import { webappEntry } from './webapp.js';

/**
 * The account cards. Those of the site that the person is on come first, then
 * those of its app.
 *
 * @typedef {import('../popup.js').Model} Model
 * @typedef {import('../popup.js').Ways} Ways
 * @typedef {import('../client.js').Card} Card
 */

/**
 * @param {Model} model
 * @param {Ways} ways
 * @returns {Node[]}
 */
export function cardsView(model, ways) {
  const add = h(
    'button',
    { type: 'button', class: 'icon-button end', 'aria-label': t('add_account'), title: t('add_account'), data: { action: 'add' }, on: { click: ways.add } },
    icon('plus'),
  );
  if (model.cards.length === 0) return [head(t('name'), null), emptyView(model, ways)];
  const cards = sorted(model);
  const list = h('ul', { class: 'cards', 'aria-label': t('accounts') }, cards.map((card) => cardItem(card, model, ways)));
  const none = h('p', { class: 'none', hidden: true }, t('no_match'));
  return [head(t('name'), null, add), search(cards, list, none, ways), h('main', {}, offer(model, ways), list, none, webappEntry(model, ways))];
}

/**
 * The app that the current tab shows: by its own domains, or, for an app that
 * runs anywhere, by a card of this site.
 * @param {Model} model
 */
export function currentApp({ apps, cards, tab }) {
  const origin = originOf(tab?.url);
  if (!origin) return null;
  const host = new URL(origin).hostname;
  const known = cards.find((card) => card.site === origin)?.app;
  const app = apps.find((a) => a.app === known || a.domains.some((d) => host === d || host.endsWith(`.${d}`)));
  return app ? { app, origin } : null;
}

/** @param {Model} model */
function sorted(model) {
  const here = currentApp(model);
  const rank = (/** @type {Card} */ card) => (card.site === here?.origin ? 0 : card.app === here?.app.app ? 1 : 2);
  const { compare } = new Intl.Collator(LANGUAGE, { numeric: true });
  return [...model.cards].sort((a, b) => rank(a) - rank(b) || compare(a.app_name, b.app_name) || compare(a.username, b.username));
}

/**
 * Shows on its card what a share is doing.
 * @param {Model} model
 * @param {string} account
 */
export function updateCard({ cards, shares }, account) {
  const card = cards.find(({ id }) => id === account);
  const shown = document.querySelector(`[data-card="${CSS.escape(account)}"] .pill`);
  if (card) shown?.replaceWith(pill(stateOf(card.session, shares.get(account))));
}

/**
 * @param {Card} card
 * @param {Model} model
 * @param {Ways} ways
 */
function cardItem(card, { shares }, ways) {
  const open = h(
    'button',
    {
      type: 'button',
      class: 'open',
      data: { action: 'details' },
      'aria-label': t('view_details_of', card.username, card.app_name),
      on: { click: () => void ways.details(card.id) },
    },
    t('view_details'),
    icon('chevron'),
  );
  return h(
    'li',
    { class: 'card', data: { card: card.id, app: card.app } },
    tile(card.icon),
    h('p', { class: 'card-app strong clip', title: card.app_name }, card.app_name),
    pill(stateOf(card.session, shares.get(card.id))),
    h('p', { class: 'card-user clip', title: card.username }, h('bdi', {}, card.username)),
    h('p', { class: 'card-site faint clip', title: card.site }, bare(card.site)),
    open,
  );
}

/**
 * A text as it is searched: without case and accents.
 * @param {string} text
 */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * @param {Card[]} cards
 * @param {HTMLElement} list
 * @param {HTMLElement} none
 * @param {Ways} ways
 */
function search(cards, list, none, ways) {
  const texts = cards.map((card) => plain(`${card.app_name} ${card.username} ${card.site}`));
  const filter = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    texts.forEach((text, i) => {
      const hit = words.every((word) => text.includes(word));
      /** @type {HTMLElement} */ (list.children[i]).hidden = !hit;
      if (hit) shown++;
    });
    none.hidden = shown > 0;
    ways.say(countOf('found', shown));
  };
  // The browser closes the popup at Escape; one that empties the field is not meant so.
  const clear = (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'Escape' || field.value === '') return;
    e.preventDefault();
    field.value = '';
    filter();
  };
  const field = /** @type {HTMLInputElement} */ (
    h('input', { type: 'search', name: 'search', placeholder: t('search'), 'aria-label': t('search'), autocomplete: 'off', spellcheck: 'false', on: { input: filter, keydown: clear } })
  );
  const strip = h('search', { class: 'search' }, icon('search'), field);
  for (const el of [strip, list]) el.addEventListener('keydown', (e) => walk(e, field, list));
  return strip;
}

/**
 * Arrow keys go from the search field through the cards and back.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} field
 * @param {HTMLElement} list
 */
function walk(event, field, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [field, .../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('li:not([hidden]) button'))];
  const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = stops[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

/**
 * The offer to add an account where the tab shows a supported app that has no card for this site.
 * @param {Model} model
 * @param {Ways} ways
 */
function offer(model, ways) {
  const here = currentApp(model);
  if (!here || model.cards.some((card) => card.site === here.origin)) return null;
  return h(
    'div',
    { class: 'offer' },
    tile(here.app.icon, 'small'),
    h('p', {}, t('offer', here.app.name, bare(here.origin))),
    button('add', t('add_account'), ways.add, { kind: 'small' }),
  );
}

/**
 * @param {Model} model
 * @param {Ways} ways
 */
const emptyView = (model, ways) =>
  h(
    'main',
    { class: 'screen' },
    h('div', { class: 'picture' }, icon('boat')),
    h('h2', {}, t('empty_title')),
    h('ol', { class: 'steps' }, ['empty_1', 'empty_2', 'empty_3'].map((name) => h('li', {}, h('span', {}, t(name))))),
    button('add', currentApp(model) ? t('add_account_of', currentApp(model)?.app.name ?? '') : t('add_account'), ways.add, { kind: 'primary', icon: 'plus' }),
    webappEntry(model, ways, true),
  );

import { browser, t } from '../platform/browser.js';
import { allShares, call, currentTab, faultOf, keepAwake, watchShares } from './client.js';
import { browserContext } from './context.js';
import { addView } from './views/add.js';
import { cardsView, updateCard } from './views/cards.js';
import { DetailsView } from './views/details.js';
import { faultView, loadingView } from './views/screens.js';

/**
 * The popup: one view at a time, and the ways between them.
 *
 * @typedef {import('./client.js').Card} Card
 * @typedef {import('./client.js').App} App
 * @typedef {{cards: Card[], apps: App[], shares: Map<string, import('./client.js').ShareRecord>,
 *   tab: chrome.tabs.Tab | undefined, context: object}} Model
 * @typedef {{
 *   show: (name: string, content: Node[], focus?: string) => void,
 *   say: (text: string) => void,
 *   cards: (focus?: string) => Promise<void>, details: (account: string) => Promise<void>, add: () => void,
 * }} Ways
 */

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
const live = /** @type {HTMLElement} */ (document.getElementById('live'));

/** Until this has passed, a blank surface is calmer than a spinner. */
const CALM_MS = 180;

/** @type {Model} */
const model = { cards: [], apps: [], shares: new Map(), tab: undefined, context: {} };
/** @type {DetailsView | null} */
let details = null;

/** @type {Ways} */
const ways = {
  show(name, content, focus = 'h1') {
    if (name !== 'details') details = null;
    app.dataset.view = name;
    app.replaceChildren(...content);
    /** @type {HTMLElement | null} */ (app.querySelector(focus) ?? app.querySelector('h1'))?.focus();
  },
  // Emptied first, so that the same words are read out again.
  say(text) {
    live.textContent = '';
    setTimeout(() => (live.textContent = text), 50);
  },
  cards: (focus) =>
    guarded(async () => {
      const [{ accounts }, { apps }, shares] = await Promise.all([call('accounts'), call('apps'), allShares()]);
      Object.assign(model, { cards: accounts, apps, shares });
      ways.show('cards', cardsView(model, ways), focus);
    }),
  details: (account) =>
    guarded(async () => {
      const view = await DetailsView.open(account, model, ways);
      details = view;
      ways.show('details', view.content());
    }),
  add: () => ways.show('add', addView(model, ways), '[name=username]'),
};

/**
 * Runs a step that talks to the host; shows that it lasts, and its failure.
 * @param {() => Promise<void>} step
 */
async function guarded(step) {
  const wait = setTimeout(() => ways.show('loading', loadingView()), CALM_MS);
  try {
    await step();
  } catch (err) {
    clearTimeout(wait);
    ways.show('fault', faultView(faultOf(err), () => void start()));
  } finally {
    clearTimeout(wait);
  }
}

/**
 * The state of host, keyring and vault decides whether there are cards to show.
 * The keyring asks the person only when they say "try again", and its prompt may
 * close the popup.
 * @param {{unlock?: boolean}} [how]
 */
async function start({ unlock = false } = {}) {
  await guarded(async () => {
    const state = await call('state', { unlock });
    const code = blockOf(state);
    if (code) return ways.show('fault', faultView({ code }, () => void start({ unlock: code === 'keyring_locked' })));
    await ways.cards();
  });
}

/** @param {{keyring: string, enrolled: boolean, vault: string}} state */
function blockOf({ keyring, enrolled, vault }) {
  if (keyring !== 'ok' && keyring !== 'empty') return keyring;
  if (!enrolled) return 'not_enrolled';
  return vault === 'ok' ? null : vault;
}

document.documentElement.lang = browser.i18n.getUILanguage();
document.title = t('name');
watchShares((account, record) => {
  if (record) model.shares.set(account, record);
  else model.shares.delete(account);
  const card = model.cards.find(({ id }) => id === account);
  if (card && record?.status) card.session = record.status;
  updateCard(model, account);
  details?.shareChanged(account, record);
});
keepAwake();
[model.tab, model.context] = await Promise.all([currentTab(), browserContext()]);
await start();

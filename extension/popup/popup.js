import { t } from '../platform/browser.js';
import { blockOf } from '../background/block.js';
import { vaultOf } from '../background/capture/scope.js';
import { allShares, call, currentTab, faultOf, keepAwake, watchShares } from './client.js';
import { browserContext } from '../platform/context.js';
import { stage } from './stage.js';
import { addView } from './views/add.js';
import { cardsView, updateCard } from './views/cards.js';
import { DetailsView } from './views/details.js';
import { faultView, loadingView, markSlow } from './views/screens.js';

/**
 * The popup: one view at a time, and the ways between them. Whoever waits for an
 * answer can go elsewhere meanwhile; an answer that comes too late is dropped.
 *
 * @typedef {import('./client.js').Card} Card
 * @typedef {import('./client.js').App} App
 * @typedef {{cards: Card[], apps: App[], shares: Map<string, import('./client.js').ShareRecord>,
 *   tab: chrome.tabs.Tab | undefined, context: object, vault: {address?: string, webapp: boolean}}} Model `webapp`: used in this browser
 * @typedef {{
 *   show: (name: string, content: Node[], focus?: string) => void,
 *   say: (text: string) => void,
 *   cards: (focus?: string) => void, details: (account: string) => Promise<void>, add: () => void,
 * }} Ways
 */

/** Until this has passed, a blank surface is calmer than grey shapes. */
const CALM_MS = 180;

/** After this a person wonders whether anything goes on. */
const SLOW_MS = 2000;

/** @type {Model} */
const model = { cards: [], apps: [], shares: new Map(), tab: undefined, context: {}, vault: { webapp: false } };
/** @type {DetailsView | null} */
let details = null;
/** Counts the ways gone, so that an answer knows whether anyone still waits for it. */
let turn = 0;
/** @type {(() => void) | null} one step back, for Escape */
let back = null;

/** @type {Ways} */
const ways = {
  show(name, content, focus) {
    if (name !== 'details') details = null;
    stage.show(name, content, focus);
  },
  say: stage.say,
  cards(focus) {
    turn++;
    back = null;
    ways.show('cards', cardsView(model, ways), focus);
  },
  details(account) {
    const card = /** @type {Card} */ (model.cards.find(({ id }) => id === account));
    const view = new DetailsView(card, model, ways);
    const known = model.shares.get(account);
    const show = () => {
      if (details === view) return;
      details = view;
      // It was not told of what happened while it was not shown.
      const record = model.shares.get(account);
      if (record !== known) view.shareChanged(account, record ?? null);
      ways.show('details', view.content());
    };
    back = () => view.back();
    // What its card tells is shown while the rest is on its way.
    return waiting(
      () => call('account', { account, vault: vaultOf(model.vault.address) }),
      show,
      (found) => (view.complete(found), show()),
      (fault) => (view.fail(fault), show()),
    );
  },
  add() {
    turn++;
    hush();
    back = () => ways.cards('[data-action=add]');
    ways.show('add', addView(model, ways), '[name=username]');
  },
};

/** Whether the person has been told that something lasts. */
let slow = false;

/** Takes back that something lasts. */
function hush() {
  if (slow) ways.say('');
  slow = false;
}

/**
 * Asks for something and goes on with the answer, unless the person has gone
 * elsewhere by then. Meanwhile it shows that it lasts.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {() => void} meanwhile
 * @param {(answer: T) => void} then
 * @param {(fault: import('./client.js').FaultData) => void} failed
 */
async function waiting(ask, meanwhile, then, failed) {
  const mine = ++turn;
  hush();
  const here = (/** @type {() => void} */ step) => () => mine === turn && step();
  const timers = [
    setTimeout(here(meanwhile), CALM_MS),
    setTimeout(
      here(() => {
        slow = true;
        markSlow(stage.app);
        ways.say(t('slow'));
      }),
      SLOW_MS,
    ),
  ];
  /** @type {() => void} */
  let next;
  try {
    const answer = await ask();
    next = () => then(answer);
  } catch (err) {
    next = () => failed(faultOf(err));
  }
  timers.forEach(clearTimeout);
  here(() => {
    hush();
    next();
  })();
}

/** The accounts whose shares have changed since the cards were asked for. @type {Set<string>} */
const changed = new Set();

/**
 * The records of all shares, those that changed while they were read as they are now.
 * @param {Map<string, import('./client.js').ShareRecord>} read
 */
function newest(read) {
  for (const account of changed) {
    const record = model.shares.get(account);
    if (record) read.set(account, record);
    else read.delete(account);
  }
  return read;
}

/**
 * A share that has ended says more than the vault did before it.
 * @param {Card} card
 * @param {import('./client.js').ShareRecord | null | undefined} record
 */
function adopt(card, record) {
  if (record?.status) card.session = record.status;
}

/**
 * The state of host, keyring and vault decides whether there are cards to show.
 * The keyring asks the person only when they say "try again", and its prompt may
 * close the popup.
 * @param {{again?: boolean, unlock?: boolean}} [how]
 */
async function start({ again = false, unlock = false } = {}) {
  back = null;
  const ask = async () => {
    const { address, webapp, ...state } = await call('state', { unlock });
    const code = blockOf(state);
    if (code) return code === state.vault ? { code, detail: state.vault_detail } : { code };
    model.vault = { address, webapp };
    changed.clear();
    const [{ accounts }, { apps }] = await Promise.all([call('accounts'), call('apps')]);
    Object.assign(model, { cards: accounts, apps, shares: newest(await allShares()) });
    for (const card of model.cards) if (changed.has(card.id)) adopt(card, model.shares.get(card.id));
    return null;
  };
  const stop = (/** @type {import('./client.js').FaultData} */ fault) =>
    ways.show('fault', faultView(fault, () => void start({ again: true, unlock: fault.code === 'keyring_locked' })), again ? '[data-action=retry]' : 'h1');
  await waiting(
    ask,
    () => ways.show('loading', loadingView()),
    (fault) => (fault ? stop(fault) : ways.cards()),
    stop,
  );
}

stage.begin(t('name'));
// Escape goes one step back; at the cards it is the browser's, which closes the popup.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || !back) return;
  event.preventDefault();
  back();
});
watchShares((account, record) => {
  changed.add(account);
  if (record) model.shares.set(account, record);
  else model.shares.delete(account);
  const card = model.cards.find(({ id }) => id === account);
  if (card) adopt(card, record);
  updateCard(model, account);
  details?.shareChanged(account, record);
});
keepAwake();
void call('seen').catch(() => undefined);
[model.tab, model.context] = await Promise.all([currentTab(), browserContext()]);
await start();

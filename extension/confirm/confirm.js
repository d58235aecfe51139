import { browser, t } from '../platform/browser.js';
import { blockOf } from '../background/block.js';
import { LACKS } from '../background/bridge/lacks.js';
import { patternsOf, vaultOf } from '../background/capture/scope.js';
import { call, faultOf, keepAwake, shareOf, watchShares } from '../popup/client.js';
import { browserContext } from '../platform/context.js';
import { stage } from '../popup/stage.js';
import { faultView, loadingView, markSlow } from '../popup/views/screens.js';
import { Fresh, FRESH_MS } from './fresh.js';
import { namesView, overView, pleaView, questionView } from './views.js';

/**
 * The extension's own window, where the person answers what a page of the web
 * app asks. Its address names a question of the background's, or the account
 * whose names are shown; closing it without an answer declines.
 *
 * @typedef {import('../popup/client.js').Account} Account
 * @typedef {import('../popup/client.js').FaultData} FaultData
 * @typedef {{kind: string, account: string, tab: chrome.tabs.Tab | null}} Asked
 */

const SLOW_MS = 2000;
/** How often is looked whether what this computer lacks is there by now. */
const LOOK_MS = 2000;

const place = new URLSearchParams(location.hash.slice(1));
const ask = place.get('ask') ?? '';
/** @type {Asked | null} */
let asked = null;
/** @type {Account | null} */
let account = null;
let vault = '';
let context = {};
/** What is lacking, until it is there. */
let lack = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let looking;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let ripening;
/** Clicks that come too soon do nothing, and the buttons look so. */
const fresh = new Fresh(
  (painted) => requestAnimationFrame(painted),
  (is) => {
    clearTimeout(ripening);
    if (is) stage.app.dataset.fresh = '';
    else ripening = setTimeout(() => delete stage.app.dataset.fresh, FRESH_MS);
  },
);

/** @type {typeof stage.show} */
function draw(...view) {
  stage.show(...view);
  fresh.begin();
}

async function close() {
  const tab = await browser.tabs.getCurrent();
  if (tab?.id !== undefined) await browser.tabs.remove(tab.id);
}

/** @param {{unlock?: boolean}} [how] */
async function begin({ unlock = false } = {}) {
  clearTimeout(looking);
  draw('loading', loadingView());
  const slow = setTimeout(() => (markSlow(stage.app), stage.say(t('slow'))), SLOW_MS);
  try {
    const state = await call('state', { unlock });
    asked = place.has('names') ? { kind: 'names', account: place.get('names') ?? '', tab: null } : await call('asked', { ask });
    if (!asked) return draw('over', overView(close));
    const code = blockOf(state);
    if (code) return await stuck({ code });
    if (lack) await call('stuck', { ask, code: '' });
    lack = '';
    vault = vaultOf(state.address);
    account = await call('account', { account: asked.account, vault });
    await show();
  } catch (err) {
    await stuck(faultOf(err));
  } finally {
    clearTimeout(slow);
  }
}

/** @param {FaultData} fault */
async function stuck(fault) {
  lack = LACKS.test(fault.code) ? fault.code : '';
  if (lack) looking = setTimeout(() => void look(), LOOK_MS);
  await call('stuck', { ask, code: fault.code }).catch(() => undefined);
  draw(
    'fault',
    faultView(fault, () => void begin({ unlock: fault.code === 'keyring_locked' })),
  );
}

/** Begins anew once something else is lacking, or nothing any more. */
async function look() {
  const code = await call('state', { unlock: false }).then(blockOf, (err) => faultOf(err).code);
  if (code === lack) looking = setTimeout(() => void look(), LOOK_MS);
  else if (lack) await begin();
}

/** @param {FaultData | null} [fault] */
async function show(fault = null) {
  if (!asked || !account) return;
  if (asked.kind === 'names') return draw('names', namesView(account, vault, close));
  if (asked.kind === 'open') return draw('plea', pleaView(account, vault, fault, { agree, decline: close, retry: () => void show() }));
  const record = await shareOf(asked.account);
  const view = record && questionView(account, vault, record, { accept: () => void tell('accept'), cancel: close, name: () => void goOn(true), retry: () => void goOn(false) });
  if (view) draw('question', view, '.slot button');
}

/**
 * Asks the browser, which grants only within the click.
 * @returns {Promise<boolean>}
 */
const permitted = () => browser.permissions.request({ origins: patternsOf(/** @type {Account} */ (account).capture) }).catch(() => false);

async function agree() {
  const allowed = await permitted();
  try {
    if (!allowed) return await show({ code: 'permission_denied' });
    await call('agree', { ask, context });
  } catch (err) {
    await show(faultOf(err));
  }
}

/** @param {'accept'} what */
const tell = (what) => call(what, { account: /** @type {Asked} */ (asked).account }).catch((err) => stuck(faultOf(err)));

/**
 * Lets the share that waits go on.
 * @param {boolean} named whether the person says that the session is of this account
 */
async function goOn(named) {
  const { account: id, tab } = /** @type {Asked} */ (asked);
  const granted = await permitted();
  try {
    if (!named) await call('answer', { account: id, granted });
    else if (tab) await call('intend', { account: id, intent: { tab, vault, plan: account?.capture, context, agreed: false, named, surface: 'page' } });
    else draw('over', overView(close));
  } catch (err) {
    await stuck(faultOf(err));
  }
}

stage.begin(t('name'));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  void close();
});
document.addEventListener(
  'click',
  (event) => {
    if (!fresh.ignores(event.timeStamp)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
// Who brings the window into sight decides when the person's click lands on it.
addEventListener('focus', () => fresh.begin());
document.addEventListener('visibilitychange', () => fresh.begin());
watchShares((changed) => {
  if (asked?.kind === 'question' && changed === asked.account) void show();
});
keepAwake();
context = await browserContext();
await begin();

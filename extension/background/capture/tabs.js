import { Fault, within } from '../fault.js';
import { containsOrigin, originOf } from './scope.js';
import { tabsOf } from './stores.js';

/**
 * The tabs that an app's storage is read from: those open in the person's
 * cookie store, or one that is opened in the background for the time of reading.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {{store: import('./stores.js').Store, tabId: number, windowId: number}} Where
 */

const LOAD_MS = 30_000;
const POLL_MS = 150;
/** That a tab which says that it has loaded may go on showing no document: its page is still on the way into another process. */
const ARRIVE_MS = 10_000;
/** An app writes its first storage a moment after it has loaded. */
const SETTLE_MS = 500;

/** The tabs that visits have opened for themselves, and close when they are done. */
const borrowed = new Set();

/**
 * The open tabs of the app, the one that the person sees first, then by last use,
 * since sessionStorage differs from tab to tab. One that another visit has opened is
 * none: it may be gone while it is read.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Where} where
 */
export async function openTabs(api, plan, where) {
  const tabs = await tabsOf(api, where.store.id);
  return tabs
    .filter((tab) => !borrowed.has(tab.id) && containsOrigin(plan.domains, originOf(tab.url) ?? undefined))
    .sort((a, b) => rank(b, where) - rank(a, where));
}

/**
 * @param {chrome.tabs.Tab} tab
 * @param {Where} where
 */
const rank = (tab, where) => (tab.id === where.tabId ? Infinity : (/** @type {any} */ (tab).lastAccessed ?? 0));

/**
 * Opens the app in the background, in the person's store, until closeApp.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Where} where
 */
export async function openApp(api, plan, { store, windowId }) {
  const container = store.kind === 'container' ? { cookieStoreId: store.id } : {};
  try {
    const tab = await api.tabs.create({ url: plan.open, active: false, windowId, ...container });
    borrowed.add(tab.id);
    return tab;
  } catch {
    throw new Fault('capture_failed');
  }
}

/**
 * @param {Browser} api
 * @param {number} tabId
 */
export async function closeApp(api, tabId) {
  await api.tabs.remove(tabId).catch(() => undefined); // the person was faster
  borrowed.delete(tabId);
}

/**
 * Waits until a tab has loaded, or for as long as that may take: some never do.
 * @param {Browser} api
 * @param {number} tabId
 * @param {AbortSignal} signal
 */
export async function loaded(api, tabId, signal) {
  let said = Infinity;
  for (const end = Date.now() + LOAD_MS; ; await pause(POLL_MS)) {
    if (signal.aborted) throw new Fault('interrupted');
    const tab = await api.tabs.get(tabId).catch(() => {
      throw new Fault('tab_closed');
    });
    if (Date.now() > end) return tab;
    if (tab.status !== 'complete' || tab.pendingUrl || tab.url === 'about:blank') continue;
    said = Math.min(said, Date.now());
    if ((await showsDocument(api, tabId)) || Date.now() > said + ARRIVE_MS) {
      await pause(SETTLE_MS);
      return tab;
    }
  }
}

/**
 * Whether a tab shows a document that can be read. The browser's own error page is none.
 * @param {Browser} api
 * @param {number} tabId
 */
function showsDocument(api, tabId) {
  const shown = api.scripting.executeScript({ target: { tabId }, func: () => document.URL, injectImmediately: true });
  return within(ARRIVE_MS, 'capture_failed', shown).then(
    ([top]) => top !== undefined && top.result !== 'about:blank',
    () => false,
  );
}

/**
 * @param {Browser} api
 * @param {number} tabId
 */
export const isClosed = (api, tabId) => api.tabs.get(tabId).then(() => false, () => true);

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

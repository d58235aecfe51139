import { closeApp, loaded, openApp, openTabs } from './tabs.js';

/**
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where} Where
 * @typedef {{signal: AbortSignal, opened: (tabId: number | null) => Promise<void>}} Hooks
 */

/**
 * Calls `use` with the app's open tabs in the person's store, in order of
 * preference. Where none shows the card's site, one is opened in the background
 * for that time.
 * @template T
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Where} where
 * @param {Hooks} hooks `opened` is told which tab is to be closed, should the worker die first
 * @param {(tabs: chrome.tabs.Tab[]) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function visit(api, plan, where, { signal, opened }, use) {
  const tabs = await openTabs(api, plan, where);
  if (tabs.some((tab) => shows(tab, plan.site))) return use(tabs);
  const own = await openApp(api, plan, where);
  const id = /** @type {number} */ (own.id);
  await opened(id);
  try {
    await loaded(api, id, signal);
    return await use([...tabs, await api.tabs.get(id)]);
  } finally {
    await closeApp(api, id);
    await opened(null);
  }
}

/**
 * @param {chrome.tabs.Tab} tab
 * @param {string} site an origin
 */
export const shows = (tab, site) => tab.url !== undefined && URL.canParse(tab.url) && new URL(tab.url).origin === site;

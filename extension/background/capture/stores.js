import { isFirefox } from '../../platform/browser.js';

/**
 * Cookie stores. A session is taken from one only: that of the window in which
 * the person clicked. Stores are never merged.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {{id: string, kind: 'default' | 'private' | 'container'}} Store
 */

/**
 * The store of a tab.
 * @param {Browser} api
 * @param {chrome.tabs.Tab} tab
 * @returns {Promise<Store>}
 */
export async function storeOf(api, tab) {
  const id = isFirefox(api) ? /** @type {any} */ (tab).cookieStoreId : await chromiumStore(api, tab);
  return { id, kind: tab.incognito ? 'private' : id.startsWith('firefox-container-') ? 'container' : 'default' };
}

/**
 * The tabs that live in a store.
 * @param {Browser} api
 * @param {string} id
 */
export async function tabsOf(api, id) {
  const tabs = await api.tabs.query({});
  if (isFirefox(api)) return tabs.filter((tab) => /** @type {any} */ (tab).cookieStoreId === id);
  const ids = (await api.cookies.getAllCookieStores()).find((store) => store.id === id)?.tabIds ?? [];
  return tabs.filter((tab) => tab.id !== undefined && ids.includes(tab.id));
}

/**
 * Chromium lists the tabs of each store, and has one store for each kind of window.
 * @param {Browser} api
 * @param {chrome.tabs.Tab} tab
 */
async function chromiumStore(api, tab) {
  const stores = await api.cookies.getAllCookieStores();
  const own = stores.find((store) => tab.id !== undefined && store.tabIds.includes(tab.id));
  return own?.id ?? (tab.incognito ? '1' : '0');
}

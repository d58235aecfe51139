import { isFirefox } from '../../platform/browser.js';
import { within } from '../fault.js';
import { openTabs } from './tabs.js';

/**
 * Cookies whose bytes are not UTF-8, of which Chromium's extension API leaves
 * out a part without a word. Its API for pages shows them as empty, and so they
 * are found; a page does not see those that are HttpOnly. Firefox has replaced
 * such bytes when the cookie was set, so that what it sends is what is copied.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where} Where
 * @typedef {import('./cookies.js').Cookie} Cookie
 */

const READ_MS = 5_000;

/**
 * The names of captured cookies of which a part is lost. Only tabs that are open
 * are asked, and one that does not answer is passed over.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Where} where
 * @param {Cookie[]} cookies
 * @returns {Promise<string[]>}
 */
export async function garbled(api, plan, where, cookies) {
  if (isFirefox(api)) return [];
  /** @type {Set<string>} */
  const empty = new Set();
  for (const { id: tabId, discarded } of await openTabs(api, plan, where)) {
    if (tabId === undefined || discarded) continue;
    const target = { tabId, allFrames: true };
    const run = api.scripting.executeScript({ target, func: emptyCookies, injectImmediately: true });
    const results = await within(READ_MS, 'capture_failed', run).catch(() => []);
    for (const { result } of results) for (const name of result ?? []) empty.add(name);
  }
  return cookies.filter(({ name, value, http_only: hidden }) => value !== '' && !hidden && empty.has(name)).map(({ name }) => name);
}

/** Runs in the page. Insecure pages do not have the interface. */
async function emptyCookies() {
  const list = (await /** @type {any} */ (self).cookieStore?.getAll()) ?? [];
  return list.filter((/** @type {any} */ { value }) => value === '').map((/** @type {any} */ { name }) => String(name));
}

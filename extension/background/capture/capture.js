import { Fault } from '../fault.js';
import { MAX_BUNDLE } from '../chunks.js';
import { seconds } from '../consent.js';
import { readCookies } from './cookies.js';
import { readStorage } from './storage.js';
import { loaded, openApp, openTabs } from './tabs.js';

/**
 * The capture of one account's session: session.Capture in JSON. It lives in
 * memory only, from here to the host.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where & {context: object}} Source
 * @typedef {{signal: AbortSignal, opened: (tabId: number | null) => Promise<void>}} Hooks
 */

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks `opened` is told which tab is to be closed, should the worker die first
 * @returns {Promise<{body: Uint8Array, skipped: string[]}>} the JSON's bytes, and what no text can carry
 */
export async function capture(api, plan, source, hooks) {
  const { origins, skipped } = await storageOf(api, plan, source, hooks);
  // Cookies last: opening the app may have renewed them.
  const cookies = await readCookies(api, plan.domains, source.store.id);
  if (hooks.signal.aborted) throw new Fault('interrupted');
  const body = new TextEncoder().encode(
    JSON.stringify({
      captured: seconds(new Date()),
      store: source.store,
      read: origins.length > 0 ? ['cookie', ...plan.stores] : ['cookie'],
      cookies,
      origins,
      context: source.context,
    }),
  );
  if (body.length > MAX_BUNDLE) throw new Fault('bundle_too_large');
  return { body, skipped };
}

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks
 */
async function storageOf(api, plan, source, { signal, opened }) {
  if (plan.stores.length === 0) return { origins: [], skipped: [] };
  const tabs = await openTabs(api, plan, source);
  if (tabs.some((tab) => tab.url && new URL(tab.url).origin === plan.site)) return readStorage(api, plan, tabs, signal);
  const own = await openApp(api, plan, source);
  const id = /** @type {number} */ (own.id);
  await opened(id);
  try {
    await loaded(api, id, signal);
    return await readStorage(api, plan, [...tabs, await api.tabs.get(id)], signal);
  } finally {
    await api.tabs.remove(id).catch(() => undefined);
    await opened(null);
  }
}

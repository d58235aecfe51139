import { Fault } from '../fault.js';
import { MAX_BUNDLE } from '../chunks.js';
import { seconds } from '../consent.js';
import { readCookies } from './cookies.js';
import { readStorage } from './storage.js';
import { visit } from './visit.js';

/**
 * The capture of one account's session: session.Capture in JSON. It lives in
 * memory only, from here to the host.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where & {context: object}} Source
 * @typedef {import('./visit.js').Hooks} Hooks
 */

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks
 * @returns {Promise<{body: string, skipped: string[], cookies: import('./cookies.js').Cookie[], left: number}>} the
 *   JSON, what cannot be carried, the cookies again, for whoever compares them later, and how many stay behind
 */
export async function capture(api, plan, source, hooks) {
  const { origins, skipped } = await storageOf(api, plan, source, hooks);
  // Cookies last: opening the app may have renewed them.
  const { cookies, unread, left } = await readCookies(api, plan.domains, source.store.id);
  skipped.push(...unread);
  if (hooks.signal.aborted) throw new Fault('interrupted');
  const body = JSON.stringify({
    captured: seconds(new Date()),
    store: source.store,
    read: origins.length > 0 ? ['cookie', ...plan.stores] : ['cookie'],
    cookies,
    origins,
    context: source.context,
  });
  if (body.length > MAX_BUNDLE) throw new Fault('bundle_too_large');
  return { body, skipped, cookies, left };
}

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks
 */
async function storageOf(api, plan, source, hooks) {
  if (plan.stores.length === 0) return { origins: [], skipped: [] };
  return visit(api, plan, source, hooks, (tabs) => readStorage(api, plan, tabs, hooks.signal));
}

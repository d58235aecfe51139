import { Fault } from '../fault.js';
import { MAX_BUNDLE } from '../chunks.js';
import { seconds } from '../consent.js';
import { readCookies } from './cookies.js';
import { nameOf, readStorage } from './storage.js';
import { visit } from './visit.js';

/**
 * The capture of one account's session: session.Capture in JSON. It lives in
 * memory only, from here to the host.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where & {context: object}} Source
 * @typedef {import('./visit.js').Hooks} Hooks
 * @typedef {{name: string, why: string}} Named what cannot be read, and a reason of storage.js
 */

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks
 * @returns {Promise<{body: string, skipped: string[], unread: Named[], cookies: import('./cookies.js').Cookie[], left: number}>}
 *   the JSON, what cannot be carried, what cannot be read, the cookies again, to be compared later, and how many cookies
 *   and items stay behind
 */
export async function capture(api, plan, source, hooks) {
  const storage = await storageOf(api, plan, source, hooks);
  // Cookies last: opening the app may have renewed them.
  const { cookies, partial, left } = await readCookies(api, plan.domains, source.store.id);
  const kept = storage.unread.filter(({ why }) => why === 'kept').map((part) => part.name ?? nameOf(part));
  const skipped = [...kept, ...partial];
  const unread = storage.unread.filter(({ why }) => why !== 'kept');
  if (hooks.signal.aborted) throw new Fault('interrupted');
  const body = JSON.stringify({
    captured: seconds(new Date()),
    store: source.store,
    read: storage.origins.length > 0 ? ['cookie', ...plan.stores] : ['cookie'],
    ...(unread.length > 0 && { unread: unread.map(({ why, ...part }) => part) }),
    cookies,
    origins: storage.origins,
    context: source.context,
  });
  if (body.length > MAX_BUNDLE) throw new Fault('bundle_too_large');
  return { body, skipped, unread: unread.map((part) => ({ name: nameOf(part), why: part.why })), cookies, left: left + storage.left };
}

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Hooks} hooks
 */
async function storageOf(api, plan, source, hooks) {
  if (plan.stores.length === 0) return { origins: [], unread: [], left: 0 };
  return visit(api, plan, source, hooks, (seen) => readStorage(api, plan, seen, hooks.signal));
}

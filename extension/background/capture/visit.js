import { documentsOf, isTop } from './documents.js';
import { closeApp, loaded, openApp, openTabs } from './tabs.js';

/**
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./tabs.js').Where} Where
 * @typedef {import('./documents.js').Seen} Seen
 * @typedef {{signal: AbortSignal, opened: (tabId: number | null) => Promise<void>}} Hooks
 */

/**
 * Calls `use` with the documents of the app's tabs in the person's store, in order
 * of preference. Where no tab shows a document of the card's site, the app is opened
 * in the background for that time.
 * @template T
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Where} where
 * @param {Hooks} hooks `opened` is told which tab is to be closed, should the worker die first
 * @param {(seen: Seen) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function visit(api, plan, where, { signal, opened }, use) {
  const seen = await documentsOf(api, plan, await openTabs(api, plan, where));
  if (pageOf(plan, seen)) return use(seen);
  const own = await openApp(api, plan, where);
  const id = /** @type {number} */ (own.id);
  await opened(id);
  try {
    const { documents } = await documentsOf(api, plan, [await loaded(api, id, signal)]);
    // An app may redirect to another origin of its own.
    const unseen = documents.some(isTop) ? seen.unseen : [...new Set([...seen.unseen, plan.site])];
    return await use({ documents: [...seen.documents, ...documents], unseen });
  } finally {
    await closeApp(api, id);
    await opened(null);
  }
}

/**
 * The document of the card's site that a tab shows.
 * @param {Plan} plan
 * @param {Seen} seen
 */
export const pageOf = ({ site }, { documents }) => documents.find((each) => isTop(each) && each.origin === site);

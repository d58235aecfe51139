import { Fault, within } from '../fault.js';
import { containsOrigin, originOf } from './scope.js';
import { isClosed } from './tabs.js';

/**
 * What the app's tabs show. A tab is chosen by its address, but its document may
 * be another one: a sandboxed file, a viewer, the browser's own error page.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {{tabId: number, frameId: number, origin: string}} Document
 * @typedef {{documents: Document[], unseen: string[]}} Seen documents within the scope, and origins that tabs have
 *   as their address and none has as its document
 */

const LIST_MS = 30_000;

/** @param {Document} document */
export const isTop = ({ frameId }) => frameId === 0;

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {chrome.tabs.Tab[]} tabs in order of preference, which the documents keep
 * @returns {Promise<Seen>}
 */
export async function documentsOf(api, plan, tabs) {
  const lists = await Promise.all(tabs.map((tab) => framesOf(api, tab)));
  const documents = lists.flat().filter(({ origin }) => containsOrigin(plan.domains, origin));
  const shown = documents.filter(isTop).map(({ origin }) => origin);
  const silent = tabs.filter(({ url }) => originOf(url) !== null && !shown.includes(String(originOf(url))));
  for (const { id } of silent) if (id !== undefined && (await isClosed(api, id))) throw new Fault('tab_closed');
  return { documents, unseen: [...new Set(silent.map(({ url }) => String(originOf(url))))] };
}

/**
 * The frames of a tab. One that the browser has put to sleep, or that does not
 * answer, has none.
 * @param {Browser} api
 * @param {chrome.tabs.Tab} tab
 * @returns {Promise<Document[]>}
 */
async function framesOf(api, { id: tabId, discarded }) {
  if (tabId === undefined || discarded) return [];
  const list = api.scripting.executeScript({ target: { tabId, allFrames: true }, func: () => self.origin, injectImmediately: true });
  const results = await within(LIST_MS, 'capture_failed', list).catch(() => []);
  return results.map(({ frameId, result }) => ({ tabId, frameId, origin: String(result) }));
}

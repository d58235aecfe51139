import { storeOf } from '../capture/stores.js';
import { Fault } from '../fault.js';
import { observed } from '../observed.js';
import { permitted } from '../permitted.js';

/**
 * What the host finds in this browser for an account, without transferring
 * anything: the word, how many accounts, masked names, names of markers.
 *
 * @typedef {Omit<import('../share.js').Deps, 'records' | 'consents' | 'ask' | 'carried' | 'newKey'>} Deps
 */

/**
 * @param {Deps} deps
 * @param {string} account
 * @param {chrome.tabs.Tab & {id: number}} tab of the person
 * @param {object} context
 * @param {import('../capture/visit.js').Hooks} hooks
 */
export async function check(deps, account, tab, context, hooks) {
  const { api, host, capture } = deps;
  const { card, capture: plan } = await permitted(api, host, account);
  if (card.role !== 'owner') throw new Fault('not_owner');
  const store = await storeOf(api, tab);
  const { body } = await capture(api, plan, { store, tabId: tab.id, windowId: tab.windowId, context }, hooks);
  const noticed = await observed(deps, plan.domains, store.id);
  const { verdict } = await host.request('check', { account, observed: noticed }, { body, signal: hooks.signal });
  const { verdict: word, accounts, identity, warnings, markers } = verdict;
  return { verdict: word, accounts, identity, warnings, markers };
}

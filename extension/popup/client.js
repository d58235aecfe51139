import { browser } from '../platform/browser.js';

/**
 * The popup's way to the background. Shares are watched in storage.session, so
 * that their course is seen whether or not the worker has been restarted.
 *
 * @typedef {import('../background/fault.js').FaultData} FaultData
 * @typedef {import('../background/records.js').ShareRecord} ShareRecord
 * @typedef {{share: number, share_key: string, cause: string, cause_text: string, since: string, until?: string}} Attempt
 * @typedef {{state: string, cause?: string, cause_text?: string, generation: {share: number, refresh: number}, since?: string, by?: string, until?: string,
 *   last_used?: string, counts?: {cookies: number, items: number, left: number}, attempt?: Attempt}} Status
 * @typedef {{id: string, app: string, site: string, username: string, role: string, session: Status, app_name: string,
 *   icon: {letters: string, color: string}}} Card
 * @typedef {{app: string, name: string, icon: {letters: string, color: string}, any_site: boolean, domains: string[]}} App
 * @typedef {{card: Card, app: App, capture: import('../background/capture/scope.js').Plan, consented: boolean, consentText: string,
 *   names: {went: string[], stayed: string[]} | null}} Account
 */

/** A failed call, with the fault's data. */
export class CallError extends Error {
  /** @param {FaultData} fault */
  constructor(fault) {
    super(fault.code);
    this.fault = fault;
  }
}

/**
 * @param {string} name
 * @param {object} [args]
 * @returns {Promise<any>}
 */
export async function call(name, args = {}) {
  const reply = await browser.runtime.sendMessage({ call: name, args }).catch(() => undefined);
  if (reply?.ok) return reply.result;
  throw new CallError(reply?.error ?? { code: 'internal' });
}

/**
 * The fault of a failed call.
 * @param {unknown} err
 * @returns {FaultData}
 */
export const faultOf = (err) => (err instanceof CallError ? err.fault : { code: 'internal' });

const PREFIX = 'share:';

/**
 * @param {string} account
 * @returns {Promise<ShareRecord | null>}
 */
export async function shareOf(account) {
  return /** @type {any} */ ((await browser.storage.session.get(PREFIX + account))[PREFIX + account]) ?? null;
}

/**
 * The records of all shares, by account.
 * @returns {Promise<Map<string, ShareRecord>>}
 */
export async function allShares() {
  const stored = Object.entries(/** @type {Record<string, any>} */ (await browser.storage.session.get(null)));
  return new Map(stored.filter(([key]) => key.startsWith(PREFIX)).map(([, record]) => [record.account, record]));
}

/**
 * Calls back with the account and its record, or null once that is forgotten.
 * @param {(account: string, record: ShareRecord | null) => void} changed
 */
export function watchShares(changed) {
  browser.storage.onChanged.addListener((changes, area) => {
    if (area !== 'session') return;
    for (const [key, { newValue }] of Object.entries(changes)) {
      if (key.startsWith(PREFIX)) changed(key.slice(PREFIX.length), /** @type {any} */ (newValue) ?? null);
    }
  });
}

/** Keeps a port open whose end tells that the worker died; a new one starts it again. */
export function keepAwake() {
  browser.runtime.connect({ name: 'popup' }).onDisconnect.addListener(() => setTimeout(keepAwake, 250));
}

/** The tab that the popup was opened over. */
export async function currentTab() {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab;
}

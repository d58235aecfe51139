import { blockOf } from '../block.js';
import { originOf } from '../capture/scope.js';
import { permitted } from '../permitted.js';
import { browserContext } from '../../platform/context.js';

/**
 * Grants without our own window. Once the person has agreed to the transfer of an
 * account, a page of that vault needs no more than their click; it gets one
 * transfer for each account in ten minutes that way. Where anything else is
 * lacking, our window asks or says so.
 *
 * @typedef {{
 *   api: import('../../platform/browser.js').Browser,
 *   host: Pick<import('../port.js').HostPort, 'request'>,
 *   consents: Pick<import('../consent.js').Consents, 'get'>,
 *   area: chrome.storage.StorageArea, now: () => number,
 * }} Deps `area`: storage.local, since the limit outlives the browser; `now`: milliseconds
 */

const KEY = 'unasked';

export const UNASKED_MS = 10 * 60_000;

export class Standing {
  #deps;

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
  }

  /**
   * What the app sees of the browser in a tab (session.BrowserContext), if a grant
   * needs no window there, else null.
   * @param {number} tab of the page
   * @param {string} account
   * @param {string} origin of the vault
   * @returns {Promise<object | null>}
   */
  async context(tab, account, origin) {
    const { api, host, consents } = this.#deps;
    if (!(await consents.get(account, origin)) || !(await this.#free(account))) return null;
    try {
      const state = await host.request('state');
      if (blockOf(state) !== null || originOf(state.address) !== origin) return null;
      const { card } = await permitted(api, host, account);
      if (card.role !== 'owner') return null;
      const [found] = await api.scripting.executeScript({ target: { tabId: tab }, func: browserContext });
      return found?.result ?? null;
    } catch {
      return null; // the window says what is wrong
    }
  }

  /**
   * Counts a transfer that begins without the window; false if there has been one already.
   * @param {string} account
   */
  async take(account) {
    if (!(await this.#free(account))) return false;
    await this.#deps.area.set({ [KEY]: { ...(await this.#times()), [account]: this.#deps.now() } });
    return true;
  }

  /** @param {string} account */
  async #free(account) {
    const last = (await this.#times())[account] ?? -Infinity;
    return Math.abs(this.#deps.now() - last) >= UNASKED_MS; // a clock that was set back does not lock it for long
  }

  /** @returns {Promise<Record<string, number>>} */
  async #times() {
    return /** @type {any} */ ((await this.#deps.area.get(KEY))[KEY]) ?? {};
  }
}

/**
 * The names of what a share carried and of what stayed, never a value, so that
 * the details page can show them later. They stay in this browser: the vault
 * does not know them.
 *
 * @typedef {import('../popup/client.js').Status} Status
 * @typedef {{went: string[], stayed: string[]}} Names
 */

const KEY = 'carried';
/** Accounts that are remembered; the one that was shared longest ago goes first. */
const MAX_ACCOUNTS = 100;

export class Carried {
  #area;

  /** @param {chrome.storage.StorageArea} area storage.local */
  constructor(area) {
    this.#area = area;
  }

  /**
   * @param {string} account
   * @param {Status} status of the share that carried them
   * @param {Names} names
   */
  async keep(account, status, names) {
    const { [account]: _, ...others } = await this.#all();
    const kept = Object.entries(others).slice(1 - MAX_ACCOUNTS);
    await this.#area.set({ [KEY]: Object.fromEntries([...kept, [account, { share: shareOf(status), names }]]) });
  }

  /**
   * The names of the share that the status speaks of, or null if it was made elsewhere.
   * @param {string} account
   * @param {Status} status
   * @returns {Promise<Names | null>}
   */
  async of(account, status) {
    const one = (await this.#all())[account];
    return one && one.share === shareOf(status) ? one.names : null;
  }

  /** @returns {Promise<Record<string, {share: number, names: Names}>>} */
  async #all() {
    return /** @type {any} */ ((await this.#area.get(KEY))[KEY]) ?? {};
  }
}

/** @param {Status} status */
const shareOf = ({ attempt, generation }) => attempt?.share ?? generation.share;

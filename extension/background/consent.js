/**
 * What a person agreed to, once for each account of a vault, until the text
 * changes its meaning; the popup and the web app's pages go by the same. The
 * record goes into the envelope and the vault's audit log; it holds no captured data.
 *
 * @typedef {{text: string, time: string}} Consent
 */

/** The version of the text in the message catalogue (`session.ConsentText`). */
export const CONSENT_TEXT = '2026-12-01';

const KEY = 'consents';

export class Consents {
  #area;
  #now;

  /**
   * @param {chrome.storage.StorageArea} area storage.local
   * @param {() => Date} now
   */
  constructor(area, now) {
    this.#area = area;
    this.#now = now;
  }

  /**
   * The valid consent for an account, or null.
   * @param {string} account
   * @param {string} vault
   * @returns {Promise<Consent | null>}
   */
  async get(account, vault) {
    const { text, time, vault: where } = (await this.#all())[account] ?? {};
    return text === CONSENT_TEXT && where === vault ? { text, time } : null;
  }

  /**
   * Records that the person agreed just now.
   * @param {string} account
   * @param {string} vault
   * @returns {Promise<Consent>}
   */
  async agree(account, vault) {
    const consent = { text: CONSENT_TEXT, time: seconds(this.#now()) };
    await this.#area.set({ [KEY]: { ...(await this.#all()), [account]: { ...consent, vault } } });
    return consent;
  }

  /** @returns {Promise<Record<string, Consent & {vault: string}>>} */
  async #all() {
    return /** @type {any} */ ((await this.#area.get(KEY))[KEY]) ?? {};
  }
}

/**
 * RFC 3339 in UTC, whole seconds.
 * @param {Date} time
 */
export const seconds = (time) => time.toISOString().replace(/\.\d+Z$/, 'Z');

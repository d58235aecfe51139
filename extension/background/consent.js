/**
 * What a person agreed to, once for each account, until the text changes its
 * meaning. The record goes into the envelope and the vault's audit log; it
 * holds no captured data.
 *
 * @typedef {{text: string, time: string}} Consent
 */

/** The version of the text in the message catalogue (`session.ConsentText`). */
export const CONSENT_TEXT = '2026-11-25';

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
   * @returns {Promise<Consent | null>}
   */
  async get(account) {
    const consent = (await this.#all())[account];
    return consent?.text === CONSENT_TEXT ? consent : null;
  }

  /**
   * Records that the person agreed just now.
   * @param {string} account
   * @returns {Promise<Consent>}
   */
  async agree(account) {
    const consent = { text: CONSENT_TEXT, time: seconds(this.#now()) };
    await this.#area.set({ [KEY]: { ...(await this.#all()), [account]: consent } });
    return consent;
  }

  /** @returns {Promise<Record<string, Consent>>} */
  async #all() {
    return /** @type {any} */ ((await this.#area.get(KEY))[KEY]) ?? {};
  }
}

/**
 * RFC 3339 in UTC, whole seconds.
 * @param {Date} time
 */
export const seconds = (time) => time.toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Where each share stands, in storage.session: it outlives the popup and the
 * service worker, ends with the browser, and never holds captured data. The
 * popup watches it there.
 *
 * @typedef {'asking' | 'running' | 'losing' | 'done' | 'failed'} Phase
 * @typedef {{
 *   account: string, key: string, phase: Phase, attempts: number,
 *   origins: string[], source: import('./capture/capture.js').Source, consent: {text: string, time: string, surface: string},
 *   named: boolean, accepted: string[],
 *   stage: string, done?: number, total?: number, tab: number | null,
 *   status?: import('../popup/client.js').Status, counts?: {cookies: number, items: number, left: number}, skipped?: string[], lost?: string[], unread?: import('./capture/capture.js').Named[],
 *   verdict?: import('./fault.js').Verdict, names?: {went: string[], stayed: string[]},
 *   error?: import('./fault.js').FaultData,
 * }} ShareRecord
 */

/** @typedef {(account: string, record: ShareRecord | null, before: ShareRecord | null) => void} Listener */

export const PREFIX = 'share:';

/** Progress is written at most this often. */
const WRITE_MS = 100;

export class Records {
  #area;
  /** @type {Map<string, ShareRecord>} */
  #all = new Map();
  #written = 0;
  /** @type {Listener[]} */
  #listeners = [];

  /** @param {chrome.storage.StorageArea} area storage.session */
  constructor(area) {
    this.#area = area;
  }

  /** Reads what an earlier life of the worker left. */
  async load() {
    const stored = /** @type {Record<string, any>} */ (await this.#area.get(null));
    for (const [key, record] of Object.entries(stored)) {
      if (key.startsWith(PREFIX)) this.#all.set(record.account, record);
    }
    return [...this.#all.values()];
  }

  /**
   * Calls back once a record has changed or, with null, is forgotten.
   * @param {Listener} changed
   */
  watch(changed) {
    this.#listeners.push(changed);
  }

  /** @param {string} account */
  get(account) {
    return this.#all.get(account) ?? null;
  }

  all() {
    return [...this.#all.values()];
  }

  /** @param {ShareRecord} record */
  async put(record) {
    const before = this.get(record.account);
    this.#all.set(record.account, record);
    await this.#area.set({ [PREFIX + record.account]: record });
    this.#tell(record.account, record, before);
  }

  /**
   * Changes the record of a share, if it is still that of `key`.
   * @param {string} account
   * @param {string} key
   * @param {Partial<ShareRecord>} change
   */
  async change(account, key, change) {
    const record = this.#all.get(account);
    if (record?.key === key) await this.put({ ...record, ...change });
  }

  /**
   * Notes progress. A step within a stage may be passed over; a new stage never is.
   * @param {string} account
   * @param {string} key
   * @param {import('./port.js').Progress} progress
   */
  async progress(account, key, { stage, done, total }) {
    const now = Date.now();
    if (this.#all.get(account)?.stage === stage && now - this.#written < WRITE_MS && done !== total) return;
    this.#written = now;
    await this.change(account, key, { stage, done, total });
  }

  /** @param {string} account */
  async remove(account) {
    const before = this.get(account);
    this.#all.delete(account);
    await this.#area.remove(PREFIX + account);
    if (before) this.#tell(account, null, before);
  }

  /** @type {Listener} */
  #tell(account, record, before) {
    for (const changed of this.#listeners) changed(account, record, before);
  }
}

/**
 * The names of all that a share goes on without.
 * @param {Pick<ShareRecord, 'skipped' | 'unread'>} record
 */
export const lostNames = ({ skipped = [], unread = [] }) => [...skipped, ...unread.map(({ name }) => name)];

import { pageOf } from './bridge/event.js';

/**
 * Shows on the extension's icon what the web app has transferred from this
 * browser, until the person opens the popup: that something runs, then how much
 * has gone. A transfer for which no window asked is seen here all the same.
 *
 * @typedef {import('./records.js').ShareRecord} ShareRecord
 */

/** In storage.session: how many have gone since the popup was last opened. */
const KEY = 'badge';

const RUNNING = { text: '…', color: '#b45309' };
const DONE = '#15803d';

export class Badge {
  #api;
  #records;

  /**
   * @param {import('../platform/browser.js').Browser} api
   * @param {import('./records.js').Records} records
   */
  constructor(api, records) {
    this.#api = api;
    this.#records = records;
    records.watch((_, record, before) => void this.#changed(record, before));
  }

  /** The person has opened the popup. */
  async seen() {
    await this.#api.storage.session.remove(KEY);
    await this.#draw();
  }

  /**
   * @param {ShareRecord | null} record
   * @param {ShareRecord | null} before
   */
  async #changed(record, before) {
    const now = ofPage(record);
    if (now === ofPage(before)) return;
    if (now === 'done') await this.#api.storage.session.set({ [KEY]: (await this.#gone()) + 1 });
    await this.#draw();
  }

  /** @returns {Promise<number>} */
  async #gone() {
    return /** @type {any} */ ((await this.#api.storage.session.get(KEY))[KEY]) ?? 0;
  }

  async #draw() {
    const { action, i18n } = this.#api;
    const gone = await this.#gone();
    const running = this.#records.all().some((record) => ofPage(record) === 'running');
    await action.setBadgeBackgroundColor({ color: running ? RUNNING.color : DONE });
    await action.setBadgeText({ text: running ? RUNNING.text : gone > 0 ? String(gone) : '' });
    const said = running ? i18n.getMessage('badge_running') : gone > 0 ? i18n.getMessage('badge_done', [String(gone)]) : i18n.getMessage('name');
    await action.setTitle({ title: said });
  }
}

/**
 * The phase of a share that a page began, else null.
 * @param {ShareRecord | null} record
 */
const ofPage = (record) => (record && pageOf(record) !== null ? record.phase : null);

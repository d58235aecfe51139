import { eventOf, pageOf, questionOf } from './event.js';
import { LACKS } from './lacks.js';
import { close, openOwn } from './window.js';

/**
 * What the extension's own window asks for a page of the web app, one question
 * at a time for each tab, and what the page hears of it.
 *
 * @typedef {import('../records.js').ShareRecord} ShareRecord
 * @typedef {import('./wizards.js').Ask} Ask
 * @typedef {chrome.tabs.Tab & {id: number}} Tab
 * @typedef {{
 *   api: import('../../platform/browser.js').Browser,
 *   shares: Pick<import('../share.js').Shares, 'intend' | 'cancel'>,
 *   records: Pick<import('../records.js').Records, 'get' | 'watch'>,
 *   wizards: import('./wizards.js').Wizards,
 *   newId: () => string,
 * }} Deps
 */

export class Questions {
  #deps;

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
    deps.records.watch((account, record, before) => void this.#changed(account, record, before));
  }

  /**
   * Opens our own window, in the place of one that asks for the same tab.
   * @param {Tab} tab
   * @param {Ask['kind']} kind
   * @param {string} account
   */
  async ask(tab, kind, account) {
    const { api, wizards, newId } = this.#deps;
    /** @type {Ask} */
    const ask = { id: newId(), kind, account, page: null };
    await this.drop(tab.id, ask);
    const page = await openOwn(api, `ask=${ask.id}`, tab.windowId);
    if (wizards.of(tab.id).ask?.id === ask.id) await wizards.put(tab.id, { ask: { ...ask, page } });
    else await close(api, page);
  }

  /**
   * Closes the window that asks for a tab, of which the page hears nothing.
   * @param {number} tab
   * @param {Ask} [ask] what takes its place
   */
  async drop(tab, ask) {
    const { api, wizards } = this.#deps;
    const before = wizards.of(tab).ask;
    await wizards.put(tab, { ask });
    await close(api, before?.page);
  }

  /**
   * Asks what a share waits for. Whoever has closed the page finds it in the popup.
   * @param {Tab} tab
   * @param {ShareRecord} record
   */
  async about(tab, record) {
    await this.tell(tab.id, eventOf(record));
    await this.ask(tab, 'question', record.account);
  }

  /**
   * What our own window is to ask, if it still is.
   * @param {string} id
   */
  async asked(id) {
    const { api, wizards } = this.#deps;
    const found = wizards.asked({ id });
    if (!found) return null;
    const [tab, { kind, account }] = found;
    return { kind, account, tab: await api.tabs.get(tab).catch(() => null) };
  }

  /**
   * Our own window cannot ask, or with the code "" can again. The page hears why at
   * once, and again as the answer if the window is closed without another.
   * @param {string} id
   * @param {string} code
   */
  async stuck(id, code) {
    const found = this.#deps.wizards.asked({ id });
    if (!found) return;
    const [tab, ask] = found;
    await this.#deps.wizards.put(tab, { ask: { ...ask, code } });
    if (ask.kind === 'open' && (code === '' || LACKS.test(code))) await this.tell(tab, { event: 'stuck', account: ask.account, code });
  }

  /**
   * A tab is gone. If it was one of ours, it was closed without an answer.
   * @param {number} tab
   */
  async tabRemoved(tab) {
    const own = this.#deps.wizards.asked({ page: tab });
    if (own) await this.#unanswered(...own);
  }

  /**
   * The page does without the answer.
   * @param {number} tab
   */
  async withdraw(tab) {
    const { ask } = this.#deps.wizards.of(tab);
    if (!ask) return;
    await this.#unanswered(tab, ask);
    await close(this.#deps.api, ask.page);
  }

  /**
   * @param {number} tab
   * @param {object} event
   */
  async tell(tab, event) {
    // A page that is gone hears nothing.
    await this.#deps.api.tabs.sendMessage(tab, { bridge: event }, { frameId: 0 }).catch(() => undefined);
  }

  /**
   * @param {number} tab
   * @param {Ask} ask
   */
  async #unanswered(tab, { kind, account, code = '' }) {
    const { records, shares, wizards } = this.#deps;
    await wizards.put(tab, { ask: undefined });
    if (kind === 'open') return this.tell(tab, { event: 'answer', account, agreed: false, code: LACKS.test(code) ? code : 'declined' });
    const record = records.get(account);
    if (!record || !questionOf(record)) return;
    if (record.phase === 'failed') await this.tell(tab, eventOf(record, false));
    else await shares.cancel(account);
  }

  /**
   * A share has gone on.
   * @param {string} account
   * @param {ShareRecord | null} record
   * @param {ShareRecord | null} before
   */
  async #changed(account, record, before) {
    const { api, wizards } = this.#deps;
    const page = pageOf(/** @type {ShareRecord} */ (record ?? before));
    // Each share passes through `asking`, most without a question.
    if (page === null || record?.phase === 'asking') return;
    const question = questionOf(record);
    if (record && question && question !== questionOf(before)) {
      const tab = await api.tabs.get(page).catch(() => null);
      if (tab) await this.about(/** @type {Tab} */ (tab), record);
      return;
    }
    if (record?.phase === 'done') await wizards.put(page, { grant: undefined });
    const { ask } = wizards.of(page);
    if (ask?.kind === 'question' && ask.account === account && !question) {
      await wizards.put(page, { ask: undefined });
      await close(api, ask.page);
    }
    if (record) await this.tell(page, eventOf(record));
    else if (before?.phase === 'asking' || before?.phase === 'losing') await this.tell(page, { event: 'transfer', account, phase: 'cancelled' });
  }
}

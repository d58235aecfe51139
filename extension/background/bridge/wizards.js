/**
 * What the person is asked and has granted in each tab of the web app, in
 * storage.session: it outlives the page and the worker and ends with the
 * browser. A grant is for one account, one tab and one origin.
 *
 * @typedef {{id: string, kind: 'open' | 'question', account: string, page: number | null, code?: string}} Ask
 *   `page`: the tab of our own that asks; `code`: what keeps it from asking
 * @typedef {{account: string, origin: string, until: number, context: object, visiting: number | null, unasked: boolean}} Grant
 *   `visiting`: a tab of the app that is open for the time of a check; `unasked`: our window has not asked, and no transfer
 *   has begun by it yet
 * @typedef {{ask?: Ask, grant?: Grant}} Wizard
 */

const KEY = 'wizards';

export const GRANT_MS = 10 * 60_000;

export class Wizards {
  #area;
  #now;
  /** @type {Map<number, Wizard>} by tab */
  #all = new Map();

  /**
   * @param {chrome.storage.StorageArea} area storage.session
   * @param {() => number} now milliseconds
   */
  constructor(area, now) {
    this.#area = area;
    this.#now = now;
  }

  /** Reads what an earlier life of the worker left. */
  async load() {
    const stored = /** @type {any} */ ((await this.#area.get(KEY))[KEY]) ?? {};
    this.#all = new Map(Object.entries(stored).map(([tab, wizard]) => [Number(tab), wizard]));
  }

  /** @param {number} tab */
  of(tab) {
    return this.#all.get(tab) ?? {};
  }

  tabs() {
    return [...this.#all.keys()];
  }

  /**
   * The grant of a tab for an account, while it holds.
   * @param {number} tab
   * @param {string} account
   * @param {string} origin
   */
  grant(tab, account, origin) {
    const { grant } = this.of(tab);
    return grant && grant.account === account && grant.origin === origin && grant.until > this.#now() ? grant : null;
  }

  /**
   * The question whose fields are as given, and the tab of the web app that it is about.
   * @param {Partial<Ask>} fields
   * @returns {[number, Ask] | null}
   */
  asked(fields) {
    for (const [tab, { ask }] of this.#all) {
      if (ask && Object.entries(fields).every(([name, value]) => /** @type {any} */ (ask)[name] === value)) return [tab, ask];
    }
    return null;
  }

  /**
   * @param {number} tab
   * @param {Wizard} change undefined takes away
   */
  async put(tab, change) {
    const { ask, grant } = { ...this.of(tab), ...change };
    if (ask || grant) this.#all.set(tab, { ask, grant });
    else if (!this.#all.delete(tab)) return;
    await this.#area.set({ [KEY]: Object.fromEntries(this.#all) });
  }
}

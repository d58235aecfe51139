import { asFault, Fault } from '../fault.js';
import { permitted } from '../permitted.js';
import { check } from './check.js';
import { pageOf } from './event.js';
import { read, tabOf } from './gate.js';
import { close, openOwn } from './window.js';
import { GRANT_MS } from './wizards.js';

/**
 * The bridge to the web app (docs/bridge.md). A page may ask; this browser is
 * read only once the person has agreed in a page of the extension.
 *
 * @typedef {import('./questions.js').Tab} Tab
 * @typedef {import('./check.js').Deps & {
 *   shares: Pick<import('../share.js').Shares, 'intend' | 'cancel'>,
 *   records: Pick<import('../records.js').Records, 'get'>,
 *   consents: Pick<import('../consent.js').Consents, 'get' | 'agree'>,
 *   standing: Pick<import('./standing.js').Standing, 'context' | 'take'>,
 *   webapp: Pick<import('./webapp.js').WebApp, 'origin'>,
 *   wizards: import('./wizards.js').Wizards,
 *   questions: import('./questions.js').Questions,
 *   version: string, now: () => number,
 * }} Deps
 */

const CHECK_MS = 2000;

export class Bridge {
  #deps;
  /** When an account was last checked. @type {Map<string, number>} */
  #checked = new Map();
  /** Checks that run, by tab. @type {Map<number, AbortController>} */
  #checks = new Map();
  /** Accounts of which a transfer is about to begin. @type {Set<string>} */
  #begins = new Set();
  /** @type {Record<string, (tab: Tab, account: string, origin: string) => Promise<object>>} */
  #verbs = {
    hello: async () => ({ present: true, version: this.#deps.version }),
    open: (tab, account, origin) => this.#open(tab, account, origin),
    check: (tab, account, origin) => this.#check(tab, account, origin),
    transfer: (tab, account, origin) => this.#transfer(tab, account, origin),
    cancel: (tab, account) => this.#cancel(tab, account),
    names: async (tab, account) => (await openOwn(this.#deps.api, `names=${account}`, tab.windowId), {}),
  };

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier life of the worker left. */
  async resume() {
    const { api, wizards } = this.#deps;
    await wizards.load();
    for (const tab of wizards.tabs()) await close(api, wizards.of(tab).grant?.visiting);
  }

  /**
   * What the content script says for its page.
   * @param {unknown} message
   * @param {chrome.runtime.MessageSender} sender
   */
  async answer(message, sender) {
    const { api, webapp } = this.#deps;
    const origin = await webapp.origin();
    const tab = tabOf(sender, api.runtime.id, origin);
    if (!tab || origin === null) throw new Fault('absent');
    const { verb, account } = read(message);
    if (!Object.hasOwn(this.#verbs, verb)) throw new Fault('message_unknown');
    return this.#verbs[verb](tab, account, origin);
  }

  /**
   * The person agreed in our own window, and the browser lets us read the app.
   * @param {string} id of the question
   * @param {object} context of this browser, as the window sees it
   */
  async agree(id, context) {
    const { api, host, consents, webapp, wizards } = this.#deps;
    const origin = await webapp.origin();
    const account = wizards.asked({ id, kind: 'open' })?.[1].account;
    if (account === undefined || origin === null) throw new Fault('grant_missing');
    const { card } = await permitted(api, host, account);
    if (card.role !== 'owner') throw new Fault('not_owner');
    if (!(await consents.get(account, origin))) await consents.agree(account, origin);
    const found = wizards.asked({ id, kind: 'open' }); // the page may have gone meanwhile
    if (!found) throw new Fault('grant_missing');
    const [tab, ask] = found;
    await this.#grant(tab, { account, origin, context, unasked: false });
    await close(api, ask.page);
  }

  /**
   * @param {number} tab
   * @param {Pick<import('./wizards.js').Grant, 'account' | 'origin' | 'context' | 'unasked'>} grant
   */
  async #grant(tab, grant) {
    const { wizards, questions, now } = this.#deps;
    const until = now() + GRANT_MS;
    await wizards.put(tab, { ask: undefined, grant: { ...grant, until, visiting: null } });
    await questions.tell(tab, { event: 'answer', account: grant.account, agreed: true, until });
  }

  /**
   * The page that began a transfer is gone from its tab, which may have loaded it
   * anew: what has not arrived yet stops, so that the older session stays. The
   * grant holds.
   * @param {number} tab
   */
  async left(tab) {
    const { questions, wizards } = this.#deps;
    const { ask, grant } = wizards.of(tab);
    this.#checks.get(tab)?.abort();
    if (ask?.kind === 'question') await questions.withdraw(tab);
    if (grant) await this.#stop(tab, grant.account);
  }

  /**
   * A tab is gone, and with it all that was granted to its page.
   * @param {number} tab
   */
  async tabRemoved(tab) {
    const { questions, wizards } = this.#deps;
    await questions.tabRemoved(tab);
    await this.left(tab);
    await questions.withdraw(tab);
    await wizards.put(tab, { ask: undefined, grant: undefined });
  }

  /** The web app is no longer used in this browser. */
  async end() {
    for (const tab of this.#deps.wizards.tabs()) await this.tabRemoved(tab);
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   * @param {string} origin
   */
  async #open(tab, account, origin) {
    const { questions, standing, wizards } = this.#deps;
    await wizards.put(tab.id, { grant: undefined });
    const context = await standing.context(tab.id, account, origin);
    if (!context) {
      await questions.ask(tab, 'open', account);
      return { asked: true };
    }
    await questions.drop(tab.id);
    await this.#grant(tab.id, { account, origin, context, unasked: true });
    return { asked: false };
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   * @param {string} origin
   */
  async #check(tab, account, origin) {
    const { now, records, wizards } = this.#deps;
    const { context } = this.#granted(tab, account, origin);
    const wait = (this.#checked.get(account) ?? -Infinity) + CHECK_MS - now();
    if (wait > 0) throw new Fault('too_soon', { again: wait });
    if (records.get(account)?.phase === 'running' || this.#checks.has(tab.id)) throw new Fault('busy');
    this.#checked.set(account, now());
    const abort = new AbortController();
    this.#checks.set(tab.id, abort);
    const opened = async (/** @type {number | null} */ visiting) => {
      const { grant } = wizards.of(tab.id);
      if (grant) await wizards.put(tab.id, { grant: { ...grant, visiting } });
    };
    try {
      return await check(this.#deps, account, tab, context, { signal: abort.signal, opened });
    } finally {
      this.#checks.delete(tab.id);
    }
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   * @param {string} origin
   */
  async #transfer(tab, account, origin) {
    const { host, records, shares, questions } = this.#deps;
    const { context } = this.#granted(tab, account, origin);
    if (this.#begins.has(account) || taken(records.get(account), tab.id)) throw new Fault('busy');
    this.#checks.get(tab.id)?.abort();
    this.#begins.add(account);
    try {
      await this.#count(tab.id, account);
      const { capture: plan } = await host.request('account', { account });
      this.#granted(tab, account, origin); // it may have ended meanwhile
      await shares.intend(account, { tab, vault: origin, plan, context, agreed: false, named: false, surface: 'page' });
    } finally {
      this.#begins.delete(account);
    }
    const record = records.get(account);
    if (record?.phase === 'asking') await questions.about(tab, record);
    return { begun: true };
  }

  /**
   * Counts the first transfer by a grant for which our window has not asked. If
   * another tab has had one meanwhile, the window has to ask for this one.
   * @param {number} tab
   * @param {string} account
   */
  async #count(tab, account) {
    const { standing, wizards } = this.#deps;
    const { grant } = wizards.of(tab);
    if (!grant?.unasked) return;
    const free = await standing.take(account);
    await wizards.put(tab, { grant: free ? { ...grant, unasked: false } : undefined });
    if (!free) throw new Fault('grant_missing');
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   */
  async #cancel(tab, account) {
    const { questions, wizards } = this.#deps;
    this.#checks.get(tab.id)?.abort();
    await wizards.put(tab.id, { grant: undefined });
    await questions.withdraw(tab.id);
    await this.#stop(tab.id, account);
    return {};
  }

  /**
   * Stops the transfer that a tab has begun.
   * @param {number} tab
   * @param {string} account
   */
  async #stop(tab, account) {
    const { records, shares } = this.#deps;
    const record = records.get(account);
    if (record?.phase === 'running' && pageOf(record) === tab) await shares.cancel(account);
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   * @param {string} origin
   */
  #granted(tab, account, origin) {
    const grant = this.#deps.wizards.grant(tab.id, account, origin);
    if (!grant) throw new Fault('grant_missing');
    return grant;
  }
}

/**
 * Whether an account's transfer runs, or asks the person something for another
 * tab: only one page hears how it goes on.
 * @param {import('../records.js').ShareRecord | null} record
 * @param {number} tab
 */
function taken(record, tab) {
  if (record?.phase === 'running') return true;
  const page = record && ['asking', 'losing'].includes(record.phase) ? pageOf(record) : null;
  return page !== null && page !== tab;
}

/**
 * What a page hears of a fault: the code, and how long to wait.
 * @param {unknown} err
 */
export function codeOnly(err) {
  const { code, texts } = asFault(err);
  return texts.again === undefined ? { code } : { code, again: texts.again };
}

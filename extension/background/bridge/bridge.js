import { asFault, Fault } from '../fault.js';
import { permitted } from '../permitted.js';
import { check } from './check.js';
import { eventOf, pageOf, questionOf } from './event.js';
import { read, tabOf } from './gate.js';
import { close, openOwn } from './window.js';
import { GRANT_MS } from './wizards.js';

/**
 * The bridge to the web app (docs/bridge.md). A page may ask; the person answers
 * in the extension's own window, and only then is this browser read.
 *
 * @typedef {import('../records.js').ShareRecord} ShareRecord
 * @typedef {import('./wizards.js').Ask} Ask
 * @typedef {chrome.tabs.Tab & {id: number}} Tab
 * @typedef {import('./check.js').Deps & {
 *   shares: Pick<import('../share.js').Shares, 'intend' | 'cancel'>,
 *   records: Pick<import('../records.js').Records, 'get' | 'watch'>,
 *   consents: Pick<import('../consent.js').Consents, 'agree'>,
 *   webapp: Pick<import('./webapp.js').WebApp, 'origin'>,
 *   wizards: import('./wizards.js').Wizards,
 *   version: string, now: () => number, newId: () => string,
 * }} Deps
 */

const CHECK_MS = 2000;

/** What a page may hear of why the extension could not ask: what this computer lacks, nothing of an account. */
const LACKS = /^(host_missing|host_stopped|version_unsupported|not_enrolled|keyring_\w+|unauthorized|vault_\w+)$/;

export class Bridge {
  #deps;
  /** When an account was last checked. @type {Map<string, number>} */
  #checked = new Map();
  /** Checks that run, by tab. @type {Map<number, AbortController>} */
  #checks = new Map();
  /** @type {Record<string, (tab: Tab, account: string, origin: string) => Promise<object>>} */
  #verbs = {
    hello: async () => ({ present: true, version: this.#deps.version }),
    open: (tab, account) => this.#open(tab, account),
    check: (tab, account, origin) => this.#check(tab, account, origin),
    transfer: (tab, account, origin) => this.#transfer(tab, account, origin),
    cancel: (tab, account) => this.#cancel(tab, account),
    names: async (tab, account) => (await openOwn(this.#deps.api, `names=${account}`, tab.windowId), {}),
  };

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
    deps.records.watch((account, record, before) => void this.#changed(account, record, before));
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
   * The person agreed in our own window, and the browser lets us read the app.
   * @param {string} id of the question
   * @param {object} context of this browser, as the window sees it
   */
  async agree(id, context) {
    const { api, host, consents, webapp, wizards, now } = this.#deps;
    const origin = await webapp.origin();
    const account = wizards.asked({ id, kind: 'open' })?.[1].account;
    if (account === undefined || origin === null) throw new Fault('grant_missing');
    const { card } = await permitted(api, host, account);
    if (card.role !== 'owner') throw new Fault('not_owner');
    const found = wizards.asked({ id, kind: 'open' }); // the page may have gone meanwhile
    if (!found) throw new Fault('grant_missing');
    const [tab, ask] = found;
    await consents.agree(account);
    const until = now() + GRANT_MS;
    await wizards.put(tab, { ask: undefined, grant: { account, origin, until, context, visiting: null } });
    await this.#tell(tab, { event: 'answer', account, agreed: true, until });
    await close(api, ask.page);
  }

  /**
   * Our own window cannot ask; once it is closed the page hears why.
   * @param {string} id of the question
   * @param {string} code
   */
  async stuck(id, code) {
    const found = this.#deps.wizards.asked({ id });
    if (found) await this.#deps.wizards.put(found[0], { ask: { ...found[1], code } });
  }

  /**
   * A tab is gone: that of a page, with all that was granted to it, or one of our own.
   * @param {number} tab
   */
  async tabRemoved(tab) {
    const { api, wizards } = this.#deps;
    const own = wizards.asked({ page: tab });
    if (own) return this.#unanswered(...own);
    const { ask } = wizards.of(tab);
    this.#checks.get(tab)?.abort();
    await wizards.put(tab, { ask: undefined, grant: undefined });
    await close(api, ask?.page);
  }

  /** The web app is no longer used in this browser. */
  async end() {
    for (const tab of this.#deps.wizards.tabs()) await this.tabRemoved(tab);
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   */
  async #open(tab, account) {
    await this.#deps.wizards.put(tab.id, { grant: undefined });
    await this.#ask(tab, 'open', account);
    return { asked: true };
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
    const { host, records, shares } = this.#deps;
    const { context } = this.#granted(tab, account, origin);
    if (records.get(account)?.phase === 'running') throw new Fault('busy');
    this.#checks.get(tab.id)?.abort();
    const { capture: plan } = await host.request('account', { account });
    await shares.intend(account, { tab, plan, context, agreed: false, named: false, surface: 'page' });
    const record = records.get(account);
    // What it says in passing, before it goes on by itself, is no question.
    if (record?.phase === 'asking') await this.#question(tab, record);
    return { begun: true };
  }

  /**
   * @param {Tab} tab
   * @param {string} account
   */
  async #cancel(tab, account) {
    const { records, shares, wizards } = this.#deps;
    this.#checks.get(tab.id)?.abort();
    const { ask } = wizards.of(tab.id);
    await wizards.put(tab.id, { grant: undefined });
    if (ask) {
      await this.#unanswered(tab.id, ask);
      await close(this.#deps.api, ask.page);
    }
    const record = records.get(account);
    if (record?.phase === 'running' && pageOf(record) === tab.id) await shares.cancel(account);
    return {};
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

  /**
   * Opens our own window, in the place of one that asks for the same tab.
   * @param {Tab} tab
   * @param {Ask['kind']} kind
   * @param {string} account
   */
  async #ask(tab, kind, account) {
    const { api, wizards, newId } = this.#deps;
    const before = wizards.of(tab.id).ask;
    /** @type {Ask} */
    const ask = { id: newId(), kind, account, page: null };
    await wizards.put(tab.id, { ask });
    await close(api, before?.page);
    const page = await openOwn(api, `ask=${ask.id}`, tab.windowId);
    if (wizards.of(tab.id).ask?.id === ask.id) await wizards.put(tab.id, { ask: { ...ask, page } });
    else await close(api, page);
  }

  /**
   * Our own window was closed without an answer, or the page does without it.
   * @param {number} tab
   * @param {Ask} ask
   */
  async #unanswered(tab, { kind, account, code = '' }) {
    const { records, shares, wizards } = this.#deps;
    await wizards.put(tab, { ask: undefined });
    if (kind === 'open') return this.#tell(tab, { event: 'answer', account, agreed: false, code: LACKS.test(code) ? code : 'declined' });
    const record = records.get(account);
    if (!record || !questionOf(record)) return;
    if (record.phase === 'failed') await this.#tell(tab, eventOf(record, false));
    else await shares.cancel(account);
  }

  /**
   * Asks in our own window what a share waits for. Who has closed the page finds
   * it in the popup.
   * @param {Tab} tab
   * @param {ShareRecord} record
   */
  async #question(tab, record) {
    await this.#tell(tab.id, eventOf(record));
    await this.#ask(tab, 'question', record.account);
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
    if (page === null || record?.phase === 'asking') return;
    const { ask } = wizards.of(page);
    if (record && questionOf(record) && !(before && questionOf(before) === questionOf(record))) {
      const tab = await api.tabs.get(page).catch(() => null);
      if (tab) await this.#question(/** @type {Tab} */ (tab), record);
      return;
    }
    if (record?.phase === 'done') await wizards.put(page, { grant: undefined });
    if (ask?.kind === 'question' && ask.account === account && !questionOf(record)) {
      await wizards.put(page, { ask: undefined });
      await close(api, ask.page);
    }
    if (record) await this.#tell(page, eventOf(record));
    else if (before?.phase === 'asking' || before?.phase === 'losing') await this.#tell(page, { event: 'transfer', account, phase: 'cancelled' });
  }

  /**
   * @param {number} tab
   * @param {object} event
   */
  async #tell(tab, event) {
    // A page that is gone hears nothing.
    await this.#deps.api.tabs.sendMessage(tab, { bridge: event }, { frameId: 0 }).catch(() => undefined);
  }
}

/**
 * What a content script hears of a fault: the code, and how long to wait.
 * @param {unknown} err
 */
export function codeOnly(err) {
  const { code, texts } = asFault(err);
  return texts.again === undefined ? { code } : { code, again: texts.again };
}

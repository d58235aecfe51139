import { patternsOf } from './capture/scope.js';
import { storeOf } from './capture/stores.js';
import { asFault, Fault } from './fault.js';
import { observed } from './observed.js';
import { permitted } from './permitted.js';
import { lostNames } from './records.js';
import { Turns } from './turns.js';

/**
 * The course of a share:
 *
 *   intend ─▶ asking ─▶ running ─▶ done
 *                │       ▲  ├────▶ failed
 *                │       │  ▼
 *                │      losing
 *                └───────────────▶ failed
 *
 * `losing` waits for the person to accept that some of it cannot be carried.
 * `asking` waits for the browser's permission, whose prompt may close the popup;
 * whoever learns first that it was given (this module, the popup, the browser's
 * event) lets the share go on, once. A share that the worker's death cut short is
 * found by its record: the host is asked whether the share of its idempotency key
 * was applied, and if not, the session is captured anew under the same key.
 *
 * @typedef {import('../platform/browser.js').Browser} Browser
 * @typedef {import('./records.js').ShareRecord} ShareRecord
 * @typedef {{tab: chrome.tabs.Tab, vault: string, plan: import('./capture/scope.js').Plan, context: object, agreed: boolean, named: boolean,
 *   surface?: 'popup' | 'page'}} Intent
 * @typedef {{
 *   api: Browser,
 *   host: Pick<import('./port.js').HostPort, 'request'>,
 *   records: import('./records.js').Records,
 *   consents: import('./consent.js').Consents,
 *   capture: typeof import('./capture/capture.js').capture,
 *   ask: typeof import('./capture/ask.js').ask,
 *   elsewhere: typeof import('./capture/elsewhere.js').elsewhere,
 *   watch: Pick<import('./watch.js').Watch, 'observed'>,
 *   carried: Pick<import('./carried.js').Carried, 'keep'>,
 *   newKey: () => string,
 * }} Deps
 */

/** A share that has cost the worker its life this often is not begun again. */
const MAX_ATTEMPTS = 3;

/** After these codes the vault may have applied the share all the same. */
const UNANSWERED = ['host_stopped', 'vault_unreachable', 'gateway_failed'];

export class Shares {
  #deps;
  /** @type {Map<string, AbortController>} */
  #running = new Map();
  /** Intents and answers follow one another, so that an answer finds its intent stored. */
  #turns = new Turns();

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier life of the worker left. */
  async resume() {
    for (const record of await this.#deps.records.load()) {
      if (record.phase === 'running') void this.#run(record);
    }
    await this.permissionsChanged();
  }

  /**
   * The person clicked Share, or the page that they allowed it asks for it.
   * @param {string} account
   * @param {Intent} intent
   */
  intend(account, intent) {
    return this.#turns.take(async () => {
      const { api, records, consents, newKey } = this.#deps;
      if (this.#running.has(account)) return;
      const consent = await (intent.agreed ? consents.agree(account, intent.vault) : consents.get(account, intent.vault));
      if (!consent) throw new Fault('consent_missing');
      const source = {
        store: await storeOf(api, intent.tab),
        tabId: intent.tab.id ?? -1,
        windowId: intent.tab.windowId,
        context: intent.context,
      };
      await records.put({
        account,
        key: newKey(),
        phase: 'asking',
        attempts: 0,
        origins: patternsOf(intent.plan),
        source,
        consent: { ...consent, surface: intent.surface ?? 'popup' },
        named: intent.named,
        accepted: [],
        stage: 'reading',
        tab: null,
      });
      await this.#advance(account);
    });
  }

  /**
   * The popup learned the browser's answer.
   * @param {string} account
   * @param {boolean} granted
   */
  answer(account, granted) {
    return this.#turns.take(async () => {
      if (granted) return this.#advance(account);
      const record = this.#deps.records.get(account);
      if (record?.phase === 'asking') await this.#fail(record, new Fault('permission_denied'));
    });
  }

  /**
   * The person goes on without what cannot be carried.
   * @param {string} account
   */
  accept(account) {
    return this.#turns.take(async () => {
      const { records } = this.#deps;
      const record = records.get(account);
      if (record?.phase !== 'losing') return;
      const running = /** @type {ShareRecord} */ ({ ...record, phase: 'running', attempts: 0, accepted: lostNames(record) });
      await records.put(running);
      void this.#run(running);
    });
  }

  /** The browser says that a permission was given. */
  permissionsChanged() {
    return this.#turns.take(async () => {
      for (const { account } of this.#deps.records.all()) await this.#advance(account);
    });
  }

  /**
   * Stops a running share, or forgets one that waits.
   * @param {string} account
   */
  async cancel(account) {
    const running = this.#running.get(account);
    if (running) running.abort();
    else await this.#deps.records.remove(account);
  }

  /**
   * Forgets how the last share ended.
   * @param {string} account
   */
  async dismiss(account) {
    if (!this.#running.has(account)) await this.#deps.records.remove(account);
  }

  /** @param {string} account */
  async #advance(account) {
    const { api, records } = this.#deps;
    const record = records.get(account);
    if (record?.phase !== 'asking') return;
    if (!(await api.permissions.contains({ origins: record.origins }))) return;
    const running = /** @type {ShareRecord} */ ({ ...record, phase: 'running' });
    await records.put(running);
    void this.#run(running);
  }

  /** @param {ShareRecord} record */
  async #run(record) {
    const { api, host, records } = this.#deps;
    const { account, key, attempts, source, consent } = record;
    const abort = new AbortController();
    this.#running.set(account, abort);
    try {
      if (record.tab !== null) await api.tabs.remove(record.tab).catch(() => undefined);
      if (attempts > 0 && (await this.#applied(record))) return;
      if (attempts >= MAX_ATTEMPTS) throw new Fault('interrupted');
      await records.change(account, key, { attempts: attempts + 1, stage: 'reading', done: undefined, total: undefined, tab: null });
      const { capture: plan } = await permitted(api, host, account);
      /** @type {import('./capture/visit.js').Hooks} */
      const hooks = { signal: abort.signal, opened: (tab) => records.change(account, key, { tab }) };
      const { body, skipped, unread, cookies, left } = await this.#deps.capture(api, plan, source, hooks);
      await records.change(account, key, { skipped, unread });
      const noticed = await observed(this.#deps, plan.domains, source.store.id);
      const lossy = !lostNames({ skipped, unread }).every((name) => record.accepted.includes(name));
      const { status, counts, names, verdict, lost } = await host.request(
        'share',
        { account, key, consent, named: record.named, observed: noticed, lossy, accepted: record.lost ?? [] },
        {
          body,
          signal: abort.signal,
          onProgress: (p) => void records.progress(account, key, p),
          onAsk: (question) => this.#deps.ask(api, plan, source, question, cookies, hooks),
        },
      );
      await this.#deps.carried.keep(account, status, names);
      await records.change(account, key, { phase: 'done', status, counts: { ...counts, left: counts.left + left }, names, verdict, skipped: [...skipped, ...lost] });
    } catch (err) {
      const fault = asFault(err);
      if (fault.code === 'loss_unconfirmed') {
        const { skipped = [] } = records.get(account) ?? {};
        const { lost = [] } = fault.texts;
        return records.change(account, key, { phase: 'losing', skipped: [...skipped, ...lost], lost });
      }
      if (UNANSWERED.includes(fault.code) && (await this.#applied(record).catch(() => false))) return;
      await this.#fail(record, fault);
    } finally {
      this.#running.delete(account);
    }
  }

  /**
   * Whether the share of this key made the current session; then it is done.
   * @param {ShareRecord} record
   */
  async #applied({ account, key }) {
    const { applied, status } = await this.#deps.host.request('status', { account, key });
    if (applied === true) await this.#deps.records.change(account, key, { phase: 'done', status });
    return applied === true;
  }

  /**
   * @param {ShareRecord} record
   * @param {Fault} fault
   */
  #fail({ account, key }, fault) {
    return this.#deps.records.change(account, key, { phase: 'failed', error: fault.toJSON(), done: undefined, total: undefined });
  }
}

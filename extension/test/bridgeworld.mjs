import assert from 'node:assert/strict';
import { Bridge } from '../background/bridge/bridge.js';
import { Questions } from '../background/bridge/questions.js';
import { Standing } from '../background/bridge/standing.js';
import { Wizards } from '../background/bridge/wizards.js';
import { Consents } from '../background/consent.js';
import { Records } from '../background/records.js';
import { FakeArea } from './fakes.mjs';

export const ORIGIN = 'https://vault.example:8443';
const plan = { domains: [{ name: 'wiki.example', exact: false }], permissions: ['https://wiki.example/*'], site: 'https://wiki.example', open: 'https://wiki.example/', stores: [] };

/** A message's sender as the browser describes our script in a tab of the web app. */
export const page = (id = 5) => /** @type {any} */ ({ id: 'ours', frameId: 0, url: `${ORIGIN}/accounts/a`, origin: ORIGIN, tab: { id, windowId: 1, incognito: false } });

/** A verdict of the host's, with more than a page may hear. */
export const verdict = { verdict: 'one', accounts: 1, identity: 'B•b', warnings: [], markers: ['sid'], name: false, elsewhere: [{ kind: 'partition', label: 'https://secret.example' }] };

/** One browser with a web app in use; its storage outlives the workers that tests start in it. */
export class World {
  /** @type {Bridge} */
  bridge;
  /** @type {Questions} */
  questions;
  /** @type {string | null} */
  origin = ORIGIN;
  session = new FakeArea();
  records = new Records(/** @type {any} */ (this.session));
  local = new FakeArea();
  consents = new Consents(/** @type {any} */ (this.local), () => new Date('2026-11-25T23:40:00Z'));
  now = 1_000_000;
  role = 'owner';
  /** What the host says of itself. */
  state = { keyring: 'ok', enrolled: true, vault: 'ok', address: `${ORIGIN}/` };
  granted = true;
  tabs = 100;
  captures = 0;
  /** @type {string[]} */
  opened = [];
  /** @type {number[]} */
  closed = [];
  /** @type {{tab: number, event: any}[]} */
  told = [];
  /** @type {any[]} */
  intents = [];
  /** @type {string[]} */
  cancelled = [];
  capture = async () => ({ body: 'the-captured-cookie', skipped: [], unread: [], cookies: [], left: 0 });

  constructor() {
    ({ bridge: this.bridge, questions: this.questions } = this.#parts());
  }

  /** A new worker, which has lost what the one before kept in memory. */
  worker() {
    Object.assign(this, this.#parts());
    return this.bridge.resume();
  }

  #parts() {
    const api = /** @type {any} */ ({
      runtime: { id: 'ours', getURL: (/** @type {string} */ path) => `ext://${path}` },
      permissions: { contains: async () => this.granted },
      scripting: { executeScript: async (/** @type {any} */ { target }) => [{ result: { user_agent: `tab ${target.tabId}` } }] },
      cookies: { getAllCookieStores: async () => [{ id: '0', tabIds: [5] }] },
      windows: {
        get: async () => ({ left: 0, top: 0, width: 1000, height: 800 }),
        create: async (/** @type {any} */ { url }) => (this.opened.push(url), { tabs: [{ id: ++this.tabs }] }),
      },
      tabs: {
        get: async (/** @type {number} */ id) => ({ id, windowId: 1 }),
        remove: async (/** @type {number} */ id) => void this.closed.push(id),
        sendMessage: async (/** @type {number} */ tab, /** @type {any} */ { bridge }, /** @type {any} */ to) => {
          assert.deepEqual(to, { frameId: 0 });
          this.told.push({ tab, event: JSON.parse(JSON.stringify(bridge)) });
        },
      },
    });
    const host = {
      request: async (/** @type {string} */ type) => /** @type {any} */ ({ account: { card: { role: this.role }, capture: plan }, state: this.state, check: { verdict } })[type],
    };
    const wizards = new Wizards(/** @type {any} */ (this.session), () => this.now);
    const shares = {
      intend: async (/** @type {string} */ account, /** @type {any} */ intent) => void this.intents.push({ account, ...intent }),
      cancel: async (/** @type {string} */ account) => (this.cancelled.push(account), this.records.remove(account)),
    };
    const standing = new Standing({ api, host, consents: this.consents, area: /** @type {any} */ (this.local), now: () => this.now });
    const webapp = { origin: async () => this.origin };
    const questions = new Questions({ api, shares, records: this.records, wizards, newId: () => `ask-${this.opened.length + 1}` });
    const bridge = new Bridge({
      api, host, standing, shares, records: this.records, consents: this.consents, webapp, wizards, questions, version: '1.2.3', now: () => this.now,
      capture: async () => (this.captures++, this.capture()), elsewhere: async () => [], watch: { observed: async () => ({ registered: false, rotating: [] }) },
    });
    return { bridge, questions };
  }

  /**
   * @param {string} verb
   * @param {any} [account]
   * @param {any} [sender]
   * @returns {Promise<any>}
   */
  say(verb, account = 'a', sender = page()) {
    return this.bridge.answer({ verb, account }, sender);
  }

  /** The person agrees to what was asked last. */
  agree() {
    return this.bridge.agree(`ask-${this.opened.length}`, { user_agent: 'x' });
  }

  async grant() {
    await this.say('open');
    await this.agree();
  }

  /**
   * The page's share has gone on.
   * @param {any} change
   */
  record(change) {
    return this.records.put(/** @type {any} */ ({ account: 'a', phase: 'running', stage: 'reading', consent: { surface: 'page' }, source: { tabId: 5 }, ...change }));
  }

  /** @returns {any} */
  get lastEvent() {
    return this.told.at(-1)?.event;
  }
}

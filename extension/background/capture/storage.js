import { MAX_BUNDLE } from '../chunks.js';
import { Fault, within } from '../fault.js';
import { documentsOf, isTop } from './documents.js';
import { isClosed, pause } from './tabs.js';

/**
 * The web storage of the app's origins, read in its tabs. A page need not have
 * finished loading for that: some never do. What cannot be read does not spoil the
 * rest; it is listed, with the reason.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./documents.js').Document} Document
 * @typedef {{origin: string, local?: object[], session?: object[], databases?: object[]}} OriginStorage
 * @typedef {{origin: string, store: string, name?: string, why: string}} Unread session.Unread, and one of the reasons
 *   of reader.js or `unseen`: no tab shows a document of the origin
 * @typedef {{origins: OriginStorage[], unread: Unread[], left: number}} Storage and how many items were not asked for
 */

/** Between two messages of a reader. */
const SILENCE_MS = 60_000;
/** A page that goes elsewhere is there a moment later. */
const AGAIN_MS = 500;
export const READER = ['/vendor/devalue.js', ...['values', 'names', 'databases', 'reader'].map((name) => `/background/capture/${name}.js`)];

/** What became of a document that was not read. */
class Unreadable extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * Reads each origin once.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {import('./documents.js').Seen} seen
 * @param {AbortSignal} signal
 * @returns {Promise<Storage>}
 */
export async function readStorage(api, plan, { documents, unseen }, signal) {
  const reading = new Reading(api, plan, signal);
  await reading.add(documents);
  // A page that went elsewhere took its reader along. One that hangs is not waited for twice.
  const moved = [...reading.failed.values()].filter(({ why }) => why === 'failed').map(({ tabId }) => tabId);
  if (moved.length > 0) {
    await pause(AGAIN_MS);
    const tabs = await Promise.all([...new Set(moved)].map((id) => tabOf(api, id)));
    await reading.add((await documentsOf(api, plan, tabs)).documents);
  }
  return reading.end(unseen);
}

class Reading {
  #api;
  #plan;
  #signal;
  #limit = MAX_BUNDLE;
  /** @type {Map<string, OriginStorage>} */
  #read = new Map();
  /** @type {Unread[]} */
  #unread = [];
  #left = 0;
  /** @type {Map<string, {tabId: number, why: string}>} by origin */
  failed = new Map();

  /**
   * @param {Browser} api
   * @param {Plan} plan
   * @param {AbortSignal} signal
   */
  constructor(api, plan, signal) {
    this.#api = api;
    this.#plan = plan;
    this.#signal = signal;
  }

  /**
   * Reads the documents whose origin was not read before: first those of tabs, since
   * the storage of embedded frames is another one where browsers partition it.
   * @param {Document[]} documents
   */
  async add(documents) {
    for (const document of [...documents.filter(isTop), ...documents.filter((each) => !isTop(each))]) {
      const { origin, tabId } = document;
      if (this.#signal.aborted) throw new Fault('interrupted');
      if (this.#read.has(origin)) continue;
      try {
        await this.#take(document);
        this.failed.delete(origin);
      } catch (err) {
        if (!(err instanceof Unreadable)) throw err;
        this.failed.set(origin, { tabId, why: err.why });
      }
    }
  }

  /** @param {Document} document */
  async #take({ tabId, frameId, origin }) {
    const { stores, names, leave } = this.#plan;
    const target = { tabId, frameIds: [frameId] };
    const inject = this.#api.scripting.executeScript({ target, files: READER, injectImmediately: true });
    await within(SILENCE_MS, 'capture_failed', inject).catch((err) => {
      throw new Unreadable(err instanceof Fault ? 'busy' : 'failed');
    });
    const port = this.#api.tabs.connect(tabId, { frameId, name: 'read' });
    const result = await askReader(port, { stores, names, leave, limit: this.#limit }, this.#signal);
    if (result?.failed) throw new Fault(result.failed, result.database && { detail: nameOf({ origin, store: 'idb', name: result.database }) });
    // The frame may have gone elsewhere since it was listed.
    if (result?.storage?.origin !== origin) throw new Unreadable('failed');
    this.#read.set(origin, result.storage);
    this.#unread.push(...result.unread.map((/** @type {Omit<Unread, 'origin'>} */ each) => ({ origin, ...each })));
    this.#left += result.left;
    this.#limit -= result.size;
  }

  /**
   * @param {string[]} unseen origins
   * @returns {Storage}
   */
  end(unseen) {
    const { stores } = this.#plan;
    for (const origin of new Set([...this.failed.keys(), ...unseen])) {
      // Where another document of the origin was read, sessionStorage is missing, which each tab has of its own.
      const missing = this.#read.has(origin) ? stores.filter((store) => store === 'session') : stores;
      const why = this.failed.get(origin)?.why ?? 'unseen';
      this.#unread.push(...missing.map((store) => ({ origin, store, why })));
    }
    return { origins: [...this.#read.values()], unread: this.#unread, left: this.#left };
  }
}

const STORES = /** @type {Record<string, string>} */ ({ local: 'localStorage', session: 'sessionStorage', idb: 'IndexedDB' });

/**
 * What was not read, as a person may see it: the words are those of every language.
 * @param {Pick<Unread, 'origin' | 'store' | 'name'>} unread
 */
export const nameOf = ({ origin, store, name }) => [origin.replace(/^https:\/\//, ''), STORES[store], name].filter(Boolean).join(' ');

/**
 * @param {Browser} api
 * @param {number} id
 */
async function tabOf(api, id) {
  if (await isClosed(api, id)) throw new Fault('tab_closed');
  return api.tabs.get(id);
}

/**
 * Puts a request to the reader in a frame, and puts its answer together. A frame
 * that has gone elsewhere since has no reader, and its port closes.
 * @param {chrome.runtime.Port} port
 * @param {object} request
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
function askReader(port, request, signal) {
  /** @type {any} */
  let result;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const answer = new Promise((resolve, reject) => {
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new Unreadable('busy')), SILENCE_MS);
    };
    port.onMessage.addListener((message) => {
      wait();
      if (message.end) resolve(result);
      else if (message.items) listOf(result, message).push(...message.items);
      else if (!message.alive) result = message;
    });
    port.onDisconnect.addListener(() => reject(new Unreadable('failed')));
    signal.addEventListener('abort', () => reject(new Fault('interrupted')), { once: true });
    wait();
    port.postMessage(request);
  });
  return answer.finally(() => {
    clearTimeout(timer);
    port.disconnect();
  });
}

/**
 * The list of a result that a message goes on with.
 * @param {any} result
 * @param {any} message
 */
function listOf({ storage }, { list, database, store }) {
  if (list === 'local' || list === 'session') return storage[list];
  return storage.databases[Number(database)].stores[Number(store)].records;
}

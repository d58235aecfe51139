import { originOf } from '../capture/scope.js';
import { Turns } from '../turns.js';

/**
 * The web app that the person uses in this browser: its origin, for which the
 * content script is registered, or none. A match pattern has no port, so the
 * script comes to all ports of the host and is inert on all but one.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 */

const KEY = 'webapp';
/** In storage.session: where the person clicked, until the browser has asked them. Its prompt may close the popup. */
const WANTED = 'webapp_wanted';
const ID = 'bridge';
const FILES = ['bridge/content.js'];

/**
 * The match pattern of an origin's host.
 * @param {string} origin
 */
export function patternOf(origin) {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

export class WebApp {
  #api;
  #ended;
  #turns = new Turns();

  /**
   * @param {Browser} api
   * @param {() => Promise<void>} ended called once there is none any more
   */
  constructor(api, ended) {
    this.#api = api;
    this.#ended = ended;
  }

  /**
   * The origin, or null.
   * @returns {Promise<string | null>}
   */
  async origin() {
    return /** @type {any} */ ((await this.#api.storage.local.get(KEY))[KEY]) ?? null;
  }

  /**
   * The person clicked to use the web app; the browser asks them next.
   * @param {string} origin
   */
  want(origin) {
    return this.#api.storage.session.set({ [WANTED]: origin });
  }

  /** A permission was given or taken away, or the worker begins. */
  settle() {
    return this.#turns.take(async () => {
      const { storage } = this.#api;
      const wanted = /** @type {string | undefined} */ ((await storage.session.get(WANTED))[WANTED]);
      if (wanted !== undefined && (await this.#allowed(wanted))) {
        await this.#end();
        await storage.session.remove(WANTED);
        await storage.local.set({ [KEY]: wanted });
        await this.#register(wanted);
        return this.#arrive(wanted);
      }
      const origin = await this.origin();
      if (origin === null) return;
      if (!(await this.#allowed(origin))) return this.#end();
      // Browsers forget it when the extension is updated.
      if ((await this.#api.scripting.getRegisteredContentScripts({ ids: [ID] })).length === 0) {
        await this.#register(origin);
        await this.#arrive(origin);
      }
    });
  }

  /** The person switches it off, or did not allow it. */
  off() {
    return this.#turns.take(async () => {
      const origin = await this.origin();
      await this.#api.storage.session.remove(WANTED);
      await this.#end();
      if (origin !== null) await this.#api.permissions.remove({ origins: [patternOf(origin)] }).catch(() => false);
    });
  }

  /**
   * The host says at which vault it is enrolled.
   * @param {string | undefined} address
   */
  async enrolledAt(address) {
    const origin = await this.origin();
    if (origin !== null && originOf(address) !== origin) await this.off();
  }

  /** @param {string} origin */
  #allowed(origin) {
    return this.#api.permissions.contains({ origins: [patternOf(origin)] });
  }

  async #end() {
    await this.#api.storage.local.remove(KEY);
    await this.#api.scripting.unregisterContentScripts({ ids: [ID] }).catch(() => undefined); // none is registered
    await this.#ended();
  }

  /** @param {string} origin */
  #register(origin) {
    return this.#api.scripting.registerContentScripts([{ id: ID, js: FILES, matches: [patternOf(origin)], runAt: 'document_start', allFrames: false, persistAcrossSessions: true }]);
  }

  /**
   * Brings the script to the pages that are open already.
   * @param {string} origin
   */
  async #arrive(origin) {
    for (const { id } of await this.#api.tabs.query({ url: patternOf(origin) })) {
      if (id === undefined) continue;
      // A tab that shows the browser's own page for an error takes no script.
      await this.#api.scripting.executeScript({ target: { tabId: id, frameIds: [0] }, files: FILES }).catch(() => undefined);
    }
  }
}

import { withTextName } from '../platform/cookies.js';
import { containsHost } from './capture/scope.js';

/**
 * Watches, on the sites that the person has allowed, for two signs that a copy
 * of a session would not live: a response that asks the browser to tie the
 * session to this device (Device Bound Session Credentials), and a cookie whose
 * value is replaced every few minutes. What is kept, in storage.session, is
 * names, times and a short fingerprint of the last value.
 *
 * @typedef {import('../platform/browser.js').Browser} Browser
 * @typedef {import('./capture/scope.js').Domain} Domain
 * @typedef {{name: string, domain: string, path: string, store: string, mark: number, times: number[]}} Changes
 * @typedef {{registered: Record<string, number>, changes: Record<string, Changes>}} Watched
 */

const KEY = 'watch';
/** So many replacements within this time make a cookie one that rotates; a new sign-in makes fewer. */
const TIMES = 3;
const WINDOW_MS = 30 * 60_000;
const MAX_COOKIES = 500;
const MAX_HOSTS = 200;
const WRITE_MS = 300;
const REGISTRATION = 'secure-session-registration';

export class Watch {
  #area;
  #now;
  /** @type {Promise<Watched>} */
  #state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {chrome.storage.StorageArea} area storage.session
   * @param {() => number} now milliseconds
   */
  constructor(area, now) {
    this.#area = area;
    this.#now = now;
    this.#state = area.get(KEY).then((stored) => /** @type {any} */ (stored)[KEY] ?? { registered: {}, changes: {} });
  }

  /** @param {Browser} api */
  listen(api) {
    api.cookies.onChanged.addListener((change) => void this.cookieChanged({ ...change, cookie: withTextName(api, change.cookie) }));
    /** @param {any} response */
    const received = (response) => void this.headersReceived(response);
    const { onHeadersReceived } = api.webRequest;
    const listen = () => {
      onHeadersReceived.removeListener(received);
      onHeadersReceived.addListener(received, { urls: ['http://*/*', 'https://*/*'], types: ['main_frame', 'sub_frame', 'xmlhttprequest'] }, ['responseHeaders']);
    };
    listen();
    // Chromium takes no listener from an extension that no site is allowed to yet, and does not say so.
    api.permissions.onAdded.addListener(listen);
  }

  /** @param {{url: string, responseHeaders?: {name: string}[]}} response */
  async headersReceived({ url, responseHeaders }) {
    if (!responseHeaders?.some(({ name }) => name.toLowerCase() === REGISTRATION)) return;
    const state = await this.#state;
    if (Object.keys(state.registered).length >= MAX_HOSTS) return;
    state.registered[new URL(url).hostname] = this.#now();
    this.#write();
  }

  /** @param {{removed: boolean, cause: string, cookie: chrome.cookies.Cookie}} change */
  async cookieChanged({ removed, cause, cookie }) {
    // A replacement is told twice: the old value's end, with this cause, and the new one.
    if (removed && cause === 'overwrite') return;
    const state = await this.#state;
    const { name, path, storeId: store, value } = cookie;
    const domain = cookie.domain.replace(/^\./, '');
    const key = JSON.stringify([store, domain, path, name, cookie.partitionKey]);
    // Who signs out and in again has a new session, which has not rotated yet.
    if (removed) {
      if (!(key in state.changes)) return;
      delete state.changes[key];
      return this.#write();
    }
    const mark = fingerprint(value);
    const before = state.changes[key];
    if (before?.mark === mark) return;
    const times = [...(before?.times ?? []), this.#now()].filter((time) => time > this.#now() - WINDOW_MS).slice(-2 * TIMES);
    delete state.changes[key]; // so that it becomes the newest
    state.changes[key] = { name, domain, path, store, mark, times };
    const keys = Object.keys(state.changes);
    if (keys.length > MAX_COOKIES) delete state.changes[keys[0]];
    this.#write();
  }

  /**
   * What was seen of an app, in the JSON of host.Observed.
   * @param {Domain[]} domains
   * @param {string} store
   */
  async observed(domains, store) {
    const { registered, changes } = await this.#state;
    return {
      registered: Object.keys(registered).some((host) => containsHost(domains, host)),
      rotating: Object.values(changes)
        .filter((each) => each.store === store && containsHost(domains, each.domain))
        .map(({ name, domain, path, times }) => ({ name, domain, path, seconds: this.#interval(times) }))
        .filter(({ seconds }) => seconds > 0),
    };
  }

  /**
   * Seconds between two replacements at most, or 0 if there were too few.
   * @param {number[]} times
   */
  #interval(times) {
    const recent = times.filter((time) => time > this.#now() - WINDOW_MS);
    // The first one gave the cookie its value and replaced nothing.
    if (recent.length < TIMES + 1) return 0;
    return Math.max(1, ...recent.slice(1).map((time, i) => Math.round((time - recent[i]) / 1000)));
  }

  #write() {
    this.#timer ??= setTimeout(async () => {
      this.#timer = undefined;
      await this.#area.set({ [KEY]: await this.#state });
    }, WRITE_MS);
  }
}

/**
 * A number that tells two values apart (FNV-1a) and from which none can be had back.
 * @param {string} value
 */
function fingerprint(value) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

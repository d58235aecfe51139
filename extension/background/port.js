import { chunksOf } from './chunks.js';
import { asFault, Fault } from './fault.js';

/**
 * HostPort speaks docs/protocol.md with the native host. One process serves all
 * requests of a port; it is started by the first request and let go after a
 * quiet time, so that no process outlives its use. Replies may come in any
 * order. A port that breaks fails every open request and the next one starts a
 * new host.
 */

export const HOST_NAME = 'io.sessionferry.host';
export const PROTOCOL = 1;

/** Time without a word from the host after which a request is given up. A keyring's prompt takes a person's time. */
const SILENCE_MS = 120_000;

/**
 * @typedef {{stage: string, done?: number, total?: number}} Progress
 * @typedef {import('./capture/ask.js').Question} Question
 * @typedef {(question: Question) => Promise<import('./capture/ask.js').Answer>} OnAsk puts a question to the app
 * @typedef {{body?: string, onProgress?: (p: Progress) => void, onAsk?: OnAsk, signal?: AbortSignal}} Options
 * @typedef {{resolve: (v: any) => void, reject: (f: Fault) => void, onProgress?: (p: Progress) => void, onAsk?: OnAsk, timer?: ReturnType<typeof setTimeout>}} Open
 * @typedef {{port: chrome.runtime.Port, open: Map<string, Open>, spoken: boolean, hello?: Promise<any>}} Link
 */

export class HostPort {
  /** @type {Link | null} */
  #link = null;
  #count = 0;
  #connect;
  #lastError;
  #extension;
  #idleMs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;

  /**
   * @param {{connect: () => chrome.runtime.Port, lastError: () => string, extension: string, idleMs?: number}} deps
   */
  constructor({ connect, lastError, extension, idleMs = 20_000 }) {
    this.#connect = connect;
    this.#lastError = lastError;
    this.#extension = extension;
    this.#idleMs = idleMs;
  }

  /**
   * Sends one request and returns its result.
   * @param {string} type
   * @param {Record<string, unknown>} [fields]
   * @param {Options} [options]
   * @returns {Promise<any>}
   */
  async request(type, fields = {}, options = {}) {
    const link = this.#open();
    link.hello ??= this.#hello(link);
    await link.hello;
    if (options.signal?.aborted) throw new Fault('interrupted');
    return this.#send(link, type, fields, options);
  }

  /** @param {Link} link */
  async #hello(link) {
    const result = await this.#send(link, 'hello', { protocol: [PROTOCOL], extension: this.#extension });
    if (result?.protocol !== PROTOCOL) throw new Fault('version_unsupported');
    return result;
  }

  #open() {
    if (this.#link) return this.#link;
    /** @type {chrome.runtime.Port} */
    let port;
    try {
      port = this.#connect();
    } catch {
      throw new Fault('host_missing');
    }
    /** @type {Link} */
    const link = { port, open: new Map(), spoken: false };
    this.#link = link;
    port.onMessage.addListener((message) => this.#receive(link, message));
    port.onDisconnect.addListener((gone) => this.#lost(link, gone));
    return link;
  }

  /**
   * @param {Link} link
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @param {Options} [options]
   * @returns {Promise<any>}
   */
  #send(link, type, fields, { body, onProgress, onAsk, signal } = {}) {
    const id = String(++this.#count);
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      link.open.set(id, { resolve, reject, onProgress, onAsk });
      this.#watch(link, id);
      if (!post(link, body ? { id, type, ...fields, size: body.length } : { id, type, ...fields })) {
        this.#lost(link, link.port);
        return;
      }
      signal?.addEventListener('abort', () => link.open.has(id) && post(link, { id, type: 'cancel' }), { once: true });
      if (body) void this.#stream(link, id, body);
    });
  }

  /**
   * A turn of the event loop lies between two chunks, so that a refusal stops
   * the rest and other requests are not held up.
   * @param {Link} link
   * @param {string} id
   * @param {string} body
   */
  async #stream(link, id, body) {
    for (const chunk of chunksOf(body)) {
      if (!link.open.has(id)) return;
      post(link, { id, type: 'chunk', ...chunk });
      this.#watch(link, id);
      await turn();
    }
  }

  /**
   * @param {Link} link
   * @param {string} id
   */
  #watch(link, id) {
    const open = link.open.get(id);
    if (!open) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.#drop(link, 'host_stopped'), SILENCE_MS);
  }

  /**
   * @param {Link} link
   * @param {any} message
   */
  #receive(link, message) {
    link.spoken = true;
    if (message === null || typeof message !== 'object') return;
    const open = link.open.get(message.id);
    if (!open) {
      // A request whose id the host could not read: which one it was cannot be told, so all end.
      if (message.id === '' && message.ok === false) this.#drop(link, faultCode(message));
      return;
    }
    if (message.event === 'progress') {
      this.#watch(link, message.id);
      open.onProgress?.({ stage: message.stage, done: message.done, total: message.total });
      return;
    }
    if (message.event === 'ask') {
      this.#watch(link, message.id);
      void this.#ask(link, message, open);
      return;
    }
    link.open.delete(message.id);
    clearTimeout(open.timer);
    if (message.ok === true) open.resolve(message.result ?? {});
    else open.reject(new Fault(faultCode(message), textsOf(message)));
    this.#rest(link);
  }

  /**
   * An app that cannot be asked ends the request with the reason, which the host
   * cannot know.
   * @param {Link} link
   * @param {{id: string} & Question} message
   * @param {Open} open
   */
  async #ask(link, { id, path, bearer, watch, headers }, open) {
    try {
      if (!open.onAsk) throw new Fault('message_unknown');
      const answer = await open.onAsk({ path, bearer, watch, headers });
      if (link.open.get(id) === open) post(link, { id, type: 'answer', ...answer });
    } catch (err) {
      if (link.open.get(id) !== open) return;
      link.open.delete(id);
      clearTimeout(open.timer);
      post(link, { id, type: 'cancel' });
      open.reject(asFault(err));
      this.#rest(link);
    }
  }

  /**
   * The browser closed the port: there is no host, or it ended.
   * @param {Link} link
   * @param {chrome.runtime.Port} port
   */
  #lost(link, port) {
    const reason = this.#lastError() || /** @type {any} */ (port).error?.message || '';
    this.#fail(link, ...disconnectCode(reason, link.spoken));
  }

  /**
   * @param {Link} link
   * @param {string} code
   */
  #drop(link, code) {
    link.port.disconnect();
    this.#fail(link, code);
  }

  /**
   * @param {Link} link
   * @param {string} code
   * @param {string} [detail]
   */
  #fail(link, code, detail) {
    if (this.#link === link) this.#link = null;
    clearTimeout(this.#idle);
    const open = [...link.open.values()];
    link.open.clear();
    for (const { reject, timer } of open) {
      clearTimeout(timer);
      reject(new Fault(code, detail ? { detail } : {}));
    }
  }

  /** @param {Link} link */
  #rest(link) {
    if (link.open.size > 0 || this.#link !== link) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (link.open.size > 0 || this.#link !== link) return;
      this.#link = null;
      link.port.disconnect();
    }, this.#idleMs);
  }
}

/** Lets the event loop run. A timer would do too, but browsers hold those back for milliseconds. */
function turn() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

/**
 * @param {Link} link
 * @param {object} message
 */
function post(link, message) {
  try {
    link.port.postMessage(message);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a closed port means. The texts are Chromium's and Firefox's own; both
 * tell a missing host apart only in words.
 * @param {string} reason
 * @param {boolean} spoken whether the host had said anything
 * @returns {[code: string, detail?: string]}
 */
export function disconnectCode(reason, spoken) {
  if (/forbidden/i.test(reason)) return ['host_missing', 'forbidden'];
  if (/administrator/i.test(reason)) return ['host_missing', 'policy'];
  if (/not found|No such native application/i.test(reason)) return ['host_missing'];
  // Firefox says this of a program that is absent or cannot be started.
  if (!spoken && /unexpected error/i.test(reason)) return ['host_missing'];
  return ['host_stopped'];
}

/** @param {any} message */
const faultCode = (message) => (typeof message.error?.code === 'string' ? message.error.code : 'message_invalid');

/** @param {any} message */
function textsOf(message) {
  const { sentence, next, detail, verdict, lost } = message.error ?? {};
  /** @type {Record<string, any>} */
  const texts = {};
  for (const [key, value] of Object.entries({ sentence, next, detail })) if (typeof value === 'string') texts[key] = value;
  if (Array.isArray(lost)) texts.lost = lost.map(String);
  return typeof verdict?.verdict === 'string' ? { ...texts, verdict } : texts;
}

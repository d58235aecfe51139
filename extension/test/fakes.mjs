/** Fakes of the browser's API, as small as the tests need them. */

/** An event that tests fire by hand. */
export class FakeEvent {
  /** @type {Function[]} */
  listeners = [];
  /** @param {Function} f */
  addListener(f) {
    this.listeners.push(f);
  }
  /** @param {...any} args */
  fire(...args) {
    for (const f of this.listeners) f(...args);
  }
}

/** The extension's end of a native port; `sent` is what the host would have read. */
export class FakePort {
  onMessage = new FakeEvent();
  onDisconnect = new FakeEvent();
  /** @type {any[]} */
  sent = [];
  closed = false;
  /** @type {(message: any, port: FakePort) => void} */
  host;

  /** @param {(message: any, port: FakePort) => void} host */
  constructor(host = () => undefined) {
    this.host = host;
  }
  /** @param {any} message */
  postMessage(message) {
    if (this.closed) throw new Error('Attempting to use a disconnected port object');
    this.sent.push(message);
    queueMicrotask(() => this.host(message, this));
  }
  disconnect() {
    this.closed = true;
  }
  /** @param {any} message */
  reply(message) {
    this.onMessage.fire(message);
  }
  /** @param {string} type */
  ofType(type) {
    return this.sent.filter((m) => m.type === type);
  }
}

/** A storage area that keeps JSON only, as the browser's does. */
export class FakeArea {
  /** @type {Record<string, any>} */
  data = {};
  /** @param {string | null} key */
  async get(key) {
    const all = structuredClone(this.data);
    return key === null ? all : key in all ? { [key]: all[key] } : {};
  }
  /** @param {object} items */
  async set(items) {
    Object.assign(this.data, JSON.parse(JSON.stringify(items)));
  }
  /** @param {string} key */
  async remove(key) {
    delete this.data[key];
  }
}

/** Lets everything that is ready to run do so, and what it makes ready, in 50 rounds. */
export async function settle() {
  for (let round = 0; round < 50; round++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * The code that a promise is rejected with.
 * @param {Promise<unknown>} promise
 */
export const codeOf = (promise) => promise.then(() => 'resolved', (err) => err.code ?? String(err));

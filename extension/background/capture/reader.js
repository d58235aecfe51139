/**
 * Reads the web storage of the frame that it is injected into, after names.js and
 * databases.js. It reads nothing before the background asks. The answer goes over a
 * port in small messages: one large one, or the result of a script, is carried many
 * times as slowly.
 *
 * What cannot be read is left out and listed, with the reason:
 *   kept    a value that no text can carry
 *   busy    a database that another page holds, or that did not answer in time
 *   denied  the browser refuses the storage of this frame's site
 *   failed  any other error
 */
(() => {
  const scope = /** @type {any} */ (globalThis);
  if (scope.sessionferryRead) return; // injected before
  const { text } = scope.sessionferryValues;
  const { TooLarge, readDatabases, reasonOf } = scope.sessionferryDatabases;

  /** Ends a read that would outgrow what can be sent, before memory does. */
  class Budget {
    /** @param {number} left characters */
    constructor(left) {
      this.left = left;
    }

    /** @param {string} s */
    text(s) {
      this.left -= s.length;
      if (this.left < 0) throw new TooLarge();
      return text(s);
    }

    /** A budget of what is left, for a part that may be given up. */
    part() {
      return new Budget(this.left);
    }
  }

  /** Of a name in the list, in characters. */
  const MAX_NAME = 120;
  /** Entries of the list; the last one stands for all the rest. */
  const MAX_UNREAD = 100;

  /** What was left out. */
  class Unread {
    /** @type {{store: string, name?: string, why: string}[]} */
    list = [];

    /**
     * @param {string} store
     * @param {string} why
     * @param {string[]} [path] names of database, store and key; one that cannot be shown stands for all below the others
     */
    add(store, why, path = []) {
      const shown = [...path];
      while (shown.length > 0 && (shown.join('/').length > MAX_NAME || !(/** @type {any} */ (shown.join('/')).isWellFormed()))) shown.pop();
      if (this.list.length === MAX_UNREAD - 1) shown.length = 0;
      if (this.list.length < MAX_UNREAD) this.list.push({ store, why, ...(shown.length > 0 && { name: shown.join('/') }) });
    }
  }

  /**
   * Everything that is asked for, in the form of session.OriginStorage, and what of it was not read.
   * @param {{stores: string[], limit: number, names?: Record<string, string[]>, leave?: Record<string, string[]>}} request
   * @param {() => void} [alive] is called from time to time
   */
  scope.sessionferryRead = async (request, alive = () => undefined) => {
    const names = scope.sessionferryNames(request);
    const budget = new Budget(request.limit);
    const unread = new Unread();
    /** @type {any} */
    const storage = { origin: self.origin };
    let left = 0;

    /** @param {string} store @param {Storage} area */
    const items = (store, area) => {
      const out = [];
      for (let i = 0; i < area.length; i++) {
        const key = /** @type {string} */ (area.key(i));
        if (names.wants(store, key)) out.push({ key: budget.text(key), value: budget.text(area.getItem(key) ?? '') });
        else left++;
      }
      storage[store] = out;
    };
    /** @type {Record<string, () => unknown>} */
    const readers = {
      local: () => items('local', localStorage),
      session: () => items('session', sessionStorage),
      idb: async () => {
        const read = await readDatabases({ names, budget, unread, alive });
        storage.databases = read.databases;
        left += read.left;
      },
    };
    for (const store of request.stores) {
      try {
        await readers[store]();
      } catch (err) {
        if (err instanceof TooLarge) return { failed: 'bundle_too_large', database: /** @type {any} */ (err).database };
        unread.add(store, reasonOf(err)); // the error's own text may quote the page and stays here
      }
    }
    return { storage, unread: unread.list, left, size: request.limit - budget.left };
  };

  (scope.browser ?? scope.chrome).runtime.onConnect.addListener((/** @type {chrome.runtime.Port} */ port) => {
    port.onMessage.addListener(async (request) => {
      try {
        send(port, await scope.sessionferryRead(request, () => port.postMessage({ alive: true })));
      } catch {
        // The background has gone.
      }
    });
  });

  /** Characters of a message. */
  const MESSAGE = 262_144;

  /**
   * The lists of entries and records go by themselves, a message's worth at a
   * time; what they belong to goes first, with lists that are empty.
   * @param {chrome.runtime.Port} port
   * @param {any} result
   */
  function send(port, { storage, ...rest }) {
    /** @type {[object, object[]][]} */
    const lists = [];
    /** @param {object} where @param {object[]} list */
    const empty = (where, list) => (lists.push([where, list]), []);
    const frame = storage && {
      ...storage,
      ...(storage.local && { local: empty({ list: 'local' }, storage.local) }),
      ...(storage.session && { session: empty({ list: 'session' }, storage.session) }),
      ...(storage.databases && {
        databases: storage.databases.map((/** @type {any} */ db, /** @type {number} */ database) => ({
          ...db,
          stores: db.stores.map((/** @type {any} */ each, /** @type {number} */ store) => ({ ...each, records: empty({ database, store }, each.records) })),
        })),
      }),
    };
    port.postMessage({ ...rest, storage: frame });
    for (const [where, list] of lists) for (const items of messages(list)) port.postMessage({ ...where, items });
    port.postMessage({ end: true });
  }

  /** @param {any[]} list of entries or records */
  function* messages(list) {
    let from = 0;
    let size = 0;
    for (let i = 0; i < list.length; i++) {
      const { key, value } = list[i];
      size += (key.utf16 ?? key).length + (value.utf16 ?? value).length;
      if (size < MESSAGE && i < list.length - 1) continue;
      yield list.slice(from, i + 1);
      from = i + 1;
      size = 0;
    }
  }
})();

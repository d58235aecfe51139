/**
 * Reads the web storage of the frame that it is injected into. A classic script,
 * since injected scripts cannot be modules; it runs in the extension's isolated
 * world, where the page cannot reach it, after vendor/devalue.js. It reads
 * nothing before the background asks. The answer goes over a port in small
 * messages: one large one, or the result of a script, is carried many times as
 * slowly.
 *
 * IndexedDB values travel in devalue's text form with three types of our own:
 *   ["Blob", {type, bytes}]   ["File", {name, type, modified, bytes}]
 *   ["CryptoKey", {jwk, algorithm, usages}]
 */
(() => {
  const scope = /** @type {any} */ (globalThis);
  if (scope.sessionferryRead) return; // injected before
  const devalue = /** @type {any} */ (globalThis).sessionferryDevalue;
  const OPEN_MS = 5_000;
  const BATCH = 256;

  /** A value that no text can carry; its record is left out and named. */
  class Unportable extends Error {}

  /** The read outgrew what can be sent. */
  class TooLarge extends Error {}

  const reducers = {
    // File before Blob, since every File is one.
    File: (/** @type {any} */ v) =>
      v instanceof File && v.arrayBuffer().then((bytes) => ({ name: v.name, type: v.type, modified: v.lastModified, bytes })),
    Blob: (/** @type {any} */ v) => v instanceof Blob && v.arrayBuffer().then((bytes) => ({ type: v.type, bytes })),
    CryptoKey: (/** @type {any} */ v) => guarded(v) instanceof CryptoKey && exportKey(guarded(v)),
  };

  /**
   * A value of the page as one of ours. Firefox shows us the page's own objects,
   * and of a Map or Set nothing; what cannot be cloned there stays the page's
   * (Blob, CryptoKey). Chromium's values are ours already.
   * @param {unknown} value
   */
  const ours = (value) => {
    const { cloneInto } = /** @type {any} */ (globalThis);
    return cloneInto && typeof value === 'object' && value !== null ? cloneInto(value, globalThis, { wrapReflectors: true }) : value;
  };

  /**
   * A list of the page's with everything in it. Firefox hides from us what it
   * cannot guard (a BigUint64Array, a boxed number), unless we forgo that guard;
   * what a database gives has no code of the page in it.
   * @param {any} list
   * @returns {any[]}
   */
  const whole = (list) => list.wrappedJSObject ?? list;

  /**
   * A CryptoKey stays the page's, and without the guard it is none to us.
   * @param {any} value
   */
  const guarded = (value) => {
    const { XPCNativeWrapper: guard } = scope;
    return guard && typeof value === 'object' && value !== null ? guard(value) : value;
  };

  /**
   * A value in devalue's form. That of a text is JSON, which browsers write faster.
   * @param {unknown} value
   */
  async function stringify(value) {
    if (typeof value === 'string') return JSON.stringify([value]);
    const text = await devalue.stringifyAsync(ours(value), reducers);
    // What reads it refuses such a key, which could change what other objects inherit. Within a text its quotes would be escaped.
    if (/[{,]"__proto__":/.test(text)) throw new Unportable();
    return text;
  }

  /** @param {CryptoKey} key */
  function exportKey(key) {
    if (!key.extractable) throw new Unportable();
    return crypto.subtle.exportKey('jwk', key).then((jwk) => ({ jwk, algorithm: key.algorithm, usages: [...key.usages] }));
  }

  /**
   * A string of the page. What is not well-formed UTF-16 would be changed by
   * the way through JSON, so it goes as its code units.
   * @param {string} s
   * @returns {string | {utf16: string}}
   */
  function text(s) {
    if (/** @type {any} */ (s).isWellFormed()) return s;
    let binary = '';
    for (let i = 0; i < s.length; i++) {
      const unit = s.charCodeAt(i);
      binary += String.fromCharCode(unit & 0xff, unit >> 8);
    }
    return { utf16: btoa(binary) };
  }

  /** Ends a read that would outgrow what can be sent, before memory does. */
  class Budget {
    /** @param {number} left */
    constructor(left) {
      this.left = left;
    }

    /** @param {string} s */
    text(s) {
      this.left -= s.length;
      if (this.left < 0) throw new TooLarge();
      return text(s);
    }
  }

  /**
   * @param {Storage} area
   * @param {Budget} budget
   */
  function items(area, budget) {
    const out = [];
    for (let i = 0; i < area.length; i++) {
      const key = /** @type {string} */ (area.key(i));
      out.push({ key: budget.text(key), value: budget.text(area.getItem(key) ?? '') });
    }
    return out;
  }

  /** Of a name that is shown, in characters. */
  const MAX_NAME = 120;
  /** Records of one store that are named; the last name stands for all the rest. */
  const MAX_LOST = 20;

  /**
   * A key of a record, as a person may read it.
   * @param {IDBValidKey} key
   */
  const shown = (key) => (typeof key === 'string' || typeof key === 'number' ? String(key) : key instanceof Date ? key.toISOString() : devalue.stringify(key));

  /**
   * @template T
   * @param {IDBRequest<T>} request
   * @returns {Promise<T>}
   */
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  /**
   * @param {string} name
   * @returns {Promise<IDBDatabase | null>} null if the page deleted it meanwhile
   */
  function open(name) {
    const request = indexedDB.open(name);
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new Error('blocked'));
      }, OPEN_MS);
      // An upgrade means that there was none: reading must not make one.
      request.onupgradeneeded = () => request.transaction?.abort();
      request.onsuccess = () => {
        clearTimeout(timer);
        if (late) request.result.close();
        else resolve(request.result);
      };
      request.onerror = () => {
        clearTimeout(timer);
        if (request.error?.name === 'AbortError') resolve(null);
        else reject(request.error);
      };
    });
  }

  /**
   * @param {string | string[] | null} path
   * @param {Budget} budget
   */
  const keyPath = (path, budget) => budget.text(devalue.stringify(path === null ? null : typeof path === 'string' ? path : [...path]));

  /**
   * @param {IDBDatabase} db
   * @param {string} name
   * @param {Budget} budget
   * @param {string[]} skipped names of database, store and key, of the records left out
   */
  async function store(db, name, budget, skipped) {
    const records = [];
    let lost = 0;
    /** @type {IDBKeyRange | null} */
    let range = null;
    // In batches, so that the budget ends the read of a large store before memory does.
    for (let full = true; full; ) {
      const source = db.transaction(name, 'readonly').objectStore(name);
      const [keys, list] = await Promise.all([done(source.getAllKeys(range, BATCH)), done(source.getAll(range, BATCH))]);
      const values = whole(list);
      for (let i = 0; i < keys.length; i++) {
        try {
          const value = await stringify(values[i]);
          records.push({ key: budget.text(devalue.stringify(keys[i])), value: budget.text(value) });
        } catch (err) {
          if (err instanceof TooLarge) throw err;
          lost++;
          if (lost <= MAX_LOST) skipped.push(`${db.name}/${name}/${lost < MAX_LOST ? shown(keys[i]) : '…'}`.slice(0, MAX_NAME));
        }
      }
      full = keys.length === BATCH;
      if (full) range = IDBKeyRange.lowerBound(keys[BATCH - 1], true);
    }
    const source = db.transaction(name, 'readonly').objectStore(name);
    const indexes = [...source.indexNames].map((index) => {
      const { keyPath: path, unique, multiEntry } = source.index(index);
      return { name: budget.text(index), key_path: keyPath(path, budget), unique, multi_entry: multiEntry };
    });
    return { name: budget.text(name), key_path: keyPath(source.keyPath, budget), auto_increment: source.autoIncrement, indexes, records };
  }

  /**
   * @param {Budget} budget
   * @param {string[]} skipped
   */
  async function databases(budget, skipped) {
    const out = [];
    // Firefox lists a database twice, and of version 0, that it could not make for
    // its name's sake.
    const found = (await indexedDB.databases()).filter(({ version }) => version !== 0);
    for (const name of new Set(found.map((each) => each.name))) {
      const db = name === undefined ? null : await open(name);
      if (!db) continue;
      // The page must be able to upgrade or delete its database while we read.
      db.onversionchange = () => db.close();
      try {
        const stores = [];
        for (const each of db.objectStoreNames) stores.push(await store(db, each, budget, skipped));
        out.push({ name: budget.text(db.name), version: db.version, stores });
      } finally {
        db.close();
      }
    }
    return out;
  }

  /**
   * Everything that is asked for, in the form of session.OriginStorage.
   */
  scope.sessionferryRead = async (/** @type {{stores: string[], limit: number}} */ { stores, limit }) => {
    const budget = new Budget(limit);
    /** @type {string[]} */
    const skipped = [];
    try {
      return {
        storage: {
          origin: self.origin,
          ...(stores.includes('local') && { local: items(localStorage, budget) }),
          ...(stores.includes('session') && { session: items(sessionStorage, budget) }),
          ...(stores.includes('idb') && { databases: await databases(budget, skipped) }),
        },
        skipped,
      };
    } catch (err) {
      // The error's own text may quote the page and stays here.
      return { failed: err instanceof TooLarge ? 'bundle_too_large' : 'capture_failed' };
    }
  };

  (scope.browser ?? scope.chrome).runtime.onConnect.addListener((/** @type {chrome.runtime.Port} */ port) => {
    port.onMessage.addListener(async (request) => send(port, await scope.sessionferryRead(request)));
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

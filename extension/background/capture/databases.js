/**
 * Reads the databases of the frame that it is injected into. A classic script,
 * injected after values.js and before reader.js.
 */
(() => {
  const scope = /** @type {any} */ (globalThis);
  const devalue = scope.sessionferryDevalue;
  const { stringify, Unportable, whole } = scope.sessionferryValues;

  /** For an answer of one database, so that one that hangs does not cost the others. A large one has many answers. */
  const DATABASE_MS = 20_000;
  const BATCH = 256;
  /** Records of one store that are listed; the last entry stands for all the rest. */
  const MAX_LOST = 20;

  /**
   * @typedef {{why: string, path: string[]}} Lost names of database, store and record
   * @typedef {{left: number, text: (s: string) => string | {utf16: string}, part: () => Budget}} Budget
   * @typedef {{names: {wants: (store: string, name: string) => boolean, mayWant: (store: string, beginning: string) => boolean}, budget: Budget, alive: () => void}} Limits
   *   `alive` is called after each answer
   */

  /** The read outgrew what can be sent. */
  class TooLarge extends Error {
    /** @type {string | undefined} */
    database;
  }

  /** A database did not answer in time. */
  class Busy extends Error {}

  /**
   * Why something was not read, as reader.js lists it.
   * @param {unknown} err
   */
  function reasonOf(err) {
    if (err instanceof Unportable) return 'kept';
    if (err instanceof Busy) return 'busy';
    return /** @type {any} */ (err)?.name === 'SecurityError' ? 'denied' : 'failed';
  }

  /**
   * Fails once the work has not called `alive` for so many milliseconds.
   * @template T
   * @param {number} ms
   * @param {(alive: () => void) => Promise<T>} work
   * @returns {Promise<T>}
   */
  const whileAlive = (ms, work) =>
    new Promise((resolve, reject) => {
      /** @type {ReturnType<typeof setTimeout>} */
      let timer;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new Busy()), ms);
      };
      alive();
      work(alive).then(resolve, reject).finally(() => clearTimeout(timer));
    });

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
        reject(new Busy());
      }, DATABASE_MS);
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
   * The name of a record among those of its store, or null for a key that has none.
   * @param {IDBValidKey} key
   */
  const nameOf = (key) => (typeof key === 'string' || Number.isSafeInteger(key) ? String(key) : null);

  /**
   * The values of a key in a list, which is empty if the page deleted it meanwhile.
   * @param {IDBDatabase} db
   * @param {string} name of the store
   * @param {IDBValidKey} key
   */
  const valuesOf = async (db, name, key) => whole(await done(db.transaction(name, 'readonly').objectStore(name).getAll(IDBKeyRange.only(key))));

  /**
   * @param {IDBDatabase} db
   * @param {string} name
   * @param {Limits} limits
   */
  async function recordsOf(db, name, { names, budget, alive }) {
    const records = [];
    /** @type {Lost[]} */
    const lost = [];
    let left = 0;
    /** @type {IDBKeyRange | null} */
    let range = null;
    // In batches, so that the budget ends the read of a large store before memory does.
    for (let full = true; full; ) {
      const source = db.transaction(name, 'readonly').objectStore(name);
      const keys = await done(source.getAllKeys(range, BATCH));
      const wanted = keys.filter((key) => nameOf(key) === null || names.wants('idb', `${db.name}/${name}/${nameOf(key)}`));
      left += keys.length - wanted.length;
      // All values at once, or one by one where some are not wanted or the browser cannot read them all.
      const list = wanted.length === keys.length ? await done(source.getAll(range, BATCH)).catch(() => null) : null;
      const values = list && whole(list);
      for (let i = 0; i < wanted.length; i++) {
        try {
          const found = values ? [values[i]] : await valuesOf(db, name, wanted[i]);
          for (const value of found) {
            const text = await stringify(value);
            records.push({ key: budget.text(devalue.stringify(wanted[i])), value: budget.text(text) });
          }
        } catch (err) {
          if (err instanceof TooLarge) throw err;
          const record = nameOf(wanted[i]);
          if (lost.length < MAX_LOST) lost.push({ why: reasonOf(err), path: [db.name, name, ...(record === null || lost.length === MAX_LOST - 1 ? [] : [record])] });
        }
      }
      alive();
      full = keys.length === BATCH;
      if (full) range = IDBKeyRange.lowerBound(keys[BATCH - 1], true);
    }
    return { records, lost, left };
  }

  /**
   * A store without its records. It travels even if they do not: an app that finds
   * its version of the database expects every store.
   * @param {IDBDatabase} db
   * @param {string} name
   * @param {Budget} budget
   */
  function shapeOf(db, name, budget) {
    const source = db.transaction(name, 'readonly').objectStore(name);
    const indexes = [...source.indexNames].map((index) => {
      const { keyPath: path, unique, multiEntry } = source.index(index);
      return { name: budget.text(index), key_path: keyPath(path, budget), unique, multi_entry: multiEntry };
    });
    return { name: budget.text(name), key_path: keyPath(source.keyPath, budget), auto_increment: source.autoIncrement, indexes };
  }

  /**
   * @param {IDBDatabase} db
   * @param {string} name
   * @param {Limits} limits
   */
  async function contentOf(db, name, limits) {
    /** @type {Lost[]} */
    const none = [];
    if (!limits.names.mayWant('idb', `${db.name}/${name}/`)) return { records: [], lost: none, left: 1 };
    try {
      return await recordsOf(db, name, limits);
    } catch (err) {
      if (err instanceof TooLarge) throw err;
      return { records: [], lost: [{ why: reasonOf(err), path: [db.name, name] }], left: 0 };
    }
  }

  /**
   * @param {string} name
   * @param {Limits} limits
   * @param {boolean} [again] whether it is read once more if the page upgrades it meanwhile
   */
  async function databaseOf(name, limits, again = true) {
    const db = await open(name);
    if (!db) return null;
    let upgraded = false;
    // The page must be able to upgrade or delete its database while we read.
    db.onversionchange = () => {
      upgraded = true;
      db.close();
    };
    const stores = [];
    /** @type {Lost[]} */
    const lost = [];
    let left = 0;
    try {
      for (const each of db.objectStoreNames) {
        const content = await contentOf(db, each, limits);
        if (upgraded) break;
        stores.push({ ...shapeOf(db, each, limits.budget), records: content.records });
        lost.push(...content.lost);
        left += content.left;
      }
    } finally {
      db.close();
    }
    if (!upgraded) return { database: { name: limits.budget.text(name), version: db.version, stores }, lost, left };
    if (again) return databaseOf(name, limits, false);
    throw new Busy();
  }

  /**
   * Reads the databases that may hold something wanted. One that cannot be read is
   * listed as unread.
   * @param {Limits & {unread: {add: (store: string, why: string, path?: string[]) => void}}} limits
   */
  async function readDatabases({ names, budget, unread, alive }) {
    const databases = [];
    let left = 0;
    // Firefox lists a database twice, and of version 0, that it could not make for its name's sake.
    const found = (await whileAlive(DATABASE_MS, () => indexedDB.databases())).filter(({ version }) => version !== 0);
    for (const name of new Set(found.map((each) => each.name))) {
      if (name === undefined) continue;
      if (!names.mayWant('idb', `${name}/`)) {
        left++;
        continue;
      }
      const part = budget.part();
      try {
        const read = await whileAlive(DATABASE_MS, (still) => {
          const both = () => (still(), alive());
          return databaseOf(name, { names, budget: part, alive: both });
        });
        if (read) databases.push(read.database);
        for (const { why, path } of read?.lost ?? []) unread.add('idb', why, path);
        left += read?.left ?? 0;
        budget.left = part.left;
      } catch (err) {
        if (err instanceof TooLarge) throw Object.assign(err, { database: name });
        part.left = 0; // ends a read that still goes on
        unread.add('idb', reasonOf(err), [name]);
      }
      alive();
    }
    return { databases, left };
  }

  scope.sessionferryDatabases = { TooLarge, readDatabases, reasonOf };
})();

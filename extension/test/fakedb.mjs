/**
 * An IndexedDB of plain objects, as small as the tests of the reader need it.
 *
 * @typedef {{records: [any, any][], fails?: (key: any) => boolean, hangs?: boolean, takes?: number}} FakeStore `fails` for a key whose
 *   value cannot be read; `takes` milliseconds for the keys of each batch
 * @typedef {{stores: Record<string, FakeStore>, hangs?: boolean, onRead?: (db: any) => void}} FakeDatabase
 */

/** @param {any} value @param {boolean} [hangs] @param {number} [takes] */
function request(value, hangs = false, takes = 0) {
  /** @type {any} */
  const made = {};
  if (!hangs) {
    const later = takes > 0 ? (/** @type {() => void} */ f) => void setTimeout(f, takes) : queueMicrotask;
    later(() => {
      if (value instanceof Error) {
        made.error = value;
        made.onerror();
      } else {
        made.result = value;
        made.onsuccess();
      }
    });
  }
  return made;
}

/** @param {FakeStore} store */
function sourceOf({ records, fails = () => false, hangs, takes }) {
  const within = (/** @type {any} */ range) => records.filter(([key]) => !range || range(key));
  return {
    indexNames: [],
    keyPath: null,
    autoIncrement: false,
    getAllKeys: (/** @type {any} */ range, /** @type {number} */ count) => request(within(range).map(([key]) => key).slice(0, count), hangs, takes),
    getAll: (/** @type {any} */ range, count = Infinity) => {
      const found = within(range).slice(0, count);
      return request(found.some(([key]) => fails(key)) ? new Error('DataError') : found.map(([, value]) => value));
    },
  };
}

/**
 * What a page has of IndexedDB.
 * @param {Record<string, FakeDatabase>} databases
 */
export function fakeIndexedDB(databases) {
  /** @type {string[]} */
  const opened = [];
  const indexedDB = {
    databases: async () => Object.keys(databases).map((name) => ({ name, version: 1 })),
    open: (/** @type {string} */ name) => {
      opened.push(name);
      const { stores, hangs, onRead } = databases[name];
      const db = {
        name,
        version: 1,
        objectStoreNames: Object.keys(stores),
        transaction: (/** @type {string} */ store) => (onRead?.(db), { objectStore: () => sourceOf(stores[store]) }),
        close: () => undefined,
      };
      return request(db, hangs);
    },
  };
  const IDBKeyRange = {
    only: (/** @type {any} */ wanted) => (/** @type {any} */ key) => key === wanted,
    lowerBound: (/** @type {any} */ bound) => (/** @type {any} */ key) => key > bound,
  };
  return { indexedDB, IDBKeyRange, opened };
}

// Fills the IndexedDB databases of one origin in a blank document of it, reads
// everything back, and returns {stores, records, lost}: lost names what did not
// come back as it was captured. Values are in devalue's text form with three
// types of the capture's own.
const fillDatabases = async (databases) => {
  const BATCH = 500;
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  // CryptoKeys are imported asynchronously, which a reviver cannot wait for: the
  // first pass collects them, the second puts them in.
  const parse = async (source) => {
    const waiting = [];
    const blob = ({ type, bytes }) => new Blob([bytes], { type });
    const file = ({ name, type, modified, bytes }) => new File([bytes], name, { type, lastModified: modified });
    const value = devalue.parse(source, {
      Blob: blob,
      File: file,
      CryptoKey: (k) => {
        waiting.push(crypto.subtle.importKey('jwk', k.jwk, k.algorithm, true, k.usages));
        return null;
      },
    });
    if (waiting.length === 0) return value;
    const keys = await Promise.all(waiting);
    return devalue.parse(source, { Blob: blob, File: file, CryptoKey: () => keys.shift() });
  };

  const reducers = {
    File: (v) => v instanceof File && v.arrayBuffer().then((bytes) => ({ name: v.name, type: v.type, modified: v.lastModified, bytes })),
    Blob: (v) => v instanceof Blob && v.arrayBuffer().then((bytes) => ({ type: v.type, bytes })),
    CryptoKey: (v) =>
      v instanceof CryptoKey &&
      crypto.subtle.exportKey('jwk', v).then((jwk) => ({ jwk, algorithm: v.algorithm, usages: [...v.usages] })),
  };
  const same = async (a, b) => Object.is(a, b) || (await devalue.stringifyAsync(a, reducers)) === (await devalue.stringifyAsync(b, reducers));

  // The values under the keys of a batch. Captured records are in the order of
  // their keys, so that one request brings as many as there ought to be; where
  // it does not, each is asked for, since some were not taken.
  const readBack = async (source, batch) => {
    const keys = batch.map((pair) => pair?.[0]);
    try {
      const range = IDBKeyRange.bound(keys[0], keys.at(-1));
      const [found, values] = await Promise.all([done(source.getAllKeys(range)), done(source.getAll(range))]);
      if (found.length === keys.length && found.every((key, i) => indexedDB.cmp(key, keys[i]) === 0)) return values;
    } catch {
      // A key is missing, or they have another order: one by one.
    }
    const store = source.transaction.db.transaction(source.name).objectStore(source.name);
    return Promise.all(keys.map(async (key) => done(store.get(key))).map((read) => read.catch(() => undefined)));
  };

  const create = (db, spec) => {
    const keyPath = devalue.parse(text(spec.key_path));
    const store = db.createObjectStore(text(spec.name), { keyPath, autoIncrement: spec.auto_increment === true });
    for (const index of spec.indexes ?? []) {
      store.createIndex(text(index.name), devalue.parse(text(index.key_path)), {
        unique: index.unique === true,
        multiEntry: index.multi_entry === true,
      });
    }
  };

  const out = { stores: 0, records: 0, lost: [] };
  for (const spec of databases) {
    const name = text(spec.name);
    const label = name.toWellFormed();
    const opening = indexedDB.open(name, spec.version);
    opening.onupgradeneeded = () => {
      for (const store of spec.stores ?? []) create(opening.result, store);
    };
    let db;
    try {
      db = await done(opening);
    } catch {
      out.lost.push({ database: label, store: '', record: -1 });
      continue;
    }
    try {
      for (const store of spec.stores ?? []) {
        const storeName = text(store.name);
        out.stores++;
        const records = store.records ?? [];
        // Everything that is asynchronous comes before the transaction, which
        // ends as soon as nothing is asked of it.
        const pairs = await Promise.all(
          records.map(async (r) => {
            try {
              return [devalue.parse(text(r.key)), await parse(text(r.value))];
            } catch {
              return null;
            }
          }),
        );
        const tx = db.transaction(storeName, 'readwrite');
        const target = tx.objectStore(storeName);
        for (const pair of pairs) {
          if (!pair) continue;
          try {
            const put = target.keyPath === null ? target.put(pair[1], pair[0]) : target.put(pair[1]);
            put.onerror = (event) => event.preventDefault(); // the others stay
          } catch {
            // not a value or key that the store takes: the comparison says so
          }
        }
        await new Promise((resolve) => {
          tx.oncomplete = tx.onabort = resolve;
        });
        for (let from = 0; from < records.length; from += BATCH) {
          const batch = pairs.slice(from, from + BATCH);
          const back = await readBack(db.transaction(storeName).objectStore(storeName), batch);
          for (const [i, pair] of batch.entries()) {
            if (pair && (await same(back[i], pair[1]).catch(() => false))) out.records++;
            else out.lost.push({ database: label, store: storeName.toWellFormed(), record: from + i });
          }
        }
      }
    } finally {
      db.close();
    }
  }
  return JSON.stringify(out);
};

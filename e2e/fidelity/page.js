// The script of every page of the server. fill() stores a value of every kind,
// snapshot() describes all that is stored, line by line, and headers() tells what
// cookies the page and its frames send. What it says goes by no code of ours.
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const bytesOf = async (blob) => [...new Uint8Array(await blob.arrayBuffer())].join();

const fill = async (label) => {
  const area = { lone: '\ud800x', long: 'ü'.repeat(15_000), '': 'empty key', 'empty value': '', html: '<script>', __proto__key: '1', ['k\udfff']: 'key', n: '\0\n' };
  for (const [key, value] of Object.entries(area)) {
    localStorage.setItem(key, value);
    sessionStorage.setItem(key, 'tab ' + value);
  }
  localStorage.setItem('__proto__', 'p');
  localStorage.setItem('label', label);
  const open = (name, version, upgrade) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => upgrade(request.result);
    return done(request);
  };
  const db = await open('values', 7, (d) => {
    d.createObjectStore('any');
    d.createObjectStore('keys');
    d.createObjectStore('no records', { keyPath: ['a', 'b.c'] });
    const rows = d.createObjectStore('counter', { keyPath: 'id', autoIncrement: true });
    rows.createIndex('by mail', 'mail', { unique: true });
    rows.createIndex('by tag', 'tags', { multiEntry: true });
    rows.createIndex('by two', ['mail', 'id']);
  });
  const jwk = { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8', alg: 'HS256' };
  const hmac = (extractable) => crypto.subtle.importKey('jwk', { ...jwk, ext: extractable }, { name: 'HMAC', hash: 'SHA-256' }, extractable, ['sign']);
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const cycle = { name: 'cycle', list: [] };
  cycle.self = cycle;
  cycle.list.push(cycle.list);
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  const values = {
    blob: new Blob(['hello'], { type: 'text/plain' }), file: new File(['hi'], 'x.txt', { type: 'text/plain', lastModified: 7 }),
    'key, extractable': await hmac(true), 'key, private': pair.privateKey, 'key, public': pair.publicKey, 'key, not extractable': await hmac(false),
    map: new Map([['a', { b: new Set([1, 'x']) }], [NaN, -0]]), set: new Set([new Map(), undefined]), date: new Date(86_400_000), 'no date': new Date(NaN),
    bigint: -12345678901234567890n, buffer, 'int8 view': new Int8Array(buffer, 2, 3), float64: new Float64Array([1.5, NaN, -0]),
    bigints: new BigUint64Array([1n, 2n ** 63n]), dataview: new DataView(buffer, 1, 4), clamped: new Uint8ClampedArray([255]),
    sparse: [1, , 3], 'very sparse': Object.assign([], { 100_000: 'far' }), undefined, null: null, minus: -0, nan: NaN, infinite: -Infinity, cycle,
    lone: 'a\udc00b', long: 'x'.repeat(30_000), 'shared twice': [buffer, buffer], pattern: /a+/gi, boxed: [Object(1), Object('s'), Object(true), Object(5n)], false: false, empty: '', zero: 0,
    nested: { map: new Map([[{ k: 1 }, [new Date(5), new Blob(['x'])]]]), undefined, deep: { deeper: [[[]]] } },
  };
  // What this browser does not store cannot travel, and is told by name.
  const refused = [];
  const attempt = async (what, act) => {
    try {
      await act();
    } catch {
      refused.push(what.toWellFormed());
    }
  };
  const put = (store, ...pair) => done(db.transaction(store, 'readwrite').objectStore(store).put(...pair));
  for (const [name, value] of Object.entries(values)) await attempt(name, () => put('any', value, name));
  for (const key of [0, -1.5, Infinity, '', '\ud800', new Date(0), new ArrayBuffer(0), new Uint8Array([9]), [], [0, '', [new Date(3)]]]) await attempt(`the key ${await describe(key)}`, () => put('keys', 'v', key));
  for (const mail of ['a@b.test', 'c@d.test']) await put('counter', { mail, tags: ['x', mail] });
  (await open('empty', 3, () => {})).close();
  await attempt('a name that is no text', async () => (await open('name \ud800', 1, (d) => d.createObjectStore('store \udc00').put(1, 1))).close());
  globalThis.keptOpen = db; // a page that works keeps its connection
  return JSON.stringify(refused);
};

const describe = async (v, seen = new Map()) => {
  if (typeof v === 'string') return v.length < 200 ? JSON.stringify(v) : `string of ${v.length}: ${await digest(v)}`;
  if (typeof v === 'bigint') return `${v}n`;
  if (typeof v !== 'object' || v === null) return Object.is(v, -0) ? '-0' : String(v);
  if (seen.has(v)) return `#${seen.get(v)}`;
  seen.set(v, seen.size);
  const all = async (list) => {
    const out = [];
    for (const each of list) out.push(await describe(each, seen));
    return out.join(', ');
  };
  const kind = Object.prototype.toString.call(v).slice(8, -1);
  if (v instanceof File) return `File ${v.name} ${v.type} ${v.lastModified} [${await bytesOf(v)}]`;
  if (v instanceof Blob) return `Blob ${v.type} [${await bytesOf(v)}]`;
  if (v instanceof CryptoKey) return `CryptoKey ${v.type} ${await describe(v.algorithm)} ${v.usages} ${v.extractable ? await material(v) : 'not extractable'}`;
  if (v instanceof Date) return `Date ${v.getTime()}`;
  if (v instanceof Map) return `Map {${await all([...v].flat())}}`;
  if (v instanceof Set) return `Set {${await all(v)}}`;
  if (v instanceof ArrayBuffer) return `ArrayBuffer [${[...new Uint8Array(v)]}]`;
  if (ArrayBuffer.isView(v)) return `${kind} at ${v.byteOffset} of ${v.byteLength} in ${await describe(v.buffer, seen)}`;
  if (v instanceof RegExp) return `RegExp ${v}`;
  if (Array.isArray(v)) return `Array ${v.length} {${await all(Object.entries(v).flat())}}`;
  if (kind !== 'Object') return `${kind} object ${await describe(v.valueOf())}`;
  return `{${await all(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)).flat())}}`;
};

// Firefox adds an alg, which the algorithm says already.
const material = async (key) => describe({ ...(await crypto.subtle.exportKey('jwk', key)), alg: undefined });

const digest = async (text) => {
  const units = new Uint16Array(text.length).map((_, i) => text.charCodeAt(i));
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', units))].map((b) => b.toString(16).padStart(2, '0')).join('');
};

const snapshot = async () => {
  const out = [];
  const line = async (what, value) => out.push([what.toWellFormed(), await describe(value)]);
  for (const [name, area] of [['local', localStorage], ['session', sessionStorage]]) {
    const keys = Array.from({ length: area.length }, (_, i) => area.key(i)).sort();
    for (const key of keys) await line(`${name} ${JSON.stringify(key)}`, area.getItem(key));
  }
  const found = (await indexedDB.databases()).filter((d) => d.version > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, version } of found) {
    await line(`database ${JSON.stringify(name)}`, version);
    const db = await done(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const at = () => db.transaction(store).objectStore(store);
      const { keyPath, autoIncrement, indexNames } = at();
      const indexes = [...indexNames].map((i) => at().index(i)).map((i) => [i.name, i.keyPath, i.unique, i.multiEntry].flat().join(' '));
      const where = `${JSON.stringify(name)}/${JSON.stringify(store)}`;
      await line(`store ${where}`, [[keyPath].flat().join(), autoIncrement, ...indexes]);
      const [keys, values] = await Promise.all([done(at().getAllKeys()), done(at().getAll())]);
      for (let i = 0; i < keys.length; i++) await line(`record ${where} ${await describe(keys[i])}`, values[i]);
      if (!autoIncrement) continue;
      const tx = db.transaction(store, 'readwrite'); // given up again, and the counter with it
      await line(`next key of ${where}`, await done(tx.objectStore(store).add({ mail: 'next' })));
      tx.abort();
    }
    db.close();
  }
  return JSON.stringify(out);
};

// Each frame tells the page what it sends.
const sent = async () => (await fetch('/echo')).text();
const heard = {};
addEventListener('message', (e) => (heard[e.data.path] = e.data.sent));
if (top !== self) void sent().then((s) => top.postMessage({ path: location.pathname, sent: s }, '*'));
const framesSend = async (...paths) => {
  while (!paths.every((p) => p in heard)) await new Promise((next) => setTimeout(next, 20));
  return JSON.stringify(paths.map((p) => heard[p]));
};

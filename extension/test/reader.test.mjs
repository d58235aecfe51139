import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';
import { READER } from '../background/capture/storage.js';
import { fakeIndexedDB } from './fakedb.mjs';
import { FakeEvent, FakePort, settle } from './fakes.mjs';

const scripts = await Promise.all(READER.map((path) => readFile(new URL(`..${path}`, import.meta.url), 'utf8')));

/** @param {[string, string][]} entries */
const area = (entries) => ({
  length: entries.length,
  key: (/** @type {number} */ i) => entries[i][0],
  getItem: (/** @type {string} */ key) => entries.find(([k]) => k === key)?.[1] ?? null,
});

/** A clock on which all limits are over at once. */
const soon = (/** @type {() => void} */ f) => setTimeout(f, 0);

/**
 * Runs the injected scripts in a realm of their own, as a browser does.
 * @param {object} page
 * @param {{stores: string[], limit: number, names?: object, leave?: object}} plan
 * @param {(f: () => void, ms: number) => unknown} [clock]
 */
async function read(page, plan, clock = soon) {
  const connected = new FakeEvent();
  const realm = vm.createContext({ btoa, setTimeout: clock, clearTimeout, chrome: { runtime: { onConnect: connected } } });
  Object.defineProperties(realm, Object.getOwnPropertyDescriptors(page));
  vm.runInContext('globalThis.self = { origin: "https://wiki.example" }', realm);
  for (const script of scripts) vm.runInContext(script, realm);
  for (const script of scripts) vm.runInContext(script, realm); // as at a second share
  const port = new FakePort();
  connected.fire(port);
  port.onMessage.fire(plan);
  while (!port.sent.at(-1)?.end) await settle();
  const [{ storage, ...rest }, ...parts] = JSON.parse(JSON.stringify(port.sent)).filter((/** @type {any} */ { alive }) => !alive);
  for (const { list, database, store, items } of parts.slice(0, -1)) {
    (list ? storage[list] : storage.databases[database].stores[store].records).push(...items);
  }
  return { ...(storage && { storage }), ...rest, messages: parts.length };
}

test('storage is read in the form of session.Item, ill-formed text as its code units', async () => {
  const local = area([
    ['k', 'v'],
    ['', ''],
    ['pair \u{1F6A2}', '\u0000\u2028'],
    ['lone \ud800', '\udfff'],
  ]);
  const { storage, unread } = await read({ localStorage: local, sessionStorage: area([]) }, { stores: ['local', 'session'], limit: 1000 });
  assert.deepEqual(Object.keys(storage), ['origin', 'local', 'session']);
  assert.deepEqual(storage.local.slice(0, 3), [
    { key: 'k', value: 'v' },
    { key: '', value: '' },
    { key: 'pair \u{1F6A2}', value: '\u0000\u2028' },
  ]);
  const { key, value } = storage.local[3];
  assert.equal(Buffer.from(key.utf16, 'base64').toString('utf16le'), 'lone \ud800');
  assert.deepEqual([...Buffer.from(value.utf16, 'base64')], [0xff, 0xdf]);
  assert.deepEqual([storage.session, unread], [[], []]);
});

/** @param {any} storage as read */
const recordsOf = ({ databases }) =>
  databases.flatMap((/** @type {any} */ db) =>
    db.stores.flatMap((/** @type {any} */ store) => [`${db.name}/${store.name}`, ...store.records.map((/** @type {any} */ { key, value }) => `${key} ${value}`)]),
  );

test('storage that the browser refuses is listed, and the rest is read', async () => {
  const page = {
    get localStorage() {
      throw Object.assign(new Error('a word of the page'), { name: 'SecurityError' });
    },
    sessionStorage: area([['k', 'v']]),
    indexedDB: { databases: () => Promise.reject(new Error('a word of the page')) },
  };
  const { storage, unread, failed } = await read(page, { stores: ['local', 'session', 'idb'], limit: 1000 });
  assert.deepEqual(storage, { origin: 'https://wiki.example', session: [{ key: 'k', value: 'v' }] });
  assert.deepEqual(unread, [{ store: 'local', why: 'denied' }, { store: 'idb', why: 'failed' }]);
  assert.equal(failed, undefined);
});

test('a database that does not open or answer in time is listed, and the others are read', async () => {
  const s = { records: /** @type {[any, any][]} */ ([['k', 'v']]) };
  const idb = fakeIndexedDB({ blocked: { stores: { s }, hangs: true }, slow: { stores: { s: { ...s, hangs: true } } }, good: { stores: { s } } });
  const { storage, unread } = await read(idb, { stores: ['idb'], limit: 1000 });
  assert.deepEqual(recordsOf(storage), ['good/s', '["k"] ["v"]']);
  assert.deepEqual(unread, [{ store: 'idb', why: 'busy', name: 'blocked' }, { store: 'idb', why: 'busy', name: 'slow' }]);
});

test('a large database has as long as it takes, while it goes on answering', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const records = Array.from({ length: 1000 }, (_, i) => /** @type {[any, any]} */ ([i, 'v'])); // four batches
  const idb = fakeIndexedDB({ large: { stores: { s: { records, takes: 15_000 } } } });
  let over = false;
  const reading = read(idb, { stores: ['idb'], limit: 100_000 }, setTimeout).finally(() => (over = true));
  for (; !over; t.mock.timers.tick(1000)) await settle();
  const { storage, unread } = await reading;
  assert.deepEqual([storage.databases[0]?.stores[0].records.length, unread], [1000, []]);
});

test('a record that the browser cannot read is listed, and the others of its store are read', async () => {
  const records = /** @type {[any, any][]} */ ([1, 2, 3].map((key) => [key, `v${key}`]));
  const { storage, unread } = await read(fakeIndexedDB({ db: { stores: { s: { records, fails: (key) => key === 2 } } } }), { stores: ['idb'], limit: 1000 });
  assert.deepEqual(recordsOf(storage), ['db/s', '[1] ["v1"]', '[3] ["v3"]']);
  assert.deepEqual(unread, [{ store: 'idb', why: 'failed', name: 'db/s/2' }]);
});

test('a database that its page upgrades meanwhile is read once more', async () => {
  let upgraded = false;
  const onRead = (/** @type {any} */ db) => {
    if (!upgraded) db.onversionchange();
    upgraded = true;
  };
  const idb = fakeIndexedDB({ db: { stores: { s: { records: [['k', 'v']] } }, onRead } });
  const { storage, unread } = await read(idb, { stores: ['idb'], limit: 1000 });
  assert.deepEqual([recordsOf(storage), unread, idb.opened], [['db/s', '["k"] ["v"]'], [], ['db', 'db']]);
});

test('a name that cannot be shown stands for all beside it, and so does the last of many', async () => {
  const records = /** @type {[any, any][]} */ ([...['x'.repeat(200), 'lone \ud800', [1]].map((key) => [key, 'v'])]);
  const odd = fakeIndexedDB({ db: { stores: { s: { records, fails: () => true } } } });
  const { unread } = await read(odd, { stores: ['idb'], limit: 1000 });
  assert.deepEqual(unread.map((/** @type {any} */ each) => each.name), ['db/s', 'db/s', 'db/s']);

  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`db${i}`, { stores: {}, hangs: true }]));
  const list = (await read(fakeIndexedDB(many), { stores: ['idb'], limit: 1000 })).unread;
  assert.deepEqual([list.length, list[98].name, list[99]], [100, 'db98', { store: 'idb', why: 'busy' }]);
});

test('only items of the plan’s names are read, and only databases that may have one are opened', async () => {
  const store = (/** @type {any[]} */ ...keys) => ({ records: /** @type {[any, any][]} */ (keys.map((key) => [key, 'v'])) });
  const idb = fakeIndexedDB({
    auth: { stores: { tokens: store(0, 'old', 'token-1', 'token-2'), pictures: store('large') } },
    cache: { stores: { pages: store('large') } },
  });
  const page = { ...idb, localStorage: area([['auth-a', '1'], ['theme', 'dark']]) };
  const names = { local: ['auth-*'], idb: ['auth/tokens/0', 'auth/tokens/token-*'] };
  const { storage, left } = await read(page, { stores: ['local', 'idb'], limit: 1000, names, leave: { idb: ['auth/tokens/*-2'] } });
  assert.deepEqual(storage.local, [{ key: 'auth-a', value: '1' }]);
  assert.deepEqual(recordsOf(storage), ['auth/tokens', '[0] ["v"]', '["token-1"] ["v"]', 'auth/pictures']);
  assert.deepEqual(idb.opened, ['auth']);
  assert.equal(left, 5, 'an item, two records, and one for each store and database that was passed over');
});

test('what a plan leaves is not read, but its stores are there', async () => {
  const idb = fakeIndexedDB({ cache: { stores: { pages: { records: [['large', 'x'.repeat(10_000)]] } } }, auth: { stores: { s: { records: [['k', 'v']] } } } });
  const { storage, left } = await read(idb, { stores: ['idb'], limit: 1000, leave: { idb: ['cache/*'] } });
  assert.deepEqual([recordsOf(storage), left], [['cache/pages', 'auth/s', '["k"] ["v"]'], 1]);
});

test('what is not asked for is not read', async () => {
  const forbidden = new Proxy({}, { get: () => assert.fail('read') });
  const { storage } = await read({ localStorage: area([]), sessionStorage: forbidden, indexedDB: forbidden }, { stores: ['local'], limit: 10 });
  assert.deepEqual(storage, { origin: 'https://wiki.example', local: [] });
});

test('a read that outgrows its budget ends with its code and the name of the database', async () => {
  const big = area([['k', 'x'.repeat(100)]]);
  assert.deepEqual(await read({ localStorage: big }, { stores: ['local'], limit: 50 }), { failed: 'bundle_too_large', messages: 1 });
  const idb = fakeIndexedDB({ small: { stores: { s: { records: [['k', 'v']] } } }, big: { stores: { s: { records: [['k', 'x'.repeat(100)]] } } } });
  assert.deepEqual(await read(idb, { stores: ['idb'], limit: 100 }), { failed: 'bundle_too_large', database: 'big', messages: 1 });
});

test('a long list goes in messages of some 256 KiB', async () => {
  const long = area(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 'x'.repeat(1000)]));
  const { storage, messages } = await read({ localStorage: long }, { stores: ['local'], limit: 2_000_000 });
  assert.deepEqual(storage.local.map((/** @type {any} */ e) => e.key), Array.from({ length: 1000 }, (_, i) => `k${i}`));
  assert.equal(messages, 5, 'four of entries and the end');
});

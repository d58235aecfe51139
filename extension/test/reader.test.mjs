import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';
import { FakeEvent, FakePort, settle } from './fakes.mjs';

const scripts = await Promise.all(
  ['vendor/devalue.js', 'background/capture/reader.js'].map((path) => readFile(new URL(`../${path}`, import.meta.url), 'utf8')),
);

/** @param {[string, string][]} entries */
const area = (entries) => ({
  length: entries.length,
  key: (/** @type {number} */ i) => entries[i][0],
  getItem: (/** @type {string} */ key) => entries.find(([k]) => k === key)?.[1] ?? null,
});

/**
 * Runs the injected scripts in a realm of their own, as a browser does.
 * @param {object} page
 * @param {{stores: string[], limit: number}} plan
 */
async function read(page, plan) {
  const connected = new FakeEvent();
  const realm = vm.createContext({ btoa, setTimeout, clearTimeout, chrome: { runtime: { onConnect: connected } }, ...page });
  vm.runInContext('globalThis.self = { origin: "https://wiki.example" }', realm);
  for (const script of scripts) vm.runInContext(script, realm);
  for (const script of scripts) vm.runInContext(script, realm); // as at a second share
  const port = new FakePort();
  connected.fire(port);
  port.onMessage.fire(plan);
  while (!port.sent.at(-1)?.end) await settle();
  const [{ storage, ...rest }, ...parts] = JSON.parse(JSON.stringify(port.sent));
  for (const { list, items } of parts.slice(0, -1)) storage[list].push(...items);
  return { ...(storage && { storage }), ...rest, messages: parts.length };
}

test('storage is read in the form of session.Item, ill-formed text as its code units', async () => {
  const local = area([
    ['k', 'v'],
    ['', ''],
    ['pair \u{1F6A2}', '\u0000\u2028'],
    ['lone \ud800', '\udfff'],
  ]);
  const { storage, skipped } = await read({ localStorage: local, sessionStorage: area([]) }, { stores: ['local', 'session'], limit: 1000 });
  assert.deepEqual(Object.keys(storage), ['origin', 'local', 'session']);
  assert.deepEqual(storage.local.slice(0, 3), [
    { key: 'k', value: 'v' },
    { key: '', value: '' },
    { key: 'pair \u{1F6A2}', value: '\u0000\u2028' },
  ]);
  const { key, value } = storage.local[3];
  assert.equal(Buffer.from(key.utf16, 'base64').toString('utf16le'), 'lone \ud800');
  assert.deepEqual([...Buffer.from(value.utf16, 'base64')], [0xff, 0xdf]);
  assert.deepEqual([storage.session, skipped], [[], []]);
});

test('what is not asked for is not read', async () => {
  const forbidden = new Proxy({}, { get: () => assert.fail('read') });
  const { storage } = await read({ localStorage: area([]), sessionStorage: forbidden, indexedDB: forbidden }, { stores: ['local'], limit: 10 });
  assert.deepEqual(storage, { origin: 'https://wiki.example', local: [] });
});

test('a read that outgrows its budget ends with its code, any other error without its text', async () => {
  const big = area([['k', 'x'.repeat(100)]]);
  assert.deepEqual(await read({ localStorage: big }, { stores: ['local'], limit: 50 }), { failed: 'bundle_too_large', messages: 1 });
  assert.deepEqual(await read({}, { stores: ['local'], limit: 50 }), { failed: 'capture_failed', messages: 1 });
});

test('a long list goes in messages of some 256 KiB', async () => {
  const long = area(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 'x'.repeat(1000)]));
  const { storage, messages } = await read({ localStorage: long }, { stores: ['local'], limit: 2_000_000 });
  assert.deepEqual(storage.local.map((/** @type {any} */ e) => e.key), Array.from({ length: 1000 }, (_, i) => `k${i}`));
  assert.equal(messages, 5, 'four of entries and the end');
});

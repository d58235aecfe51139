import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCookies } from '../background/capture/cookies.js';
import { elsewhere } from '../background/capture/elsewhere.js';
import { Watch } from '../background/watch.js';
import { isWhole, withTextName } from '../platform/cookies.js';
import { FakeArea } from './fakes.mjs';

const domains = [{ name: 'wiki.example', exact: false }];

/**
 * A browser as far as cookies go. What it sends to its listeners is in `fire`.
 * @param {any[]} jar
 * @param {object} runtime
 */
function browserWith(jar, runtime) {
  /** @type {any} */
  const api = {
    runtime,
    cookies: {
      getAll: async () => jar,
      getAllCookieStores: async () => [{ id: '1', tabIds: [] }],
      onChanged: { addListener: (/** @type {any} */ listener) => (api.fire = listener) },
    },
    webRequest: { onHeadersReceived: { addListener: () => undefined, removeListener: () => undefined } },
    permissions: { onAdded: { addListener: () => undefined } },
  };
  return api;
}
const firefox = { getBrowserInfo: () => null };

/** @returns {any} */
const raw = (over = {}) => ({
  name: 'sid', value: 'v', domain: 'wiki.example', hostOnly: true, path: '/', secure: true, httpOnly: true, sameSite: 'lax', session: true,
  storeId: '1', firstPartyDomain: '', ...over,
});

/**
 * A name as Firefox's API gives it: its bytes, one character each.
 * @param {string} text
 */
const bytesOf = (text) => Buffer.from(text).toString('latin1');

test('Firefox’s names are read as UTF-8, Chromium’s are text already', () => {
  for (const text of ['größe', '用户', '😀', '\u{feff}bom', '\u{fffd}', 'sid', 'a b']) {
    const cookie = raw({ name: bytesOf(text) });
    assert.equal(withTextName(browserWith([], firefox), cookie).name, text);
    assert.equal(isWhole(browserWith([], firefox), cookie), true);
    assert.equal(withTextName(browserWith([], {}), raw({ name: text })).name, text);
  }
  assert.equal(withTextName(browserWith([], firefox), raw({ name: '用户' })).name, '用户', 'a Firefox that gives text');
});

test('a cookie of which the API hides bytes is named and stays', async () => {
  const latin1 = raw({ name: 'gr\xf6\xdfe', path: '/x' });
  const read = await readCookies(browserWith([raw(), latin1, raw({ name: 'kept', value: 'caf\ufffd' })], firefox), domains, '1');
  assert.deepEqual([read.cookies.map(({ name }) => name), read.partial, read.left], [['sid', 'kept'], ['gr\xf6\xdfe (wiki.example/x)'], 1]);

  const jar = [raw(), raw({ name: 'note', value: 'caf\ufffd' }), raw({ name: 'gr\ufffdsse' })];
  const chromium = await readCookies(browserWith(jar, {}), [...domains, ...domains], '1');
  assert.deepEqual([chromium.cookies.map(({ name }) => name), chromium.partial, chromium.left],
    [['sid'], ['note (wiki.example/)', 'gr\ufffdsse (wiki.example/)'], 2]);
});

test('rules find such a name in a capture, in other places of the browser and in what rotates', async () => {
  const api = browserWith([raw({ name: bytesOf('größe') })], firefox);
  assert.deepEqual((await readCookies(api, domains, '1')).cookies.map(({ name }) => name), ['größe']);
  assert.deepEqual((await elsewhere(api, domains, '0')).map(({ cookies }) => cookies[0].name), ['größe']);

  let now = 1_000_000_000;
  const watch = new Watch(/** @type {any} */ (new FakeArea()), () => now);
  watch.listen(api);
  for (const value of ['a', 'b', 'c', 'd']) {
    api.fire({ removed: false, cause: 'explicit', cookie: raw({ name: bytesOf('größe'), value }) });
    await new Promise(setImmediate); // the listener has run to its end
    now += 60_000;
  }
  assert.deepEqual((await watch.observed(domains, '1')).rotating.map(({ name }) => name), ['größe']);
});

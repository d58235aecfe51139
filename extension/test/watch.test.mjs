import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Watch } from '../background/watch.js';
import { FakeArea, settle } from './fakes.mjs';

const domains = [{ name: 'app.example', exact: false }];

/** @type {FakeArea} */
let area;
let now = 0;
/** @type {Watch} */
let watch;
beforeEach(() => {
  area = new FakeArea();
  now = 1_000_000_000;
  watch = new Watch(/** @type {any} */ (area), () => now);
});

/** @returns {any} */
const cookie = (over = {}) => ({ name: 'sid', value: 'v', domain: '.app.example', path: '/', storeId: '0', ...over });

/** @param {string[]} values each a minute after the one before */
async function set(values, over = {}) {
  for (const value of values) {
    await watch.cookieChanged({ removed: true, cause: 'overwrite', cookie: cookie({ value, ...over }) });
    await watch.cookieChanged({ removed: false, cause: 'explicit', cookie: cookie({ value, ...over }) });
    now += 60_000;
  }
}

/**
 * Lets the time go by after which what was seen is written.
 * @param {import('node:test').TestContext} t
 */
async function written(t) {
  t.mock.timers.tick(300);
  await settle();
}

const rotating = async (store = '0') => (await watch.observed(domains, store)).rotating;

test('a value that is replaced again and again rotates', async () => {
  await set(['a', 'b', 'c']);
  assert.deepEqual(await rotating(), []);
  await set(['d']);
  assert.deepEqual(await rotating(), [{ name: 'sid', domain: 'app.example', path: '/', seconds: 60 }]);
  assert.deepEqual(await rotating('1'), [], 'of another store nothing is known');
});

test('a cookie that is only renewed does not rotate', async () => {
  await set(['a', 'a', 'a', 'a', 'a', 'a']);
  assert.deepEqual(await rotating(), []);
});

test('a new sign-in does not rotate', async () => {
  for (const value of ['a', 'b', 'c', 'd', 'e']) {
    await set([value]);
    await watch.cookieChanged({ removed: true, cause: 'explicit', cookie: cookie({ value }) });
  }
  assert.deepEqual(await rotating(), []);
});

test('what was long ago counts no more', async () => {
  await set(['a', 'b', 'c', 'd']);
  now += 31 * 60_000;
  assert.deepEqual(await rotating(), []);
});

test('a response that ties the session to the device is remembered for its host', async () => {
  await watch.headersReceived({ url: 'https://www.app.example/login', responseHeaders: [{ name: 'Content-Type' }] });
  assert.equal((await watch.observed(domains, '0')).registered, false);
  await watch.headersReceived({ url: 'https://www.app.example/login', responseHeaders: [{ name: 'Secure-Session-Registration' }] });
  assert.equal((await watch.observed(domains, '0')).registered, true);
  assert.equal((await watch.observed([{ name: 'other.example', exact: false }], '0')).registered, false);
});

test('a new worker knows what the one before has seen, and no value is kept', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await set(['secret-one', 'secret-two', 'secret-three', 'secret-four']);
  await written(t);
  assert.doesNotMatch(JSON.stringify(area.data), /secret/);
  watch = new Watch(/** @type {any} */ (area), () => now);
  assert.equal((await rotating()).length, 1);
});

test('many cookies do not fill the memory', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (let i = 0; i < 600; i++) await set(['a'], { name: `c${i}` });
  await written(t);
  assert.equal(Object.keys(area.data.watch.changes).length, 500);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elsewhere } from '../background/capture/elsewhere.js';

const domains = [{ name: 'app.example', exact: false }];

/** @returns {any} */
const cookie = (over = {}) => ({ name: 'sid', value: 'secret', domain: 'app.example', hostOnly: true, path: '/', storeId: '0', ...over });

/** @param {Record<string, any[]>} stores */
const browserWith = (stores, runtime = {}) =>
  /** @type {any} */ ({
    runtime,
    cookies: {
      getAllCookieStores: async () => Object.keys(stores).map((id) => ({ id, tabIds: [] })),
      getAll: async (/** @type {any} */ { storeId }) => stores[storeId].map((each) => ({ ...each, storeId })),
    },
  });

const named = { name: 'sid', domain: 'app.example', host_only: true, path: '/' };

test('the cookies of other stores are told by name, never by value', async () => {
  const jars = await elsewhere(browserWith({ 0: [cookie()], 1: [cookie(), cookie({ name: 'gone', value: '' })] }), domains, '0');
  assert.deepEqual(jars, [{ kind: 'private', cookies: [named] }]);
  assert.doesNotMatch(JSON.stringify(jars), /secret/);
});

test('Firefox names its stores', async () => {
  const api = browserWith({ 'firefox-default': [cookie()], 'firefox-private': [cookie()], 'firefox-container-3': [cookie()] }, { getBrowserInfo: () => null });
  const jars = await elsewhere(api, domains, 'firefox-container-3');
  assert.deepEqual(jars, [
    { kind: 'default', cookies: [named] },
    { kind: 'private', cookies: [named] },
  ]);
  assert.deepEqual((await elsewhere(api, domains, 'firefox-default')).map(({ kind, label }) => [kind, label]), [
    ['private', undefined],
    ['container', '3'],
  ]);
});

test('where the app is embedded in another site is a place of its own', async () => {
  const partitionKey = (/** @type {string} */ topLevelSite) => ({ topLevelSite, hasCrossSiteAncestor: true });
  const jar = [cookie(), cookie({ partitionKey: partitionKey('https://app.example') }), cookie({ partitionKey: partitionKey('https://portal.example') })];
  assert.deepEqual(await elsewhere(browserWith({ 0: jar }), domains, '0'), [{ kind: 'partition', label: 'https://portal.example', cookies: [named] }]);
});

test('a hostile jar stays within a message', async () => {
  const jar = Array.from({ length: 5000 }, (_, i) => cookie({ name: i % 2 ? `c${i}` : 'x'.repeat(4000) }));
  const jars = await elsewhere(browserWith({ 0: [], 1: jar }), domains, '0');
  assert.ok(JSON.stringify(jars).length < 200_000);
});

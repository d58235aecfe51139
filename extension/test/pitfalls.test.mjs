import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCookies } from '../background/capture/cookies.js';
import { chunksOf } from '../background/chunks.js';

/** Pitfalls of carrying sessions (docs/fidelity.md) that the capture keeps clear of. */

const domains = [{ name: 'app.example', exact: false }];

/** @returns {any} */
const raw = (over = {}) => ({
  name: 'sid', value: 'v', domain: 'app.example', hostOnly: true, path: '/', secure: true, httpOnly: true, sameSite: 'lax', session: true, storeId: 'firefox-default', firstPartyDomain: '',
  ...over,
});

/** A Firefox with two stores, which answers for the store that is named only. */
const stores = /** @type {any} */ ({
  runtime: { getBrowserInfo: () => undefined },
  cookies: {
    getAll: async (/** @type {any} */ { storeId, partitionKey }) =>
      [
        raw(),
        raw({ name: 'frame', partitionKey: { topLevelSite: 'https://app.example', hasCrossSiteAncestor: true } }),
        raw({ name: 'insecure frame', secure: false, partitionKey: { topLevelSite: 'https://app.example' } }),
        raw({ name: 'of a stranger', partitionKey: { topLevelSite: 'https://news.example' } }),
        raw({ name: 'container', storeId: 'firefox-container-1' }),
      ].filter((cookie) => cookie.storeId === storeId && (partitionKey || !cookie.partitionKey)),
  },
});

test('Pitfall 13: partitioned cookies are asked for', async () => {
  const { cookies } = await readCookies(stores, domains, 'firefox-default');
  assert.ok(cookies.some(({ name }) => name === 'frame'));
});

test('Pitfall 15: what Firefox partitions by itself is never widened', async () => {
  const { cookies, left } = await readCookies(stores, domains, 'firefox-default');
  assert.deepEqual(cookies.map(({ name, partition }) => [name, partition?.top_level_site]), [['sid', undefined], ['frame', 'https://app.example']]);
  assert.equal(left, 2, 'the others stay, and are counted');
});

test('Pitfall 16: stores are never merged', async () => {
  const { cookies } = await readCookies(stores, domains, 'firefox-container-1');
  assert.deepEqual(cookies.map(({ name, store }) => [name, store]), [['container', 'firefox-container-1']]);
});

test('Pitfall 30: a chunk fits into a message however it is escaped', () => {
  const text = '\u0001'.repeat(400_000);
  const chunks = [...chunksOf(text)];
  assert.equal(chunks.map(({ data }) => data).join(''), text);
  for (const chunk of chunks) assert.ok(JSON.stringify({ type: 'chunk', id: 'x'.repeat(32), ...chunk }).length <= 1_048_576);
});

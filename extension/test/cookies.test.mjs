import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapCookie, readCookies } from '../background/capture/cookies.js';

/** @returns {any} */
const raw = (over = {}) => ({
  name: 'sid',
  value: 'v',
  domain: 'wiki.example',
  hostOnly: true,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
  session: true,
  storeId: '0',
  ...over,
});

test('a cookie has exactly the keys of session.Cookie', () => {
  const full = raw({
    session: false,
    expirationDate: 1780000000.25,
    partitionKey: { topLevelSite: 'https://wiki.example', hasCrossSiteAncestor: true },
  });
  assert.deepEqual(mapCookie(full), {
    name: 'sid',
    value: 'v',
    domain: 'wiki.example',
    host_only: true,
    path: '/',
    secure: true,
    http_only: true,
    same_site: 'lax',
    store: '0',
    expires: 1780000000.25,
    partition: { top_level_site: 'https://wiki.example', has_cross_site_ancestor: true },
  });
});

test('a session cookie has no expiry, an unpartitioned one no partition', () => {
  const keys = Object.keys(mapCookie(raw({ expirationDate: 5, partitionKey: null, firstPartyDomain: '' })));
  assert.ok(!keys.includes('expires') && !keys.includes('partition'));
});

test('a domain cookie loses its dot and stays a domain cookie', () => {
  const { domain, host_only: hostOnly } = mapCookie(raw({ domain: '.wiki.example', hostOnly: false }));
  assert.deepEqual([domain, hostOnly], ['wiki.example', false]);
});

test('SameSite=None without Secure is what older Firefox calls an absent attribute', () => {
  assert.equal(mapCookie(raw({ sameSite: 'no_restriction', secure: false })).same_site, 'unspecified');
  assert.equal(mapCookie(raw({ sameSite: 'no_restriction' })).same_site, 'no_restriction');
});

/**
 * @param {any[]} jar
 * @param {object} runtime
 */
function browserWith(jar, runtime = {}) {
  /** @type {any[]} */
  const queries = [];
  const getAll = async (/** @type {any} */ query) => {
    queries.push(query);
    return jar;
  };
  return { api: /** @type {any} */ ({ runtime, cookies: { getAll } }), queries };
}

/**
 * A Firefox with one store.
 * @param {any[]} jar
 * @param {boolean} isolated whether first-party isolation is on
 */
function firefoxWith(jar, isolated) {
  const getAll = async (/** @type {any} */ query) => {
    if (isolated && !('firstPartyDomain' in query)) throw new Error("First-Party Isolation is enabled, but the required 'firstPartyDomain' attribute was not set.");
    return jar.filter(({ firstPartyDomain }) => query.firstPartyDomain === null || firstPartyDomain === '');
  };
  return /** @type {any} */ ({ runtime: { getBrowserInfo: () => undefined }, cookies: { getAll } });
}

const wiki = [{ name: 'wiki.example', exact: false }];

test('only cookies and partitions within the scope are kept, each once; the others of the scope are counted', async () => {
  const { api, queries } = browserWith([
    raw({ name: 'own' }),
    raw({ name: 'sub', domain: 'a.wiki.example' }),
    raw({ name: 'other', domain: 'notwiki.example' }),
    raw({ name: 'parent', domain: 'example' }),
    raw({ name: 'chips', partitionKey: { topLevelSite: 'https://wiki.example' } }),
    raw({ name: 'embedded', partitionKey: { topLevelSite: 'https://elsewhere.example' } }),
    raw({ name: 'insecure', secure: false, partitionKey: { topLevelSite: 'https://wiki.example' } }),
    raw({ name: 'exact', domain: 'mw.localhost' }),
    raw({ name: 'below exact', domain: 'a.mw.localhost' }),
  ]);
  const { cookies, left } = await readCookies(api, [...wiki, { name: 'mw.localhost', exact: true }], '0');
  assert.deepEqual(cookies.map((c) => c.name), ['own', 'sub', 'chips', 'exact']);
  assert.equal(left, 2, 'embedded and insecure, though each was met twice');
  assert.deepEqual(queries[0], { domain: 'wiki.example', storeId: '0', partitionKey: {} });
});

test('cookies that differ in their partition alone are two', async () => {
  const key = { topLevelSite: 'https://wiki.example', hasCrossSiteAncestor: false };
  const { api } = browserWith([raw(), raw({ partitionKey: key }), raw({ partitionKey: { ...key, hasCrossSiteAncestor: true } })]);
  assert.equal((await readCookies(api, wiki, '0')).cookies.length, 3);
});

/** The same cookie in four jars of one store. */
const isolatedJar = [
  raw({ value: 'before the setting', firstPartyDomain: '' }),
  raw({ value: 'own', firstPartyDomain: 'wiki.example' }),
  raw({ value: 'embedded', firstPartyDomain: 'elsewhere.example' }),
  raw({ value: 'embedded by a name that ends alike', firstPartyDomain: 'ki.example' }),
];

test('under first-party isolation a cookie is taken from its own first party’s jar', async () => {
  const { cookies, left } = await readCookies(firefoxWith(isolatedJar, true), wiki, 'firefox-default');
  assert.deepEqual([cookies.map((c) => c.value), left], [['own'], 3]);
});

test('a cookie of a host is its own first party under the registrable domain, which may lie outside the scope', async () => {
  const jar = [raw({ domain: 'a.wiki.example', firstPartyDomain: 'wiki.example' })];
  const { cookies, left } = await readCookies(firefoxWith(jar, true), [{ name: 'a.wiki.example', exact: true }], 'firefox-default');
  assert.deepEqual([cookies.length, left], [1, 0]);
});

test('without first-party isolation its jars are not seen by sites, and stay', async () => {
  const { cookies, left } = await readCookies(firefoxWith(isolatedJar, false), wiki, 'firefox-default');
  assert.deepEqual([cookies.map((c) => c.value), left], [['before the setting'], 3]);
});

test('a failure to read is not taken for isolation', async () => {
  const api = firefoxWith([], false);
  api.cookies.getAll = async () => {
    throw new Error('out of order');
  };
  await assert.rejects(readCookies(api, wiki, 'firefox-default'), /out of order/);
});

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
    firstPartyDomain: 'wiki.example',
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
    first_party_domain: 'wiki.example',
  });
});

test('a session cookie has no expiry, an unpartitioned one no partition', () => {
  const keys = Object.keys(mapCookie(raw({ expirationDate: 5, partitionKey: null, firstPartyDomain: '' })));
  assert.ok(!keys.includes('expires') && !keys.includes('partition') && !keys.includes('first_party_domain'));
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

test('only cookies and partitions within the scope are kept, each once', async () => {
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
  const domains = [
    { name: 'wiki.example', exact: false },
    { name: 'mw.localhost', exact: true },
  ];
  const names = (await readCookies(api, domains, '0')).map((c) => c.name);
  assert.deepEqual(names, ['own', 'sub', 'chips', 'exact']);
  assert.deepEqual(queries[0], { domain: 'wiki.example', storeId: '0', partitionKey: {} });
});

test('cookies that differ in their partition alone are two', async () => {
  const key = { topLevelSite: 'https://wiki.example', hasCrossSiteAncestor: false };
  const { api } = browserWith([raw(), raw({ partitionKey: key }), raw({ partitionKey: { ...key, hasCrossSiteAncestor: true } })]);
  assert.equal((await readCookies(api, [{ name: 'wiki.example', exact: false }], '0')).length, 3);
});

test('Firefox is asked for every first-party domain', async () => {
  const { api, queries } = browserWith([], { getBrowserInfo: () => undefined });
  await readCookies(api, [{ name: 'wiki.example', exact: false }], 'firefox-default');
  assert.equal(queries[0].firstPartyDomain, null);
});

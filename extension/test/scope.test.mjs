import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containsHost, containsOrigin, originOf, patternsOf } from '../background/capture/scope.js';

const domains = [
  { name: 'wiki.example', exact: false },
  { name: 'mw.localhost', exact: true },
];

test('a host is within the scope, or not', () => {
  for (const host of ['wiki.example', 'a.wiki.example', 'a.b.wiki.example', 'mw.localhost']) assert.ok(containsHost(domains, host), host);
  for (const host of ['', 'example', 'xwiki.example', 'wiki.example.net', 'a.mw.localhost', 'localhost']) assert.ok(!containsHost(domains, host), host);
});

test('an origin counts only in its canonical form', () => {
  for (const origin of ['https://wiki.example', 'http://a.wiki.example:8443', 'http://mw.localhost:9101']) assert.ok(containsOrigin(domains, origin), origin);
  for (const origin of ['null', '', undefined, 'https://wiki.example/', 'https://WIKI.example', 'ftp://wiki.example', 'https://u@wiki.example', 'file://wiki.example']) {
    assert.ok(!containsOrigin(domains, origin), origin);
  }
});

test('only web pages have an origin to us', () => {
  assert.equal(originOf('http://mw.localhost:9101/a?b#c'), 'http://mw.localhost:9101');
  for (const address of [undefined, '', 'about:blank', 'chrome://settings', 'wiki.example']) assert.equal(originOf(address), null);
});

test('permission is asked for by scheme, since a browser grants no more than one pattern of the manifest covers', () => {
  const plan = { domains, permissions: ['*://*.wiki.example/*', 'https://mw.localhost/*'], site: '', open: '', stores: [] };
  assert.deepEqual(patternsOf(plan), ['http://*.wiki.example/*', 'https://*.wiki.example/*', 'https://mw.localhost/*']);
});

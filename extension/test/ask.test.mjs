import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ask } from '../background/capture/ask.js';
import { codeOf } from './fakes.mjs';

const plan = {
  domains: [{ name: 'wiki.example', exact: false }],
  permissions: ['*://*.wiki.example/*'],
  site: 'https://wiki.example',
  open: 'https://wiki.example/',
  stores: [],
};
/** @type {any} */
const source = { store: { id: '0', kind: 'default' }, tabId: 1, windowId: 9, context: {} };
const sid = { name: 'sid', value: 'old', domain: 'wiki.example', hostOnly: true, path: '/', secure: true, httpOnly: true, sameSite: 'lax', session: true, storeId: '0' };
const captured = [{ name: 'sid', value: 'old', domain: 'wiki.example', host_only: true, path: '/', secure: true, http_only: true, same_site: 'lax', store: '0' }];
const page = /** @type {any} */ (globalThis);

/**
 * A browser with one tab whose page answers requests; `shown` is the origin of its document, `origin` that of the
 * document a moment later. A tab that is opened for the app shows the site.
 * @param {(url: string, options: any) => any} answer
 */
function browserThat(answer, { url = 'https://wiki.example/a', shown = 'https://wiki.example', origin = 'https://wiki.example', cookie = sid } = {}) {
  page.self = { origin };
  /** @type {number[]} */
  const asked = [];
  page.localStorage = { getItem: (/** @type {string} */ key) => (key === 'token' ? 't0ken' : null) };
  page.fetch = async (/** @type {URL} */ target, /** @type {any} */ options) => ({ url: String(target), headers: new Headers(), ...answer(String(target), options) });
  return /** @type {any} */ ({
    runtime: {},
    cookies: { getAllCookieStores: async () => [{ id: '0', tabIds: [1] }], getAll: async () => [cookie] },
    tabs: {
      query: async () => [{ id: 1, url }],
      get: async (/** @type {number} */ id) => ({ id, url: 'https://wiki.example/', status: 'complete' }),
      create: async () => ({ id: 2 }),
      remove: async () => undefined,
    },
    scripting: {
      executeScript: async (/** @type {any} */ { target, func, args }) => {
        if (target.allFrames) return [{ frameId: 0, result: target.tabId === 1 ? shown : 'https://wiki.example' }];
        if (!args) return [{ frameId: 0, result: 'https://wiki.example/' }];
        asked.push(target.tabId);
        return [{ result: await func(...args) }];
      },
    },
    asked,
  });
}

const realFetch = globalThis.fetch;
afterEach(() => {
  page.fetch = realFetch;
  delete page.self;
  delete page.localStorage;
});

const hooks = { signal: new AbortController().signal, opened: async () => undefined };
/** @param {any} api @param {any} [over] */
const run = (api, over) => ask(api, plan, source, { path: '/me?x=1', watch: ['sid'], ...over }, /** @type {any} */ (captured), hooks);

test('the request goes to the site of the card, past every cache, without a referrer', async () => {
  /** @type {any[]} */
  const seen = [];
  const api = browserThat((url, options) => {
    seen.push(url, options);
    return { status: 200, text: async () => '{"name":"Bob"}' };
  });
  assert.deepEqual(await run(api), { status: 200, body: '{"name":"Bob"}', steady: true });
  assert.deepEqual(seen, ['https://wiki.example/me?x=1', { cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer' }]);
});

test('the headers that tell the app from a gateway come along, and no others', async () => {
  const headers = new Headers({ 'content-type': 'text/html', 'www-authenticate': 'Basic realm="staging"', 'x-large': 'x'.repeat(2000), server: 'nginx' });
  const api = browserThat(() => ({ status: 401, headers, text: async () => '' }));
  const answer = await run(api, { headers: ['content-type', 'www-authenticate', 'x-app', 'x-large'] });
  assert.deepEqual(answer.headers, { 'content-type': 'text/html', 'www-authenticate': 'Basic realm="staging"', 'x-large': 'x'.repeat(1024) });
});

test('another origin does not answer for the app', async () => {
  const none = { status: 0, body: '', steady: true };
  const to = (/** @type {string} */ url) => browserThat(() => ({ url, status: 200, text: async () => '{"name":""}' }));
  assert.deepEqual(await run(to('https://portal.example/me')), none);
  assert.deepEqual(await run(to('http://wiki.example/me')), none);
  assert.deepEqual(await run(to('')), none);
});

test('a token of web storage goes along where the app wants one', async () => {
  /** @type {any[]} */
  const sent = [];
  const api = browserThat((_, options) => (sent.push(options.headers), { status: 401, text: async () => '' }));
  assert.equal((await run(api, { bearer: { store: 'local', name: 'token' } })).status, 401);
  await run(api, { bearer: { store: 'local', name: 'gone' } });
  assert.deepEqual(sent, [{ authorization: 'Bearer t0ken' }, undefined]);
});

test('a session that changes meanwhile is told', async () => {
  const api = browserThat(() => ({ status: 200, text: async () => '' }), { cookie: { ...sid, value: 'new' } });
  assert.equal((await run(api)).steady, false);
  assert.equal((await run(api, { watch: ['other'] })).steady, true);
});

test('what is no answer is told as none', async () => {
  const none = { status: 0, body: '', steady: true };
  assert.deepEqual(await run(browserThat(() => { throw new Error('network'); })), none);
  assert.deepEqual(await run(browserThat(() => assert.fail('another page is not asked'), { origin: 'https://evil.example' })), none);
  const large = browserThat(() => ({ status: 200, text: async () => 'x'.repeat(131_073) }));
  assert.deepEqual(await run(large), { status: 200, body: '', steady: true });
});

test('where the tab shows another document, the app is opened and asked there', async () => {
  const api = browserThat(() => ({ status: 200, text: async () => 'Bob' }), { shown: 'null' });
  assert.equal((await run(api)).body, 'Bob');
  assert.deepEqual(api.asked, [2]);
});

test('a tab that cannot be asked is a failure', async () => {
  const api = browserThat(() => null);
  const { executeScript } = api.scripting;
  api.scripting.executeScript = async (/** @type {any} */ options) => {
    if (options.target.allFrames) return executeScript(options);
    throw new Error('gone');
  };
  assert.equal(await codeOf(run(api)), 'capture_failed');
});

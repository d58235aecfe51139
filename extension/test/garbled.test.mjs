import assert from 'node:assert/strict';
import { test } from 'node:test';
import { garbled } from '../background/capture/garbled.js';

const plan = /** @type {any} */ ({ domains: [{ name: 'app.example', exact: false }], site: 'https://app.example' });
const where = /** @type {any} */ ({ store: { id: '0', kind: 'default' }, tabId: 5, windowId: 1 });

/**
 * @param {() => Promise<any[]>} answer of the page
 * @returns {any}
 */
const browserWith = (answer, runtime = {}) => ({
  runtime,
  cookies: { getAllCookieStores: async () => [{ id: '0', tabIds: [5] }] },
  tabs: { query: async () => [{ id: 5, url: 'https://app.example/' }] },
  scripting: { executeScript: answer },
});

/** @returns {any} */
const cookie = (name = '', value = 'v', hidden = false) => ({ name, value, http_only: hidden });

test('a cookie that the page sees as empty and the extension does not has lost a part', async () => {
  const api = browserWith(async () => [{ result: ['note', 'hidden', 'void'] }, { result: null }]);
  const cookies = [cookie('note'), cookie('other'), cookie('hidden', 'v', true), cookie('void', '')];
  assert.deepEqual(await garbled(api, plan, where, cookies), ['note']);
});

test('a page that does not answer, and Firefox, tell of none', async () => {
  const dead = browserWith(async () => Promise.reject(new Error('gone')));
  assert.deepEqual(await garbled(dead, plan, where, [cookie('note')]), []);
  const firefox = browserWith(async () => [{ result: ['note'] }], { getBrowserInfo: () => null });
  assert.deepEqual(await garbled(firefox, plan, where, [cookie('note')]), []);
});

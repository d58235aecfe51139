import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capture } from '../background/capture/capture.js';
import { codeOf, FakePort } from './fakes.mjs';

const plan = {
  domains: [{ name: 'wiki.example', exact: false }],
  permissions: ['*://*.wiki.example/*'],
  site: 'https://wiki.example',
  open: 'https://wiki.example/',
  stores: ['local', 'session'],
};
const context = { user_agent: 'x', languages: [], time_zone: 'UTC', screen: { width: 1, height: 1, scale: 1 }, color_scheme: 'light' };
/** @type {any} */
const source = { store: { id: '0', kind: 'default' }, tabId: 1, windowId: 9, context };

/**
 * A browser whose tabs hold frames, each with an origin and one localStorage value.
 * @param {{id: number, url: string, frames: {origin: string, value?: string, fails?: boolean}[], store?: string, discarded?: boolean, lastAccessed?: number}[]} tabs
 */
function browserWith(tabs) {
  /** @type {string[]} */
  const read = [];
  /** @type {any[]} */
  const opened = [];
  const tabOf = (/** @type {number} */ id) => {
    const tab = tabs.find((t) => t.id === id);
    if (!tab) throw new Error('No tab with id');
    return tab;
  };
  const api = {
    runtime: {},
    cookies: {
      getAllCookieStores: async () => [{ id: '0', tabIds: tabs.filter((t) => !t.store).map((t) => t.id) }],
      getAll: async () => [],
    },
    tabs: {
      query: async () => tabs,
      get: async (/** @type {number} */ id) => ({ status: 'complete', ...tabOf(id) }),
      create: async (/** @type {any} */ options) => {
        const id = 99 + opened.push(options) - 1;
        tabs.push({ id, url: options.url, frames: [{ origin: 'https://wiki.example', value: 'opened' }] });
        return { id };
      },
      remove: async (/** @type {number} */ id) => void opened.push(id),
      connect: (/** @type {number} */ id, /** @type {{frameId: number}} */ { frameId }) => {
        const frame = tabOf(id).frames[frameId];
        return new FakePort((request, port) => {
          if (frame.fails) return port.onDisconnect.fire(port);
          read.push(`${id}:${frame.origin}`);
          assert.deepEqual(request, { stores: plan.stores, limit: 33_554_432 });
          port.reply({ storage: { origin: frame.origin, local: [] }, skipped: [] });
          port.reply({ list: 'local', items: [{ key: 'k', value: frame.value ?? '' }] });
          port.reply({ end: true });
        });
      },
    },
    scripting: {
      executeScript: async (/** @type {any} */ { target }) =>
        target.allFrames ? tabOf(target.tabId).frames.map((f, frameId) => ({ frameId, result: f.origin })) : [],
    },
  };
  return { api: /** @type {any} */ (api), read, opened };
}

/** @param {any} api */
async function run(api, over = {}) {
  /** @type {(number | null)[]} */
  const noted = [];
  const hooks = { signal: new AbortController().signal, opened: async (/** @type {number | null} */ id) => void noted.push(id) };
  const { body } = await capture(api, { ...plan, ...over }, source, hooks);
  return { json: JSON.parse(body), noted };
}

test('each origin within the scope is read once, the tab that the person sees first, top frames before embedded ones', async () => {
  const { api, read, opened } = browserWith([
    { id: 3, url: 'https://wiki.example/b', frames: [{ origin: 'https://wiki.example', value: 'older' }], lastAccessed: 5 },
    { id: 2, url: 'https://a.wiki.example/', frames: [{ origin: 'https://a.wiki.example' }, { origin: 'https://evil.example' }, { origin: 'null' }] },
    { id: 1, url: 'https://wiki.example/a', frames: [{ origin: 'https://wiki.example', value: 'seen' }, { origin: 'https://a.wiki.example', value: 'embedded' }] },
    { id: 4, url: 'https://evil.example/', frames: [{ origin: 'https://wiki.example', value: 'framed by a stranger' }] },
    { id: 5, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example' }], store: '1' },
    { id: 6, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example' }], discarded: true },
  ]);
  const { json } = await run(api);
  assert.deepEqual(read, ['1:https://wiki.example', '2:https://a.wiki.example']);
  assert.equal(json.origins[0].local[0].value, 'seen');
  assert.deepEqual(opened, []);
});

test('the capture has exactly the keys of session.Capture', async () => {
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example' }] }]);
  const { json } = await run(api);
  assert.deepEqual(Object.keys(json).sort(), ['captured', 'context', 'cookies', 'origins', 'read', 'store']);
  assert.match(json.captured, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(json.read, ['cookie', 'local', 'session']);
  assert.deepEqual(json.store, { id: '0', kind: 'default' });
});

test('an app without a tab is opened in the background of the same window, read and closed', async () => {
  const { api, opened } = browserWith([{ id: 1, url: 'https://other.example/', frames: [] }]);
  const { json, noted } = await run(api);
  assert.deepEqual(opened, [{ url: 'https://wiki.example/', active: false, windowId: 9 }, 99]);
  assert.deepEqual(noted, [99, null]);
  assert.equal(json.origins[0].local[0].value, 'opened');
});

test('an app whose rule reads no storage opens nothing', async () => {
  const { api, opened } = browserWith([]);
  const { json } = await run(api, { stores: [] });
  assert.deepEqual([opened, json.read, json.origins], [[], ['cookie'], []]);
});

test('a frame that cannot be read spoils the capture, unless its origin was read elsewhere', async () => {
  const bad = { id: 1, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example', fails: true }] };
  assert.equal(await codeOf(run(browserWith([bad]).api)), 'capture_failed');
  const good = { id: 2, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example', value: 'good' }] };
  assert.equal((await run(browserWith([bad, good]).api)).json.origins[0].local[0].value, 'good');
});

test('a page that goes elsewhere while it is read is read where it has arrived', async () => {
  const frame = { origin: 'https://wiki.example', value: 'arrived', fails: false };
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [frame] }]);
  const { connect } = api.tabs;
  let times = 0;
  api.tabs.connect = (/** @type {number} */ id, /** @type {{frameId: number}} */ options) => {
    frame.fails = times++ === 0;
    return connect(id, options);
  };
  assert.equal((await run(api)).json.origins[0].local[0].value, 'arrived');
  assert.equal(times, 2);
});

test('a tab that another capture has opened for itself is not read: it may be gone before', async () => {
  const { api, read, opened } = browserWith([]);
  const first = run(api);
  while (opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, run(api)]);
  assert.deepEqual(read, ['99:https://wiki.example', '100:https://wiki.example']);
});

test('a tab that the person closes meanwhile is named as the cause', async () => {
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example' }] }]);
  api.scripting.executeScript = async () => {
    throw new Error('The tab was closed.');
  };
  api.tabs.get = async () => {
    throw new Error('No tab with id: 1.');
  };
  assert.equal(await codeOf(run(api)), 'tab_closed');
});

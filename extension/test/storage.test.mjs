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
 * A browser whose tabs hold frames, each with an origin and one localStorage value. A tab without frames shows what
 * no script may be injected into, as a viewer or an error page.
 * @typedef {{origin: string, value?: string, fails?: boolean, unread?: object[], left?: number, size?: number}} Frame
 * @param {{id: number, url: string, frames: Frame[] | null, store?: string, discarded?: boolean, lastAccessed?: number}[]} tabs
 * @param {Frame[] | null} [app] the frames of the tab that is opened for the app
 */
function browserWith(tabs, app = [{ origin: 'https://wiki.example', value: 'opened' }]) {
  /** @type {string[]} */
  const read = [];
  /** @type {any[]} */
  const asked = [];
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
        tabs.push({ id, url: options.url, frames: app });
        return { id };
      },
      remove: async (/** @type {number} */ id) => void opened.push(id),
      connect: (/** @type {number} */ id, /** @type {{frameId: number}} */ { frameId }) => {
        const frame = /** @type {Frame[]} */ (tabOf(id).frames)[frameId];
        return new FakePort((request, port) => {
          if (frame.fails) return port.onDisconnect.fire(port);
          read.push(`${id}:${frame.origin}`);
          asked.push(request);
          port.reply({ alive: true });
          port.reply({ storage: { origin: frame.origin, local: [] }, unread: frame.unread ?? [], left: frame.left ?? 0, size: frame.size ?? 0 });
          port.reply({ list: 'local', items: [{ key: 'k', value: frame.value ?? '' }] });
          port.reply({ end: true });
        });
      },
    },
    scripting: {
      executeScript: async (/** @type {any} */ { target, func }) => {
        const { frames, discarded } = tabOf(target.tabId);
        assert.ok(!discarded, 'a tab that sleeps is not woken');
        if (!frames) throw new Error('Cannot access contents of the page');
        if (target.allFrames) return frames.map((f, frameId) => ({ frameId, result: f.origin }));
        return func ? [{ frameId: 0, result: 'https://wiki.example/' }] : [];
      },
    },
  };
  return { api: /** @type {any} */ (api), read, asked, opened };
}

/** @param {any} api */
async function run(api, over = {}) {
  /** @type {(number | null)[]} */
  const noted = [];
  const hooks = { signal: new AbortController().signal, opened: async (/** @type {number | null} */ id) => void noted.push(id) };
  const { body, skipped, unread, left } = await capture(api, { ...plan, ...over }, source, hooks);
  const json = JSON.parse(body);
  const read = json.origins.map((/** @type {any} */ { origin, local }) => `${origin} ${local[0].value}`);
  return { json, noted, read, skipped, unread: unread.map(({ name, why }) => `${name} ${why}`), left };
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

test('the reader is asked for the names of the plan, within what is left of the limit', async () => {
  const names = { local: ['auth-*'] };
  const { api, asked } = browserWith([
    { id: 1, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example', size: 1000, left: 2 }, { origin: 'https://a.wiki.example', left: 1 }] },
  ]);
  const { left } = await run(api, { names });
  assert.deepEqual(asked, [
    { stores: plan.stores, names, leave: undefined, limit: 33_554_432 },
    { stores: plan.stores, names, leave: undefined, limit: 33_553_432 },
  ]);
  assert.equal(left, 3, 'what is not asked for stays behind');
});

const site = { origin: 'https://wiki.example', value: 'good' };

test('a frame that cannot be read is named, and spoils nothing else', async () => {
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [site, { origin: 'https://id.wiki.example', fails: true }] }]);
  const { json, read, unread } = await run(api);
  assert.deepEqual(read, ['https://wiki.example good']);
  assert.deepEqual(unread, ['id.wiki.example localStorage failed', 'id.wiki.example sessionStorage failed']);
  assert.deepEqual(json.unread, [{ origin: 'https://id.wiki.example', store: 'local' }, { origin: 'https://id.wiki.example', store: 'session' }]);
});

test('a frame that cannot be read is not named if its origin is read elsewhere', async () => {
  const { api } = browserWith([
    { id: 1, url: 'https://wiki.example/', frames: [{ origin: 'https://wiki.example', fails: true }] },
    { id: 2, url: 'https://wiki.example/', frames: [site] },
  ]);
  const { json, read, unread } = await run(api);
  assert.deepEqual([read, unread, 'unread' in json], [['https://wiki.example good'], [], false]);
});

test('a frame that is removed while it is read is named', async () => {
  const frames = [site, { origin: 'https://id.wiki.example', fails: true }];
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames }]);
  const { connect } = api.tabs;
  api.tabs.connect = (/** @type {number} */ id, /** @type {{frameId: number}} */ options) => {
    const port = connect(id, options);
    if (options.frameId === 1) frames.pop();
    return port;
  };
  assert.deepEqual((await run(api)).unread, ['id.wiki.example localStorage failed', 'id.wiki.example sessionStorage failed']);
});

test('what a reader could not read is named by origin, store and database', async () => {
  const unread = [{ store: 'local', why: 'denied' }, { store: 'idb', name: 'mail', why: 'busy' }, { store: 'idb', name: 'keys/private/1', why: 'kept' }];
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [{ ...site, unread }] }]);
  const found = await run(api);
  assert.deepEqual(found.unread, ['wiki.example localStorage denied', 'wiki.example IndexedDB mail busy']);
  assert.deepEqual(found.json.unread, [{ origin: 'https://wiki.example', store: 'local' }, { origin: 'https://wiki.example', store: 'idb', name: 'mail' }]);
  assert.deepEqual(found.skipped, ['keys/private/1'], 'what cannot be copied is no doubt about the rest');
});

test('where the only tab does not show the app, the app is opened', { concurrency: true }, async (t) => {
  const lostTab = ['wiki.example sessionStorage unseen'];
  const cases = /** @type {[string, any, string[]][]} */ ([
    ['a sandboxed document', { url: 'https://wiki.example/file', frames: [{ origin: 'null' }] }, lostTab],
    ['a page without access', { url: 'https://wiki.example/file.pdf', frames: null }, lostTab],
    ['a page that the browser has put to sleep', { url: 'https://wiki.example/', frames: [site], discarded: true }, lostTab],
    ['a page that frames the app', { url: 'https://a.wiki.example/', frames: [{ origin: 'https://a.wiki.example' }, site] }, []],
    ['the source of a page', { url: 'view-source:https://wiki.example/', frames: null }, []],
  ]);
  const each = cases.map(([name, tab, lost]) =>
    t.test(name, async () => {
      const { api, opened } = browserWith([{ id: 1, ...tab }]);
      const { read, unread } = await run(api);
      assert.equal(opened.length, 2, 'opened and closed');
      assert.ok(read.includes('https://wiki.example opened'), read.join());
      assert.deepEqual(unread, lost, 'sessionStorage is that of the tab');
    }),
  );
  await Promise.all(each);
});

test('one tab that cannot be read does not matter beside another', async () => {
  const { api, opened } = browserWith([
    { id: 1, url: 'https://wiki.example/file', frames: [{ origin: 'null' }] },
    { id: 2, url: 'https://wiki.example/', frames: [site] },
  ]);
  const { read, unread } = await run(api);
  assert.deepEqual([read, unread, opened], [['https://wiki.example good'], [], []]);
});

test('a tab of another origin that cannot be read is named', async () => {
  const { api } = browserWith([
    { id: 1, url: 'https://wiki.example/', frames: [site] },
    { id: 2, url: 'https://files.wiki.example/', frames: null },
  ]);
  assert.deepEqual((await run(api)).unread, ['files.wiki.example localStorage unseen', 'files.wiki.example sessionStorage unseen']);
});

test('an app that shows no page of its site is named; one that redirects to another of its origins is read there', async () => {
  const runs = [null, [{ origin: 'null' }], [{ origin: 'https://login.example' }], [{ origin: 'https://www.wiki.example', value: 'there' }]].map((frames) => run(browserWith([], frames).api));
  const redirected = await /** @type {typeof runs[0]} */ (runs.pop());
  assert.deepEqual([redirected.read, redirected.unread], [['https://www.wiki.example there'], []]);
  for (const { json, unread } of await Promise.all(runs)) {
    assert.deepEqual([json.origins, json.read], [[], ['cookie']]);
    assert.deepEqual(unread, ['wiki.example localStorage unseen', 'wiki.example sessionStorage unseen']);
  }
});

test('a page that is still on the way into another process is waited for', async () => {
  const { api } = browserWith([], [{ origin: 'https://wiki.example', value: 'arrived' }]);
  const { executeScript } = api.scripting;
  let asked = 0;
  api.scripting.executeScript = async (/** @type {any} */ script) => {
    asked++;
    if (asked === 1) throw new Error('The frame is gone.');
    if (asked === 2) return [{ frameId: 0, result: script.target.allFrames ? 'null' : 'about:blank' }];
    return executeScript(script);
  };
  const { json, unread } = await run(api);
  assert.deepEqual([unread, json.origins[0]?.local[0].value], [[], 'arrived']);
});

test('a share that is cancelled ends the read', async () => {
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [site] }]);
  const abort = new AbortController();
  api.tabs.connect = () => new FakePort(() => abort.abort()); // it never answers
  const hooks = { signal: abort.signal, opened: async () => undefined };
  assert.equal(await codeOf(capture(api, plan, source, hooks)), 'interrupted');
});

test('a session that is too large is refused, with the name of the database', async () => {
  const { api } = browserWith([{ id: 1, url: 'https://wiki.example/', frames: [site] }]);
  api.tabs.connect = () =>
    new FakePort((_, port) => {
      port.reply({ failed: 'bundle_too_large', database: 'cache' });
      port.reply({ end: true });
    });
  const fault = await run(api).catch((err) => err.toJSON());
  assert.deepEqual(fault, { code: 'bundle_too_large', detail: 'wiki.example IndexedDB cache' });
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

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { patternOf, WebApp } from '../background/bridge/webapp.js';
import { FakeArea } from './fakes.mjs';

const ORIGIN = 'https://vault.example:8443';
const PATTERN = 'https://vault.example/*';

/** A browser's permissions, scripts and tabs. */
class World {
  session = new FakeArea();
  local = new FakeArea();
  allowed = new Set();
  /** @type {any[]} */
  scripts = [];
  /** @type {any[]} */
  injected = [];
  ended = 0;

  app() {
    const api = /** @type {any} */ ({
      storage: { session: this.session, local: this.local },
      permissions: {
        contains: async (/** @type {any} */ { origins: [pattern] }) => this.allowed.has(pattern),
        remove: async (/** @type {any} */ { origins: [pattern] }) => this.allowed.delete(pattern),
      },
      scripting: {
        registerContentScripts: async (/** @type {any[]} */ [script]) => {
          assert.equal(this.scripts.length, 0, 'the browser refuses a second one of that id');
          this.scripts.push(script);
        },
        unregisterContentScripts: async () => {
          if (this.scripts.length === 0) throw new Error('Nonexistent script ID');
          this.scripts = [];
        },
        getRegisteredContentScripts: async () => this.scripts,
        executeScript: async (/** @type {any} */ { target }) => {
          if (target.tabId === 8) throw new Error('an error page');
          this.injected.push(target);
        },
      },
      tabs: { query: async (/** @type {any} */ { url }) => (assert.equal(url, PATTERN), [{ id: 7 }, { id: 8 }, { id: 9 }]) },
    });
    return new WebApp(api, async () => void this.ended++);
  }
}

/** @type {World} */
let world;
beforeEach(() => (world = new World()));

async function inUse() {
  const app = world.app();
  await app.want(ORIGIN);
  world.allowed.add(PATTERN);
  await app.settle();
  return app;
}

test('a match pattern has the host without the port', () => {
  assert.equal(patternOf('http://127.0.0.1:7421'), 'http://127.0.0.1/*');
  assert.equal(patternOf(ORIGIN), PATTERN);
});

test('the click alone registers nothing; the permission does, whoever learns of it first', async () => {
  const app = world.app();
  await app.want(ORIGIN);
  await app.settle();
  assert.equal(await app.origin(), null);
  assert.deepEqual(world.scripts, []);
  world.allowed.add(PATTERN);
  await Promise.all([app.settle(), app.settle()]);
  assert.equal(await app.origin(), ORIGIN);
  const { matches, allFrames, runAt, persistAcrossSessions } = /** @type {any} */ (world.scripts[0]);
  assert.deepEqual({ matches, allFrames, runAt, persistAcrossSessions }, { matches: [PATTERN], allFrames: false, runAt: 'document_start', persistAcrossSessions: true });
  assert.deepEqual(world.injected, [{ tabId: 7, frameIds: [0] }, { tabId: 9, frameIds: [0] }], 'the pages that are open, in their top frames');
});

test('a permission that was given for something else switches nothing on', async () => {
  world.allowed.add(PATTERN);
  const app = world.app();
  await app.settle();
  assert.equal(await app.origin(), null);
});

test('who does not allow it keeps what was there', async () => {
  const app = world.app();
  await app.want(ORIGIN);
  await app.off();
  world.allowed.add(PATTERN);
  await app.settle();
  assert.equal(await app.origin(), null);
});

test('it ends when the permission is taken away', async () => {
  const app = await inUse();
  world.allowed.clear();
  await app.settle();
  assert.equal(await app.origin(), null);
  assert.deepEqual(world.scripts, []);
  assert.equal(world.ended, 2, 'once for what was before it');
});

test('switching it off gives the permission back', async () => {
  const app = await inUse();
  await app.off();
  assert.equal(await app.origin(), null);
  assert.deepEqual([world.scripts.length, world.allowed.size], [0, 0]);
});

test('it ends when the host is enrolled elsewhere or not at all, and not when it is enrolled there still', async () => {
  for (const address of ['https://vault.example', 'https://other.example:8443', undefined]) {
    const app = await inUse();
    await app.enrolledAt(`${ORIGIN}/`);
    assert.equal(await app.origin(), ORIGIN);
    await app.enrolledAt(address);
    assert.equal(await app.origin(), null, String(address));
  }
});

test('a browser that has forgotten the script, as after an update, gets it again', async () => {
  await inUse();
  world.scripts = [];
  world.injected = [];
  await world.app().settle();
  assert.equal(world.scripts.length, 1);
  assert.equal(world.injected.length, 2);
});

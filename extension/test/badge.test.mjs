import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Badge } from '../background/badge.js';
import { Records } from '../background/records.js';
import { FakeArea, settle } from './fakes.mjs';

/** What the extension's icon shows of the web app's transfers. */

/** What is shown now. */
let shown = { text: '', title: '' };
let session = new FakeArea();
/** @type {Records} */
let records;
/** @type {Badge} */
let badge;

/** A new worker, whose browser still shows what it was told. */
async function worker() {
  const api = /** @type {any} */ ({
    storage: { session },
    i18n: { getMessage: (/** @type {string} */ name, /** @type {string[]} */ args = []) => [name, ...args].join(' ') },
    action: {
      setBadgeBackgroundColor: async () => undefined,
      setBadgeText: async (/** @type {any} */ { text }) => void (shown.text = text),
      setTitle: async (/** @type {any} */ { title }) => void (shown.title = title),
    },
  });
  records = new Records(/** @type {any} */ (session));
  badge = new Badge(api, records);
  await records.load();
}

beforeEach(async () => {
  shown = { text: '', title: '' };
  session = new FakeArea();
  await worker();
});

/**
 * @param {string} account
 * @param {string} phase
 */
async function share(account, phase, surface = 'page') {
  await records.put(/** @type {any} */ ({ account, phase, consent: { surface }, source: { tabId: 5 } }));
  await settle();
  return shown;
}

test('what the web app transfers shows while it runs, and then how much has gone, until the popup is opened', async () => {
  assert.deepEqual(await share('a', 'running'), { text: '…', title: 'badge_running' });
  assert.deepEqual(await share('a', 'done'), { text: '1', title: 'badge_done 1' });
  await worker();
  await share('b', 'running');
  assert.deepEqual(await share('b', 'done'), { text: '2', title: 'badge_done 2' });
  await badge.seen();
  assert.deepEqual(shown, { text: '', title: 'name' });
});

test('what failed or was cancelled has not gone', async () => {
  await share('a', 'running');
  assert.equal((await share('a', 'failed')).text, '');
  await share('a', 'running');
  await records.remove('a');
  await settle();
  assert.equal(shown.text, '');
});

test('as long as one runs, that shows', async () => {
  await share('a', 'running');
  await share('b', 'running');
  assert.equal((await share('a', 'done')).text, '…');
  await badge.seen();
  assert.equal(shown.text, '…');
});

test('what the person shares in the popup, they see there', async () => {
  await share('a', 'running', 'popup');
  assert.equal((await share('a', 'done', 'popup')).text, '');
});

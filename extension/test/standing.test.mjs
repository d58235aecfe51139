import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ORIGIN, page, World } from './bridgeworld.mjs';
import { codeOf, settle } from './fakes.mjs';

/** One consent: while it stands, a page of the vault goes on without the extension's window. */

/** @type {World} */
let world;
beforeEach(async () => {
  world = new World();
  await world.consents.agree('a', ORIGIN);
});

/** A page's transfer, from the click on Next to its success. */
async function transfer(sender = page()) {
  const { asked } = await world.say('open', 'a', sender);
  if (asked) await world.agree();
  await world.say('transfer', 'a', sender);
  await world.record({ phase: 'done', source: { tabId: sender.tab.id } });
  await settle();
  return asked ? 'asked' : 'unasked';
}

test('the page that has a click is granted at once, with what its own tab shows of the browser', async () => {
  assert.deepEqual(await world.say('open'), { asked: false });
  assert.deepEqual(world.told, [{ tab: 5, event: { event: 'answer', account: 'a', agreed: true, until: world.now + 10 * 60_000 } }]);
  assert.deepEqual(world.opened, []);
  assert.equal((await world.say('check')).verdict, 'one');
  await world.say('transfer');
  assert.deepEqual(world.intents.map(({ context, vault, surface }) => ({ context, vault, surface })), [{ context: { user_agent: 'tab 5' }, vault: ORIGIN, surface: 'page' }]);
});

/** @type {Record<string, () => unknown>} */
const lacking = {
  'a consent to the transfer of another account': () => world.local.set({ consents: { b: { text: '2026-12-01', time: 't', vault: ORIGIN } } }),
  'a consent that was given to another vault': () => world.consents.agree('a', 'https://other.example'),
  'a text that has changed': () => world.local.set({ consents: { a: { text: '2026-11-25', time: 't', vault: ORIGIN } } }),
  'a consent of an extension that did not note the vault': () => world.local.set({ consents: { a: { text: '2026-12-01', time: 't' } } }),
  'no permission to read the app': () => (world.granted = false),
  'an account of somebody else': () => (world.role = 'collaborator'),
  'a host that is enrolled elsewhere': () => (world.state.address = 'https://other.example'),
  'a keyring that is locked': () => (world.state.keyring = 'keyring_locked'),
  'a vault that does not answer': () => (world.state.vault = 'vault_unreachable'),
  'no host': () => (world.state = /** @type {any} */ (undefined)),
};
for (const [name, lack] of Object.entries(lacking)) {
  test(`the window asks: ${name}`, async () => {
    await lack();
    assert.deepEqual(await world.say('open'), { asked: true });
    assert.equal(world.opened.length, 1);
    assert.equal(await codeOf(world.say('check')), 'grant_missing');
  });
}

test('agreeing in the window again leaves the consent as it was', async () => {
  world.granted = false;
  await world.say('open');
  world.granted = true;
  await world.local.set({ consents: { a: { text: '2026-12-01', time: 'first', vault: ORIGIN } } });
  await world.agree();
  assert.equal((await world.consents.get('a', ORIGIN))?.time, 'first');
});

test('one transfer of an account in ten minutes, whatever the tab, the worker and the browser', async () => {
  assert.equal(await transfer(), 'unasked');
  assert.equal(await transfer(), 'asked');
  assert.equal(await transfer(page(6)), 'asked');
  world.now += 10 * 60_000 - 1;
  world.session.data = {};
  await world.worker();
  assert.equal(await transfer(), 'asked');
  world.now += 1;
  assert.equal(await transfer(), 'unasked');
  world.now -= 365 * 24 * 3600_000;
  assert.equal(await transfer(), 'unasked', 'a clock that was set back');
});

test('what a page only looks at does not count, and a transfer that failed may be tried again', async () => {
  await world.say('open');
  await world.say('check');
  await world.say('cancel');
  await world.say('open');
  await world.say('transfer');
  await world.record({ phase: 'failed', error: { code: 'vault_unreachable' } });
  await settle();
  assert.deepEqual(await world.say('transfer'), { begun: true });
  await world.say('cancel');
  assert.deepEqual(await world.say('open'), { asked: true }, 'one that was cancelled may have arrived');
});

test('of two tabs that were granted one transfers, and the other is asked', async () => {
  await world.say('open');
  await world.say('open', 'a', page(6));
  await world.say('transfer');
  await world.record({ phase: 'done' });
  await settle();
  assert.equal(await codeOf(world.say('transfer', 'a', page(6))), 'grant_missing');
  assert.deepEqual(await world.say('open', 'a', page(6)), { asked: true });
  await world.agree();
  assert.deepEqual(await world.say('transfer', 'a', page(6)), { begun: true });
});

test('a window that asks is gone once the page needs it no more', async () => {
  world.granted = false;
  await world.say('open');
  world.granted = true;
  assert.deepEqual(await world.say('open'), { asked: false });
  assert.deepEqual(world.closed, [world.tabs]);
  await world.bridge.tabRemoved(world.tabs);
  assert.equal(world.lastEvent.agreed, true, 'and its end is no answer');
});

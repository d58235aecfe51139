import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { codeOnly } from '../background/bridge/bridge.js';
import { Fault } from '../background/fault.js';
import { ORIGIN, page, verdict, World } from './bridgeworld.mjs';
import { codeOf, settle } from './fakes.mjs';

/** The bridge's background: who is heard, what a grant allows, what a page hears. */

/** @type {World} */
let world;
beforeEach(() => (world = new World()));

test('before a grant there is presence and version, and nothing else', async () => {
  assert.deepEqual(await world.say('hello'), { present: true, version: '1.2.3' });
  for (const verb of ['check', 'transfer']) assert.equal(await codeOf(world.say(verb)), 'grant_missing');
  assert.equal(world.captures + world.intents.length + world.opened.length, 0);
});

test('only the top frame of the enrolled origin with its port is heard', async () => {
  await world.grant();
  const strangers = {
    'a frame': { frameId: 3 },
    'another port': { url: 'https://vault.example/', origin: 'https://vault.example' },
    'another scheme': { url: 'http://vault.example:8443/', origin: 'http://vault.example:8443' },
    'another host': { url: 'https://evil.example:8443/', origin: 'https://evil.example:8443' },
    'a host within': { url: 'https://a.vault.example:8443/', origin: 'https://a.vault.example:8443' },
    'a sandboxed document': { origin: 'null' },
    'no address': { url: undefined },
    'no tab': { tab: undefined },
    'another extension': { id: 'theirs' },
  };
  for (const [name, odd] of Object.entries(strangers)) {
    for (const verb of ['hello', 'check', 'transfer', 'open']) assert.equal(await codeOf(world.say(verb, 'a', { ...page(), ...odd })), 'absent', `${name}: ${verb}`);
  }
  world.origin = null;
  assert.equal(await codeOf(world.say('hello')), 'absent', 'switched off');
});

test('malformed messages and calls of our own pages are refused', async () => {
  const say = (/** @type {any} */ message) => codeOf(world.bridge.answer(message, page()));
  for (const message of [null, 'hello', 7, {}, { verb: 1 }, { verb: 'check' }, { verb: 'check', account: 7 }, { verb: 'check', account: '../a' }, { verb: 'check', account: 'a'.repeat(65) }, { verb: 'open', account: '' }]) {
    assert.equal(await say(message), 'message_invalid', JSON.stringify(message));
  }
  for (const verb of ['state', 'accounts', 'intend', 'accept', 'agree', 'webapp_want', 'constructor', '__proto__']) assert.equal(await say({ verb, account: 'a' }), 'message_unknown', verb);
});

test('a grant is for one account, one tab, ten minutes', async () => {
  await world.grant();
  assert.equal(await codeOf(world.say('check', 'b')), 'grant_missing', 'another account');
  assert.equal(await codeOf(world.say('check', 'a', page(6))), 'grant_missing', 'another tab');
  world.now += 10 * 60_000 - 1;
  assert.equal((await world.say('check')).verdict, 'one');
  world.now += 1;
  assert.equal(await codeOf(world.say('check')), 'grant_missing', 'its time is over');
});

test('a grant outlives the worker, and not its origin', async () => {
  await world.grant();
  await world.worker();
  assert.equal((await world.say('check')).verdict, 'one');
  world.origin = 'https://other.example';
  assert.equal(await codeOf(world.say('transfer', 'a', { ...page(), url: 'https://other.example/', origin: 'https://other.example' })), 'grant_missing');
});

test('a check shows the word, a count, masked names and names of markers', async () => {
  await world.grant();
  assert.deepEqual(await world.say('check'), { verdict: 'one', accounts: 1, identity: 'B•b', warnings: [], markers: ['sid'] });
});

test('an account is checked once in two seconds, from whichever tab', async () => {
  await world.grant();
  await world.say('open', 'a', page(6));
  await world.say('check');
  world.now += 500;
  assert.deepEqual(await world.say('check', 'a', page(6)).catch(codeOnly), { code: 'too_soon', again: 1500 });
  world.now += 1500;
  await world.say('check', 'a', page(6));
  assert.equal(world.captures, 2);
});

test('an account of somebody else is neither granted nor read', async () => {
  world.role = 'collaborator';
  await world.say('open');
  assert.equal(await codeOf(world.agree()), 'not_owner');
  world.role = 'owner';
  await world.agree();
  world.role = 'collaborator';
  assert.equal(await codeOf(world.say('check')), 'not_owner');
  assert.equal(world.captures, 0);
});

test('agreeing without the permission of the browser grants nothing', async () => {
  world.granted = false;
  await world.say('open');
  assert.equal(await codeOf(world.agree()), 'permission_denied');
  assert.equal(await world.consents.get('a', ORIGIN), null);
  assert.equal(await codeOf(world.say('check')), 'grant_missing');
});

test('the window that is closed declines, and says what this computer lacks', async () => {
  await world.say('open');
  await world.bridge.tabRemoved(101);
  assert.deepEqual(world.told, [{ tab: 5, event: { event: 'answer', account: 'a', agreed: false, code: 'declined' } }]);
  for (const [code, heard] of [['keyring_locked', 'keyring_locked'], ['host_missing', 'host_missing'], ['not_found', 'declined'], ['not_owner', 'declined']]) {
    await world.say('open');
    await world.questions.stuck(`ask-${world.opened.length}`, code);
    await world.bridge.tabRemoved(world.tabs);
    assert.equal(world.lastEvent.code, heard);
  }
  assert.equal(await codeOf(world.bridge.agree('ask-1', {})), 'grant_missing', 'a window that is over agrees to nothing');
});

test('the page hears at once what this computer lacks, until it is there, and nothing of an account', async () => {
  await world.say('open');
  for (const code of ['host_missing', 'not_owner', '']) await world.questions.stuck('ask-1', code);
  assert.deepEqual(
    world.told.map(({ event }) => event),
    ['host_missing', ''].map((code) => ({ event: 'stuck', account: 'a', code })),
  );
  await world.agree();
  assert.equal(world.lastEvent.agreed, true);
});

test('two tabs have a grant each; the same tab again replaces its own', async () => {
  await world.grant();
  await world.say('open', 'b', page(6));
  await world.agree();
  assert.equal((await world.say('check', 'a')).verdict, 'one');
  assert.equal((await world.say('check', 'b', page(6))).verdict, 'one');
  await world.say('open', 'c');
  assert.equal(await codeOf(world.say('transfer', 'a')), 'grant_missing');
  await world.say('open', 'd');
  assert.deepEqual(world.closed.slice(-1), [world.tabs - 1], 'the window of the one before is closed');
});

test('a transfer goes the way of the popup, by the page; success uses the grant up', async () => {
  await world.grant();
  assert.deepEqual(await world.say('transfer'), { begun: true });
  const [{ account, surface, agreed, named, context }] = world.intents;
  assert.deepEqual({ account, surface, agreed, named, context }, { account: 'a', surface: 'page', agreed: false, named: false, context: { user_agent: 'x' } });
  assert.equal((await world.consents.get('a', ORIGIN))?.time, '2026-11-25T23:40:00Z');
  await world.record({});
  assert.equal(await codeOf(world.say('transfer')), 'busy');
  await world.record({ phase: 'failed', error: { code: 'vault_unreachable', detail: 'secret' } });
  await settle();
  assert.deepEqual(await world.say('transfer'), { begun: true }, 'a failure does not');
  await world.record({ phase: 'done' });
  await settle();
  assert.equal(await codeOf(world.say('transfer')), 'grant_missing');
});

test('of two tabs that transfer at once the second is told that the first does', async () => {
  await world.grant();
  await world.say('open', 'a', page(6));
  const [first, second] = [world.say('transfer'), codeOf(world.say('transfer', 'a', page(6)))];
  assert.deepEqual([await first, await second], [{ begun: true }, 'busy']);
  await world.record({ phase: 'losing' });
  await settle();
  assert.equal(await codeOf(world.say('transfer', 'a', page(6))), 'busy', 'it waits for the person');
  assert.equal(world.intents.length, 1);
});

test('the page hears of its own share: how far it is, no names and no values', async () => {
  await world.record({ stage: 'uploading', done: 1, total: 2 });
  await world.record({ phase: 'failed', error: { code: 'account_wrong', detail: 'seen in sid', verdict: { ...verdict, verdict: 'wrong' } } });
  await world.record({
    phase: 'done', verdict, names: { went: ['sid'], stayed: ['_ga'] }, skipped: ['keys/private'], counts: { cookies: 1, items: 0, left: 1 },
    status: { state: 'transferred', cause: 'shared', since: 's', by: 'my laptop', until: 'u', generation: { share: 3, refresh: 0 } },
  });
  await world.record({ phase: 'done', consent: { surface: 'popup' } });
  await settle();
  assert.deepEqual(world.told, [
    { tab: 5, event: { event: 'transfer', account: 'a', phase: 'running', stage: 'uploading', done: 1, total: 2 } },
    { tab: 5, event: { event: 'transfer', account: 'a', phase: 'failed', verdict: 'wrong', accounts: 1, warnings: [], code: 'account_wrong' } },
    {
      tab: 5,
      event: {
        event: 'transfer', account: 'a', phase: 'done', verdict: 'one', accounts: 1, warnings: [], counts: { cookies: 1, items: 0, left: 1 },
        status: { state: 'transferred', cause: 'shared', since: 's', until: 'u' },
      },
    },
  ]);
});

test('what only the person can say is asked in our own window', async () => {
  await world.record({});
  await world.record({ phase: 'losing', skipped: ['keys/private'] });
  await settle();
  assert.deepEqual(world.lastEvent, { event: 'transfer', account: 'a', phase: 'needs_extension', question: 'losing' });
  assert.equal((await world.questions.asked('ask-1'))?.kind, 'question');
  await world.bridge.tabRemoved(world.tabs);
  await settle();
  assert.deepEqual(world.cancelled, ['a']);
  assert.equal(world.lastEvent.phase, 'cancelled');

  await world.record({ phase: 'failed', error: { code: 'account_unprovable', verdict: { ...verdict, name: true } } });
  await settle();
  assert.equal(world.lastEvent.question, 'name');
  await world.bridge.tabRemoved(world.tabs);
  const { phase, code } = world.told[world.told.length - 1].event;
  assert.deepEqual([phase, code], ['failed', 'account_unprovable']);
});

test('a question that was answered in the popup closes our window', async () => {
  await world.record({ phase: 'losing' });
  await settle();
  await world.record({ phase: 'running' });
  await settle();
  assert.deepEqual(world.closed, [world.tabs]);
  assert.equal(await world.questions.asked('ask-1'), null);
});

test('cancel drops the grant, the question and the transfer; closing the tab drops the grant', async () => {
  await world.grant();
  await world.record({});
  await world.say('cancel');
  assert.deepEqual(world.cancelled, ['a']);
  assert.equal(await codeOf(world.say('check')), 'grant_missing');
  await world.say('open', 'b');
  await world.say('cancel', 'b');
  assert.equal(world.lastEvent.code, 'declined');
  assert.equal(world.closed.at(-1), world.tabs);
  await world.say('open');
  await world.bridge.tabRemoved(5);
  assert.equal(await codeOf(world.say('transfer')), 'grant_missing');
});

test('a page that is loaded anew leaves its transfer and its question, and keeps its grant', async () => {
  await world.grant();
  await world.record({});
  await world.bridge.left(5);
  assert.deepEqual(world.cancelled, ['a']);
  assert.equal((await world.say('check')).verdict, 'one');
  await world.record({ phase: 'losing' });
  await settle();
  await world.bridge.left(5);
  assert.deepEqual(world.cancelled, ['a', 'a']);
  assert.equal(world.closed.at(-1), world.tabs);
  await world.record({ source: { tabId: 6 } });
  await world.bridge.left(5);
  assert.deepEqual(world.cancelled, ['a', 'a'], 'what another tab began goes on');
});

test('another tab does not cancel a transfer', async () => {
  await world.record({});
  await world.say('cancel', 'a', page(6));
  assert.deepEqual(world.cancelled, []);
});

test('names are shown in our own window and told to nobody', async () => {
  assert.deepEqual(await world.say('names'), {});
  assert.deepEqual(world.opened, ['ext://confirm/confirm.html#names=a']);
  assert.deepEqual(world.told, []);
});

test('a page hears of a fault its code, and nothing of ours that it quotes', () => {
  assert.deepEqual(codeOnly(new Fault('internal', { detail: 'secret', sentence: 's' })), { code: 'internal' });
  assert.deepEqual(codeOnly(new Error('secret')), { code: 'internal' });
});

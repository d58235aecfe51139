import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Carried } from '../background/carried.js';
import { CONSENT_TEXT, Consents } from '../background/consent.js';
import { Fault } from '../background/fault.js';
import { Records } from '../background/records.js';
import { Shares } from '../background/share.js';
import { codeOf, FakeArea, settle } from './fakes.mjs';

const SECRET = 'the-captured-cookie';
const plan = { domains: [{ name: 'wiki.example', exact: false }], permissions: ['*://*.wiki.example/*'], site: 'https://wiki.example', open: 'https://wiki.example/', stores: [] };
const tab = /** @type {any} */ ({ id: 5, windowId: 1, incognito: false });
const vault = 'https://vault.example';
const intent = { tab, vault, plan, context: {}, agreed: true, named: false };

const shared = {
  status: { state: 'transferred', generation: { share: 1, refresh: 0 } },
  counts: { cookies: 1, items: 0, left: 0 },
  names: { went: ['sid'], stayed: ['_ga'] },
  verdict: { verdict: 'one', warnings: [], markers: ['sid'] },
  lost: [],
};

/** One browser: its storage outlives the workers that tests start in it. */
class World {
  session = new FakeArea();
  local = new FakeArea();
  granted = true;
  keys = 0;
  /** @type {string[]} */
  skipped = [];
  /** @type {{name: string, why: string}[]} */
  unread = [];
  /** @type {string[]} names of cookies that the host finds no restore for */
  unrestorable = [];
  captures = 0;
  /** @type {number[]} */
  closedTabs = [];
  /** @type {any[]} */
  requests = [];
  /** @type {Record<string, (fields: any, options: any) => any>} */
  answers = {
    account: () => ({ capture: plan }),
    share: ({ lossy, accepted }) => {
      if (lossy || !this.unrestorable.every((name) => accepted.includes(name))) throw new Fault('loss_unconfirmed', { lost: this.unrestorable });
      return { ...shared, lost: this.unrestorable };
    },
    status: () => ({ applied: false, status: { state: 'none' } }),
  };

  worker() {
    const api = /** @type {any} */ ({
      runtime: {},
      permissions: { contains: async () => this.granted },
      cookies: { getAllCookieStores: async () => [{ id: '0', tabIds: [5] }] },
      tabs: { remove: async (/** @type {number} */ id) => this.closedTabs.push(id) },
    });
    const host = {
      request: async (/** @type {string} */ type, /** @type {any} */ fields, /** @type {any} */ options) => {
        this.requests.push({ type, fields });
        return this.answers[type](fields, options);
      },
    };
    const capture = async () => {
      this.captures++;
      return { body: SECRET, skipped: this.skipped, unread: this.unread, cookies: [], left: 2 };
    };
    const ask = async () => ({ status: 200, body: '{}', steady: true });
    const records = new Records(/** @type {any} */ (this.session));
    const consents = new Consents(/** @type {any} */ (this.local), () => new Date('2026-11-24T23:40:00.5Z'));
    const newKey = () => `key-${++this.keys}`;
    const elsewhere = async () => [{ kind: 'private', cookies: [] }];
    const watch = { observed: async () => ({ registered: false, rotating: [] }) };
    const carried = new Carried(/** @type {any} */ (this.local));
    return new Shares({ api, host, records, consents, capture, ask, elsewhere, watch, carried, newKey });
  }

  get record() {
    return this.session.data['share:a'];
  }

  /** @param {string} type */
  asked(type) {
    return this.requests.filter((r) => r.type === type);
  }
}

/** @type {World} */
let world;
beforeEach(() => (world = new World()));

const never = () => new Promise(() => undefined);

test('a share runs to its end and leaves no captured data behind', async () => {
  await world.worker().intend('a', intent);
  await settle();
  assert.equal(world.record.phase, 'done');
  assert.deepEqual(world.record.counts, { cookies: 1, items: 0, left: 2 }, 'with what the host left and what was never read');
  assert.deepEqual(world.asked('share')[0].fields, {
    account: 'a',
    key: 'key-1',
    consent: { text: CONSENT_TEXT, time: '2026-11-24T23:40:00Z', surface: 'popup' },
    named: false,
    observed: { registered: false, rotating: [], elsewhere: [{ kind: 'private', cookies: [] }] },
    lossy: false,
    accepted: [],
  });
  assert.ok(!JSON.stringify([world.session.data, world.local.data]).includes(SECRET));
});

test('without consent nothing is asked of anybody', async () => {
  assert.equal(await codeOf(world.worker().intend('a', { ...intent, agreed: false })), 'consent_missing');
  assert.deepEqual(world.requests, []);
  assert.equal(world.record, undefined);
});

test('consent is given once for each account, until its text changes', async () => {
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  await shares.intend('a', { ...intent, agreed: false });
  await settle();
  assert.equal(world.asked('share').length, 2);
  assert.equal(await codeOf(shares.intend('b', { ...intent, agreed: false })), 'consent_missing');
  world.local.data.consents.a.text = '2026-10';
  assert.equal(await codeOf(shares.intend('a', { ...intent, agreed: false })), 'consent_missing');
});

test('whoever learns of the permission first lets the share go on, once', async () => {
  world.granted = false;
  const shares = world.worker();
  await shares.intend('a', intent);
  assert.equal(world.record.phase, 'asking');
  assert.deepEqual(world.record.origins, ['http://*.wiki.example/*', 'https://*.wiki.example/*']);
  world.granted = true;
  await Promise.all([shares.permissionsChanged(), shares.answer('a', true), shares.permissionsChanged()]);
  await settle();
  assert.equal(world.captures, 1);
  assert.equal(world.record.phase, 'done');
});

test('an answer that overtakes its intent still finds it', async () => {
  const shares = world.worker();
  await Promise.all([shares.intend('a', intent), shares.answer('a', true)]);
  await settle();
  assert.equal(world.captures, 1);
});

test('a popup’s yes that the browser does not confirm captures nothing', async () => {
  world.granted = false;
  const shares = world.worker();
  await shares.intend('a', intent);
  await shares.answer('a', true);
  await settle();
  assert.equal(world.captures, 0);
  assert.equal(world.record.phase, 'asking');
});

test('a plan that has grown beyond the permission captures nothing', async () => {
  const shares = world.worker();
  world.answers.account = () => {
    world.granted = false;
    return { capture: plan };
  };
  await shares.intend('a', intent);
  await settle();
  assert.deepEqual([world.captures, world.record.error.code], [0, 'permission_denied']);
});

test('a refused permission ends the share', async () => {
  world.granted = false;
  const shares = world.worker();
  await shares.intend('a', intent);
  await shares.answer('a', false);
  assert.deepEqual([world.record.phase, world.record.error], ['failed', { code: 'permission_denied' }]);
});

test('a permission given while no worker lived is seen by the next one', async () => {
  world.granted = false;
  await world.worker().intend('a', intent);
  world.granted = true;
  await world.worker().resume();
  await settle();
  assert.equal(world.record.phase, 'done');
});

test('after the worker’s death a share that was applied is done, without a second capture', async () => {
  world.answers.share = never;
  await world.worker().intend('a', intent);
  await settle();
  world.answers.status = () => ({ applied: true, status: { state: 'transferred' } });
  await world.worker().resume();
  await settle();
  assert.deepEqual(world.asked('status')[0].fields, { account: 'a', key: 'key-1' });
  assert.equal(world.captures, 1);
  assert.equal(world.record.phase, 'done');
});

test('after the worker’s death a share that was not applied is captured again under the same key', async () => {
  world.answers.share = never;
  await world.worker().intend('a', intent);
  await settle();
  world.session.data['share:a'].tab = 77;
  world.answers.share = () => shared;
  await world.worker().resume();
  await settle();
  assert.equal(world.captures, 2);
  assert.deepEqual(world.asked('share').map((r) => r.fields.key), ['key-1', 'key-1']);
  assert.deepEqual(world.closedTabs, [77], 'the tab that the dead worker had opened is closed');
  assert.equal(world.record.phase, 'done');
});

test('a share that keeps killing the worker is given up', async () => {
  world.answers.share = never;
  await world.worker().intend('a', intent);
  for (let life = 0; life < 5; life++) {
    await world.worker().resume();
    await settle();
  }
  assert.equal(world.captures, 3);
  assert.equal(world.record.error.code, 'interrupted');
});

for (const code of ['host_stopped', 'vault_unreachable', 'gateway_failed'])
  test(`a share that ended with ${code} after the vault had applied it counts as done`, async () => {
    world.answers.share = () => {
      throw new Fault(code);
    };
    world.answers.status = () => ({ applied: true, status: { state: 'transferred' } });
    await world.worker().intend('a', intent);
    await settle();
    assert.equal(world.record.phase, 'done');
  });

test('a refusal is kept with its code; an error of ours without its text', async () => {
  world.answers.share = () => {
    throw new Fault('account_wrong', { detail: 'cookie wikiUserName' });
  };
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  assert.deepEqual(world.record.error, { code: 'account_wrong', detail: 'cookie wikiUserName' });
  world.answers.share = () => {
    throw new Error(SECRET);
  };
  await shares.intend('a', intent);
  await settle();
  assert.deepEqual(world.record.error, { code: 'internal' });
});

test('a second click while a share runs starts nothing', async () => {
  world.answers.share = never;
  const shares = world.worker();
  await shares.intend('a', intent);
  await shares.intend('a', intent);
  await settle();
  assert.equal(world.captures, 1);
});

test('cancel aborts a running share and forgets a waiting one', async () => {
  world.answers.share = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Fault('interrupted'))));
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  await shares.cancel('a');
  await settle();
  assert.equal(world.record.error.code, 'interrupted');
  world.granted = false;
  await shares.intend('a', intent);
  await shares.cancel('a');
  assert.equal(world.record, undefined);
});

test('a share that loses something waits until the person has accepted it, and goes on under the same key', async () => {
  world.skipped = ['keys/private/1'];
  world.unrestorable = ['admin (wiki.example/my area)'];
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  assert.equal(world.record.phase, 'losing');
  assert.deepEqual(world.record.skipped, ['keys/private/1', 'admin (wiki.example/my area)'], 'all losses at once');

  await shares.accept('a');
  await settle();
  assert.equal(world.record.phase, 'done');
  assert.deepEqual(world.record.skipped, ['keys/private/1', 'admin (wiki.example/my area)']);
  assert.deepEqual(world.asked('share').map((r) => r.fields.key), ['key-1', 'key-1']);
});

test('what could not be read is named, too, with its reason', async () => {
  world.unread = [{ name: 'wiki.example IndexedDB mail', why: 'busy' }];
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  assert.equal(world.record.phase, 'losing');
  assert.deepEqual([world.record.unread, world.record.skipped], [world.unread, []]);
  await shares.accept('a');
  await settle();
  assert.equal(world.record.phase, 'done');
});

test('a session that is refused in any case is refused without a question', async () => {
  const verdict = { verdict: 'signed_out', warnings: [], markers: [] };
  world.answers.share = () => {
    throw new Fault('account_signed_out', { verdict });
  };
  world.unread = [{ name: 'wiki.example localStorage', why: 'unseen' }];
  await world.worker().intend('a', intent);
  await settle();
  assert.equal(world.record.phase, 'failed');
  assert.deepEqual(world.record.error, { code: 'account_signed_out', verdict });
});

test('a loss that was not accepted is told again', async () => {
  world.skipped = ['keys/private/1'];
  const shares = world.worker();
  await shares.intend('a', intent);
  await settle();
  world.skipped = ['keys/private/1', 'keys/private/2'];
  await shares.accept('a');
  await settle();
  assert.equal(world.record.phase, 'losing');
  assert.deepEqual(world.record.skipped, world.skipped);
});

test('the person’s word on whose session it is goes with the share', async () => {
  await world.worker().intend('a', { ...intent, named: true });
  await settle();
  assert.equal(world.asked('share')[0].fields.named, true);
});

test('the names of what was carried are kept for the share that carried it', async () => {
  await world.worker().intend('a', intent);
  await settle();
  const carried = new Carried(/** @type {any} */ (world.local));
  const status = /** @type {any} */ (shared.status);
  assert.deepEqual(await carried.of('a', status), shared.names);
  assert.equal(await carried.of('a', { ...status, generation: { share: 2, refresh: 0 } }), null);
  assert.deepEqual(await carried.of('a', { ...status, generation: { share: 0, refresh: 0 }, attempt: { share: 1 } }), shared.names);
  assert.equal(await carried.of('b', status), null);
});

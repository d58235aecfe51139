import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { MAX_CHUNK } from '../background/chunks.js';
import { Fault } from '../background/fault.js';
import { disconnectCode, HostPort } from '../background/port.js';
import { codeOf, FakePort, settle } from './fakes.mjs';

const IDLE_MS = 1000;
beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/**
 * A HostPort whose hosts answer `hello` and leave the rest to the test.
 * @param {(message: any, port: FakePort) => void} [host]
 */
function start(host = () => undefined) {
  /** @type {FakePort[]} */
  const ports = [];
  let error = '';
  const connect = () => {
    const port = new FakePort((m, p) => {
      if (m.type === 'hello') p.reply({ id: m.id, ok: true, result: { protocol: 1, host: '1', capabilities: [] } });
      else host(m, p);
    });
    ports.push(port);
    return /** @type {any} */ (port);
  };
  const hostPort = new HostPort({ connect, lastError: () => error, extension: '0.1.0', idleMs: IDLE_MS });
  const drop = (/** @type {string} */ words) => {
    error = words;
    const port = /** @type {FakePort} */ (ports.at(-1));
    port.closed = true;
    port.onDisconnect.fire(port);
    error = '';
  };
  return { hostPort, ports, drop };
}

test('hello comes first, once, in the form of the protocol', async () => {
  const { hostPort, ports } = start((m, p) => p.reply({ id: m.id, ok: true, result: {} }));
  await Promise.all([hostPort.request('state'), hostPort.request('apps')]);
  assert.deepEqual(ports[0].sent, [
    { id: '1', type: 'hello', protocol: [1], extension: '0.1.0' },
    { id: '2', type: 'state' },
    { id: '3', type: 'apps' },
  ]);
});

test('replies find their requests in any order', async () => {
  /** @type {any[]} */
  const waiting = [];
  const { hostPort } = start((m, p) => {
    waiting.push(m);
    if (waiting.length === 3) for (const w of waiting.reverse()) p.reply({ id: w.id, ok: true, result: w.type });
  });
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((type) => hostPort.request(type))), ['a', 'b', 'c']);
});

test('a refusal carries its code and the host’s words', async () => {
  const error = { code: 'account_wrong', sentence: 's', next: 'n', detail: 'd' };
  const { hostPort } = start((m, p) => p.reply({ id: m.id, ok: false, error }));
  const fault = await hostPort.request('share').catch((err) => err);
  assert.deepEqual(fault.toJSON(), error);
});

test('a host of another protocol is refused', async () => {
  const port = new FakePort((m, p) => p.reply({ id: m.id, ok: true, result: { protocol: 2 } }));
  const hostPort = new HostPort({ connect: () => /** @type {any} */ (port), lastError: () => '', extension: '1', idleMs: IDLE_MS });
  assert.equal(await codeOf(hostPort.request('state')), 'version_unsupported');
});

test('a host that ends fails every open request, and the next one starts another', async () => {
  const { hostPort, ports, drop } = start((m, p) => m.type === 'again' && p.reply({ id: m.id, ok: true, result: 1 }));
  const open = [codeOf(hostPort.request('a')), codeOf(hostPort.request('b'))];
  await settle();
  drop('Native host has exited.');
  assert.deepEqual(await Promise.all(open), ['host_stopped', 'host_stopped']);
  assert.equal(await hostPort.request('again'), 1);
  assert.equal(ports.length, 2);
});

test('what a closed port means', () => {
  const rows = /** @type {[string, boolean, ...string[]][]} */ ([
    ['Specified native messaging host not found.', false, 'host_missing'],
    ['Access to the specified native messaging host is forbidden.', false, 'host_missing', 'forbidden'],
    ['Access to the native messaging host was disabled by the system administrator.', false, 'host_missing', 'policy'],
    ['No such native application io.sessionferry.host', false, 'host_missing'],
    ['An unexpected error occurred', false, 'host_missing'],
    ['An unexpected error occurred', true, 'host_stopped'],
    ['Native host has exited.', true, 'host_stopped'],
    ['Error when communicating with the native messaging host.', true, 'host_stopped'],
    ['', false, 'host_stopped'],
  ]);
  for (const [words, spoken, ...meaning] of rows) assert.deepEqual(disconnectCode(words, spoken), meaning, words);
});

test('a bundle follows its request in chunks of the same id, with progress', async () => {
  const body = 'x'.repeat(MAX_CHUNK + 10);
  /** @type {any[]} */
  const seen = [];
  const { hostPort, ports } = start((m, p) => {
    if (m.type !== 'chunk') return;
    p.reply({ id: m.id, event: 'progress', stage: 'reading', done: (m.seq + 1) * 10, total: 20 });
    if (m.seq === 1) p.reply({ id: m.id, ok: true, result: 'done' });
  });
  const consent = { text: 't', time: 'z', surface: 'popup' };
  const result = await hostPort.request('share', { account: 'a', key: 'k', consent }, { body, onProgress: (p) => seen.push(p) });
  assert.equal(result, 'done');
  const [, share, first, second] = ports[0].sent;
  assert.deepEqual(share, { id: share.id, type: 'share', account: 'a', key: 'k', consent, size: body.length });
  assert.deepEqual([first.seq, second.seq, first.id, second.id], [0, 1, share.id, share.id]);
  assert.deepEqual(Object.keys(first).sort(), ['data', 'id', 'seq', 'type']);
  assert.deepEqual(seen.map((p) => p.done), [10, 20]);
});

test('after a refusal no further chunk is sent', async () => {
  const { hostPort, ports } = start((m, p) => m.type === 'share' && p.reply({ id: m.id, ok: false, error: { code: 'bundle_too_large' } }));
  const body = 'x'.repeat(8 * MAX_CHUNK);
  assert.equal(await codeOf(hostPort.request('share', {}, { body })), 'bundle_too_large');
  await settle();
  assert.ok(ports[0].ofType('chunk').length <= 1);
});

test('a question of the host is put to the app, and its answer goes back under the same id', async () => {
  const question = { path: '/me', bearer: { store: 'local', name: 'token' }, watch: ['sid'], headers: ['content-type'] };
  const { hostPort, ports } = start((m, p) => {
    if (m.type === 'share') p.reply({ id: m.id, event: 'ask', ...question });
    if (m.type === 'answer') p.reply({ id: m.id, ok: true, result: 'done' });
  });
  /** @type {any[]} */
  const asked = [];
  const onAsk = async (/** @type {any} */ q) => {
    asked.push(q);
    return { status: 200, body: '{}', steady: true };
  };
  assert.equal(await hostPort.request('share', {}, { onAsk }), 'done');
  assert.deepEqual(asked, [question]);
  const [answer] = ports[0].ofType('answer');
  assert.deepEqual(answer, { id: ports[0].ofType('share')[0].id, type: 'answer', status: 200, body: '{}', steady: true });
});

test('an app that cannot be asked ends the request with the reason', async () => {
  const { hostPort, ports } = start((m, p) => m.type === 'share' && p.reply({ id: m.id, event: 'ask', path: '/me', watch: [] }));
  assert.equal(await codeOf(hostPort.request('share', {}, { onAsk: async () => { throw new Fault('tab_closed'); } })), 'tab_closed');
  assert.equal(await codeOf(hostPort.request('share')), 'message_unknown');
  assert.equal(ports[0].ofType('cancel').length, 2, 'the host does not wait for it');
});

test('an abort sends cancel with the id of the request', async () => {
  const { hostPort, ports } = start((m, p) => m.type === 'cancel' && p.reply({ id: m.id, ok: false, error: { code: 'interrupted' } }));
  const abort = new AbortController();
  const code = codeOf(hostPort.request('share', {}, { body: 'x', signal: abort.signal }));
  await settle();
  abort.abort();
  assert.equal(await code, 'interrupted');
  assert.deepEqual(ports[0].ofType('cancel'), [{ id: ports[0].ofType('share')[0].id, type: 'cancel' }]);
});

test('replies to nobody and things that are no message are passed over', async () => {
  const { hostPort } = start((m, p) => {
    for (const odd of [null, 42, 'x', [], {}, { id: '99', ok: true }]) p.reply(odd);
    p.reply({ id: m.id, ok: true, result: 1 });
  });
  assert.equal(await hostPort.request('state'), 1);
});

test('a quiet port lets its host go', async () => {
  const { hostPort, ports } = start((m, p) => p.reply({ id: m.id, ok: true, result: 1 }));
  await hostPort.request('state');
  mock.timers.tick(IDLE_MS - 1);
  assert.ok(!ports[0].closed);
  mock.timers.tick(1);
  assert.ok(ports[0].closed);
  await hostPort.request('state');
  assert.equal(ports.length, 2);
});

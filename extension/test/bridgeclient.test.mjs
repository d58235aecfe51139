import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, test } from 'node:test';
import { settle } from './fakes.mjs';

/** The page's end of the bridge, which the vault serves. */

const file = new URL('../../vault/pages/bridge.js', import.meta.url);

/** A page's window, whose messages come at once. */
class FakeWindow extends EventTarget {
  /** @type {any[]} */
  posted = [];
  /**
   * @param {any} data
   * @param {string} to
   */
  postMessage(data, to) {
    assert.equal(to, 'https://vault.example');
    this.posted.push(data);
  }
  /**
   * @param {any} data
   * @param {object} [odd]
   */
  hear(data, odd = {}) {
    this.dispatchEvent(Object.assign(new Event('message'), { source: this, origin: 'https://vault.example', data: { from: 'sessionferry', ...data }, ...odd }));
  }
}

/** @type {FakeWindow} */
let page;
/** @type {any} */
let connect;
beforeEach(async () => {
  page = new FakeWindow();
  Object.assign(globalThis, { window: page, location: { origin: 'https://vault.example' } });
  ({ connect } = await import(file.href));
});

const last = () => page.posted.at(-1);
const fault = (/** @type {any} */ { code, again }) => ({ code, again });

test('it is small', async () => assert.ok((await readFile(file)).length < 4096));

test('a verb ends with its result, or an error with its code', async () => {
  const bridge = connect();
  const check = bridge.check('a');
  assert.deepEqual({ ...last(), id: '' }, { to: 'sessionferry', id: '', verb: 'check', account: 'a' });
  page.hear({ id: last().id, ok: true, result: { verdict: 'one' } });
  assert.deepEqual(await check, { verdict: 'one' });
  const again = bridge.check('a').catch(fault);
  page.hear({ id: last().id, ok: false, error: { code: 'too_soon', again: 900 } });
  assert.deepEqual(await again, { code: 'too_soon', again: 900 });
});

test('without the extension, hello ends with "absent"', async () => {
  assert.deepEqual(await connect().hello(1).catch(fault), { code: 'absent', again: undefined });
});

test('open ends with the answer of the person', async () => {
  const bridge = connect();
  const agreed = bridge.open('a');
  page.hear({ id: last().id, ok: true, result: { asked: true } });
  page.hear({ event: 'answer', account: 'b', agreed: true, until: 1 });
  page.hear({ event: 'answer', account: 'a', agreed: true, until: 2 });
  assert.deepEqual(await agreed, { agreed: true, until: 2 });
  const declined = bridge.open('a').catch(fault);
  page.hear({ event: 'answer', account: 'a', agreed: false, code: 'declined' });
  assert.equal((await declined).code, 'declined');
  const refused = bridge.open('a').catch(fault);
  page.hear({ id: last().id, ok: false, error: { code: 'click_needed' } });
  assert.equal((await refused).code, 'click_needed');
  const first = bridge.open('a').catch(fault);
  void bridge.open('a').catch(fault);
  assert.equal((await first).code, 'declined', 'the second takes its place');
});

test('events and arrival are told, those of strangers are not', async () => {
  /** @type {any[]} */
  const events = [];
  let arrived = 0;
  const bridge = connect({ onEvent: (/** @type {any} */ event) => events.push(event.phase), onArrive: () => arrived++ });
  page.hear({ event: 'arrived' });
  page.hear({ event: 'transfer', account: 'a', phase: 'running' });
  page.hear({ event: 'transfer', phase: 'a frame' }, { source: {} });
  page.hear({ event: 'transfer', phase: 'another origin' }, { origin: 'https://evil.example' });
  page.hear({ event: 'transfer', phase: 'not of the extension', from: 'x' });
  bridge.close();
  page.hear({ event: 'arrived' });
  await settle();
  assert.deepEqual([events, arrived], [['running'], 1]);
});

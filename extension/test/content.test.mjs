import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, test } from 'node:test';
import vm from 'node:vm';
import { settle } from './fakes.mjs';

/** The content script: which clicks of the person a page may use, and for what. */

const script = await readFile(new URL('../bridge/content.js', import.meta.url), 'utf8');
const ORIGIN = 'https://vault.example';

/** A page in which the content script stands. Events reach it as plain objects, since no script can make a trusted one. */
class Page {
  /** @type {Map<string, ((event: any) => void)[]>} */
  #listeners = new Map();
  /** @type {any[]} */
  posted = [];
  /** What the background was asked. @type {{verb: string, account: string}[]} */
  asked = [];
  activation = { isActive: true };
  #count = 0;

  constructor() {
    const page = this;
    const window = {
      addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]),
      removeEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((each) => each !== listener)),
      postMessage: (/** @type {any} */ message) => this.posted.push(JSON.parse(JSON.stringify(message))),
    };
    const event = { addListener: () => undefined, removeListener: () => undefined };
    const runtime = {
      id: 'ours',
      onMessage: event,
      connect: () => ({ onDisconnect: event, disconnect: () => undefined }),
      sendMessage: async (/** @type {any} */ { bridge }) => (page.asked.push(bridge), { ok: true, result: {} }),
    };
    const scope = vm.createContext(Object.assign(window, { window, top: window, self: { origin: ORIGIN }, location: { origin: ORIGIN }, navigator: { userActivation: this.activation }, chrome: { runtime }, setTimeout }));
    vm.runInContext(script, scope);
    this.window = vm.runInContext('window', scope);
  }

  /**
   * @param {string} type
   * @param {object} [event]
   */
  fire(type, event = {}) {
    for (const listener of this.#listeners.get(type) ?? []) listener({ isTrusted: true, ...event });
  }

  /** The person clicks. */
  click() {
    this.fire('mousedown');
    this.fire('click');
  }

  /**
   * What the content script answers.
   * @param {string} verb
   * @returns {Promise<string>} `ok`, or the code of the error
   */
  async say(verb) {
    const id = String(++this.#count);
    this.fire('message', { source: this.window, origin: ORIGIN, data: { to: 'sessionferry', id, verb, account: 'a' } });
    await settle();
    const answer = this.posted.find((message) => message.id === id);
    return answer?.ok ? 'ok' : answer?.error.code;
  }

  /** How often the background was asked to open a window or to transfer. */
  get used() {
    return this.asked.filter(({ verb }) => verb !== 'hello').length;
  }
}

/** @type {Page} */
let page;
beforeEach(async () => {
  page = new Page();
  await settle();
});

for (const verb of ['open', 'transfer', 'names']) {
  test(`one click is one ${verb}`, async () => {
    page.click();
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await page.say(verb));
    assert.deepEqual(answers, ['ok', ...Array(7).fill('click_needed')]);
    assert.equal(page.used, 1);
    page.click();
    assert.equal(await page.say(verb), 'ok', 'the next click counts again');
  });
}

test('a click that one verb has used is no use to another', async () => {
  page.click();
  assert.equal(await page.say('open'), 'ok');
  for (const verb of ['open', 'transfer', 'names']) assert.equal(await page.say(verb), 'click_needed', verb);
});

test('what asks for nothing leaves the click', async () => {
  page.click();
  for (const verb of ['hello', 'check', 'cancel']) assert.equal(await page.say(verb), 'ok', verb);
  assert.equal(await page.say('open'), 'ok');
});

test('clicks do not add up', async () => {
  for (let i = 0; i < 3; i++) page.click();
  assert.equal(await page.say('open'), 'ok');
  assert.equal(await page.say('open'), 'click_needed');
});

test('what a script does is no click', async () => {
  page.fire('mousedown', { isTrusted: false });
  page.fire('click', { isTrusted: false });
  assert.equal(await page.say('open'), 'click_needed');
});

test('a press brings one click: those that the browser adds, as for a label, do not count', async () => {
  page.click();
  assert.equal(await page.say('open'), 'ok');
  page.fire('click');
  assert.equal(await page.say('open'), 'click_needed');
});

test('a key clicks too, once for each time that it goes down', async () => {
  page.fire('keydown');
  page.fire('click');
  assert.equal(await page.say('open'), 'ok');
  page.fire('keydown', { repeat: true });
  page.fire('click');
  assert.equal(await page.say('open'), 'click_needed');
});

test('a click that was long ago does not count', async () => {
  page.click();
  page.activation.isActive = false;
  assert.equal(await page.say('open'), 'click_needed');
});

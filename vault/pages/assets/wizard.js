// The transfer wizard. Nothing that happens here counts as consent: the extension
// asks the person once in a window of its own, looks at the browser and transfers.
// This page shows how far that is. Until the vault has the new session, the older one
// stays as it was, whatever is closed, reloaded or cancelled.
import { connect } from './bridge.js';

const wizard = /** @type {HTMLElement} */ (document.getElementById('wizard'));
const { account = '', home = '/' } = wizard.dataset;
const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const trouble = find('trouble');
const agree = /** @type {HTMLFormElement} */ (find('agree'));
const next = /** @type {HTMLButtonElement} */ (agree.querySelector('button'));
const go = /** @type {HTMLButtonElement} */ (find('go'));
const consent = /** @type {HTMLElement} */ (agree.closest('section'));

const bridge = connect({ onArrive: () => void meet(), onEvent: heard });

/** The verdicts with which one may go on; in the latter two the extension asks whose session it is. */
const GO_ON = ['one', 'unproven', 'unknown'];

/** How long the extension may take before the page says that it does not answer, and how long it is waited for. */
const SOON_MS = 400;
const PATIENCE_MS = 10_000;

/** Phones and tablets, of which an iPad calls itself a Mac. Their browsers start no program, so they have no session to give. */
const handheld = /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/** The step that is shown. */
let step = 'consent';
/** Counts what was asked, so that an answer knows whether anybody still waits for it. */
let turn = 0;

/**
 * Shows a step, and makes Back lead to the one before.
 * @param {string} name
 * @param {{back?: boolean}} [how]
 */
function show(name, { back = false } = {}) {
  if (name === step) return;
  step = name;
  turn++;
  for (const el of wizard.querySelectorAll('[data-step]')) /** @type {HTMLElement} */ (el).hidden = /** @type {HTMLElement} */ (el).dataset.step !== name;
  const reached = name === 'done' ? 'send' : name;
  for (const mark of document.querySelectorAll('[data-mark]')) {
    if (/** @type {HTMLElement} */ (mark).dataset.mark === reached) mark.setAttribute('aria-current', 'step');
    else mark.removeAttribute('aria-current');
  }
  clear();
  if (!back) history.pushState({ step: name }, '');
  /** @type {HTMLElement | null} */ (wizard.querySelector(`[data-step="${name}"] h2:not([hidden])`))?.focus();
}

function clear() {
  trouble.hidden = true;
  trouble.replaceChildren();
}

/**
 * Says what went wrong and what to do about it.
 * @param {any} err
 */
async function tell(err) {
  const code = err?.code ?? 'internal';
  if (code === 'absent') return meet();
  const known = /** @type {HTMLTemplateElement | null} */ (document.getElementById('problem-' + code));
  let part = known?.content.cloneNode(true);
  if (!part) {
    const answer = await fetch('/problems/' + encodeURIComponent(code), { cache: 'no-store' }).catch(() => null);
    part = answer?.ok
      ? (new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('problem') ?? undefined)
      : /** @type {HTMLTemplateElement} */ (find('problem-vault_unreachable')).content.cloneNode(true);
  }
  trouble.hidden = false;
  trouble.replaceChildren(...(part ? [part] : []));
}

/** Counts the looks for the extension: the newest is right. */
let looks = 0;

/** Looks whether the extension is there. One that takes its time is shown as missing until it answers. */
async function meet() {
  if (handheld) return;
  const mine = ++looks;
  const soon = setTimeout(() => mine === looks && step === 'consent' && present(false), SOON_MS);
  const there = await bridge.hello(PATIENCE_MS).then(() => true, () => false);
  clearTimeout(soon);
  if (mine === looks) present(there);
}

/**
 * Shows the step, or what is missing in its place.
 * @param {boolean} there whether the extension is
 */
function present(there) {
  next.disabled = !there;
  if (!there && step !== 'done') show('consent', { back: true });
  find('looking').hidden = true;
  find('missing').hidden = there || step === 'done';
  if (step === 'consent') consent.hidden = !there;
}

agree.addEventListener('submit', async (event) => {
  event.preventDefault();
  const mine = ++turn;
  clear();
  next.disabled = true;
  try {
    await bridge.open(account, () => void (find('asking').hidden = mine !== turn));
    if (mine === turn) await (show('check'), check());
  } catch (err) {
    if (mine === turn) await tell(err);
  } finally {
    find('asking').hidden = true;
    next.disabled = false;
  }
});

/** Looks who is signed in, and shows it. */
async function check() {
  const mine = ++turn;
  try {
    const found = await bridge.check(account);
    if (mine === turn && step === 'check') verdict(found);
  } catch (/** @type {any} */ err) {
    if (mine !== turn || step !== 'check') return;
    if (err.code === 'too_soon') setTimeout(() => mine === turn && void check(), err.again + 50);
    else await refused(err);
  }
}

/**
 * What the extension may not do any more begins anew with the first step.
 * @param {any} err
 */
async function refused(err) {
  show(err.code === 'grant_missing' ? 'consent' : 'check', { back: true });
  await tell(err);
}

/** @param {{verdict: string, accounts?: number, identity?: string, warnings?: string[]}} found */
function verdict({ verdict: word, accounts, identity, warnings }) {
  clear();
  go.disabled = !GO_ON.includes(word);
  const explained = word !== 'one' && warnings?.includes('store_not_read') ? 'unread' : word;
  const part = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (find('verdict-' + explained) ?? find('verdict-unknown')).content.cloneNode(true));
  fill(part, 'accounts', accounts !== undefined && accounts > 1 ? accounts : undefined);
  fill(part, 'identity', identity);
  find('verdict').replaceChildren(part);
  if (word === 'one') go.focus();
}

/**
 * Writes a value into the sentence that waits for it, or removes that.
 * @param {DocumentFragment} part
 * @param {string} name
 * @param {unknown} value
 */
function fill(part, name, value) {
  const el = /** @type {HTMLElement | null} */ (part.querySelector(`[data-${name}]`));
  if (value === undefined) el?.remove();
  else if (el) el.textContent = (el.dataset[name] ?? '').replace('$1', () => String(value));
}

async function transfer() {
  show('send');
  progress({});
  try {
    await bridge.transfer(account);
  } catch (err) {
    await refused(err);
  }
}

/** @param {{stage?: string, done?: number, total?: number, question?: string}} course */
function progress({ stage, done, total, question }) {
  const bar = /** @type {HTMLProgressElement} */ (find('bar'));
  if (done !== undefined && total) bar.value = done / total;
  else bar.removeAttribute('value');
  const line = find('stage');
  const text = line.dataset[question ? 'extension' : (stage ?? 'reading')] ?? '';
  if (line.textContent !== text) line.textContent = text;
}

/** @param {any} event */
function heard(event) {
  // What the extension's window lacks before it can ask is said here too, until it is there.
  if (event.event === 'stuck' && event.account === account && step === 'consent') return void (event.code ? tell(event) : clear());
  if (event.event !== 'transfer' || event.account !== account || step !== 'send') return;
  switch (event.phase) {
    case 'running':
    case 'needs_extension':
      progress(event);
      break;
    case 'done':
      finish(event);
      break;
    case 'cancelled':
      show('check', { back: true });
      void check();
      break;
    case 'failed':
      show('check', { back: true });
      go.disabled = true;
      void tell(event);
  }
}

/** @param {{counts?: {cookies: number, items: number, left: number}, status?: {state: string, attempt?: {cause: string}}}} event */
function finish({ counts, status }) {
  const waits = status?.attempt?.cause === 'confirming';
  const holds = { done: !waits, confirming: waits, older: waits && status?.state === 'transferred' };
  for (const el of wizard.querySelectorAll('[data-when]')) /** @type {HTMLElement} */ (el).hidden = !holds[/** @type {keyof typeof holds} */ (/** @type {HTMLElement} */ (el).dataset.when)];
  const line = find('counts');
  const values = counts ? [counts.cookies, counts.items, counts.left] : [];
  line.textContent = counts ? values.reduce((text, n, i) => text.replace('$' + (i + 1), String(n)), line.dataset.text ?? '') : '';
  show('done', { back: true });
}

async function cancel() {
  turn++;
  await bridge.cancel(account).catch(() => undefined);
  location.assign(home);
}

go.addEventListener('click', () => void transfer());
find('again').addEventListener('click', () => void check());
for (const way of wizard.querySelectorAll('[data-cancel]')) {
  way.addEventListener('click', (event) => {
    event.preventDefault();
    void cancel();
  });
}
for (const button of wizard.querySelectorAll('[data-names]')) button.addEventListener('click', () => void bridge.names(account).catch(tell));

// Who comes back from signing out of the other accounts sees at once whether that was all.
const back = () => document.visibilityState === 'visible' && (step === 'check' ? void check() : step === 'consent' && next.disabled && void meet());
document.addEventListener('visibilitychange', back);
addEventListener('focus', back);

addEventListener('popstate', (event) => {
  if (step === 'done') return location.replace(home);
  const sending = step === 'send';
  if (sending) void bridge.cancel(account).catch(() => undefined); // and with it what was agreed to
  const to = sending || event.state?.step !== 'check' ? 'consent' : 'check';
  show(to, { back: true });
  if (to === 'check') void check();
});

find(handheld ? 'handheld' : 'looking').hidden = false;
await meet();

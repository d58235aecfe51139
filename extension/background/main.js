import { browser } from '../platform/browser.js';
import { Badge } from './badge.js';
import { Bridge, codeOnly } from './bridge/bridge.js';
import { Questions } from './bridge/questions.js';
import { Standing } from './bridge/standing.js';
import { WebApp } from './bridge/webapp.js';
import { Wizards } from './bridge/wizards.js';
import { calls } from './calls.js';
import { Carried } from './carried.js';
import { ask } from './capture/ask.js';
import { capture } from './capture/capture.js';
import { elsewhere } from './capture/elsewhere.js';
import { Consents } from './consent.js';
import { asFault, Fault } from './fault.js';
import { HOST_NAME, HostPort } from './port.js';
import { Records } from './records.js';
import { Shares } from './share.js';
import { Watch } from './watch.js';

/**
 * The background: puts the parts together and listens. All listeners are
 * registered at once, since a worker is started for one event and misses it
 * otherwise; each waits until the unfinished shares have been taken up.
 */

const { version } = browser.runtime.getManifest();
const host = new HostPort({
  connect: () => browser.runtime.connectNative(HOST_NAME),
  lastError: () => browser.runtime.lastError?.message ?? '',
  extension: version,
});
const records = new Records(browser.storage.session);
const consents = new Consents(browser.storage.local, () => new Date());
const carried = new Carried(browser.storage.local);
const watch = new Watch(browser.storage.session, () => Date.now());
const wizards = new Wizards(browser.storage.session, () => Date.now());
const newKey = () => crypto.randomUUID();
const reading = { api: browser, host, capture, elsewhere, watch };
const shares = new Shares({ ...reading, records, consents, ask, carried, newKey });
/** @type {WebApp} */
const webapp = new WebApp(browser, () => bridge.end());
const questions = new Questions({ api: browser, shares, records, wizards, newId: newKey });
const standing = new Standing({ api: browser, host, consents, area: browser.storage.local, now: () => Date.now() });
const badge = new Badge(browser, records);
const bridge = new Bridge({ ...reading, standing, shares, records, consents, webapp, wizards, questions, version, now: () => Date.now() });
const answers = calls({ host, shares, records, consents, carried, badge, webapp, bridge, questions });
const ready = bridge
  .resume()
  .then(() => shares.resume())
  .then(() => webapp.settle());

browser.runtime.onMessage.addListener((message, sender, reply) => {
  const ours = isOwnPage(sender);
  if (!ours && message?.bridge === undefined) return false;
  ready
    .then(() => (ours ? answer(message) : bridge.answer(message.bridge, sender)))
    .then(
      (result) => reply({ ok: true, result }),
      (err) => reply({ ok: false, error: ours ? asFault(err).toJSON() : codeOnly(err) }),
    );
  return true;
});

// An open popup, or a page that transfers, holds a port: its end wakes it, which wakes a new worker, which goes on.
browser.runtime.onConnect.addListener(({ name, sender, onDisconnect }) => {
  const tab = sender?.tab?.id;
  if (name === 'bridge' && tab !== undefined) onDisconnect.addListener(() => void ready.then(() => bridge.left(tab)));
});

watch.listen(browser);

browser.permissions.onAdded.addListener(() => void ready.then(() => Promise.all([shares.permissionsChanged(), webapp.settle()])));
browser.permissions.onRemoved.addListener(() => void ready.then(() => webapp.settle()));
browser.tabs.onRemoved.addListener((tab) => void ready.then(() => bridge.tabRemoved(tab)));

/** @param {{call: string, args: any}} message */
async function answer({ call, args }) {
  if (!Object.hasOwn(answers, call)) throw new Fault('message_unknown');
  return answers[call](args);
}

/**
 * Scripts injected into pages share our id, and pages may influence them: only
 * the extension's own pages may make calls.
 * @param {chrome.runtime.MessageSender} sender
 */
function isOwnPage(sender) {
  return sender.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}

import { browser } from '../platform/browser.js';
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

const host = new HostPort({
  connect: () => browser.runtime.connectNative(HOST_NAME),
  lastError: () => browser.runtime.lastError?.message ?? '',
  extension: browser.runtime.getManifest().version,
});
const records = new Records(browser.storage.session);
const consents = new Consents(browser.storage.local, () => new Date());
const carried = new Carried(browser.storage.local);
const watch = new Watch(browser.storage.session, () => Date.now());
const shares = new Shares({ api: browser, host, records, consents, capture, ask, elsewhere, watch, carried, newKey: () => crypto.randomUUID() });
const answers = calls({ host, shares, records, consents, carried });
const ready = shares.resume();

browser.runtime.onMessage.addListener((message, sender, reply) => {
  if (!isOwnPage(sender)) return false;
  ready
    .then(() => answer(message))
    .then(
      (result) => reply({ ok: true, result }),
      (err) => reply({ ok: false, error: asFault(err).toJSON() }),
    );
  return true;
});

// An open popup holds a port: its end wakes the popup, which wakes a new worker, which goes on.
browser.runtime.onConnect.addListener(() => void ready);

watch.listen(browser);

browser.permissions.onAdded.addListener(() => void ready.then(() => shares.permissionsChanged()));

/** @param {{call: string, args: any}} message */
async function answer({ call, args }) {
  if (!Object.hasOwn(answers, call)) throw new Fault('message_unknown');
  return answers[call](args);
}

/**
 * Scripts injected into pages share our id, and pages may influence them: only
 * the extension's own pages are answered.
 * @param {chrome.runtime.MessageSender} sender
 */
function isOwnPage(sender) {
  return sender.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}

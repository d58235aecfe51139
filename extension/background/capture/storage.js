import { MAX_BUNDLE } from '../chunks.js';
import { asFault, Fault, within } from '../fault.js';
import { containsOrigin, originOf } from './scope.js';
import { pause } from './tabs.js';

/**
 * The web storage of the app's origins, read in its tabs. A page need not have
 * finished loading for that: some never do.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {{tabId: number, frameId: number, origin: string}} Frame
 * @typedef {{origin: string, local?: object[], session?: object[], databases?: object[]}} OriginStorage
 * @typedef {{origins: OriginStorage[], skipped: string[]}} Storage
 */

const READ_MS = 30_000;
/** A page that goes elsewhere is there a moment later. */
const AGAIN_MS = 500;
const READER = ['vendor/devalue.js', 'background/capture/reader.js'];

/**
 * Reads the tabs, and once more if a page went elsewhere meanwhile and took its
 * reader along. One that hangs is not waited for twice.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {chrome.tabs.Tab[]} tabs in order of preference
 * @param {AbortSignal} signal
 * @returns {Promise<Storage>}
 */
export async function readStorage(api, plan, tabs, signal) {
  const hangs = Date.now() + READ_MS;
  try {
    return await readOnce(api, plan, tabs, signal);
  } catch (err) {
    if (asFault(err).code !== 'capture_failed' || Date.now() >= hangs) throw err;
    await pause(AGAIN_MS);
    return readOnce(api, plan, tabs, signal);
  }
}

/**
 * Reads each origin once. A tab that fails spoils the read only if its origin
 * was not read elsewhere: nothing is lost silently.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {chrome.tabs.Tab[]} tabs in order of preference
 * @param {AbortSignal} signal
 * @returns {Promise<Storage>}
 */
async function readOnce(api, plan, tabs, signal) {
  /** @type {Map<string, OriginStorage>} */
  const read = new Map();
  /** @type {Map<string, Fault>} */
  const failed = new Map();
  /** @type {string[]} */
  const skipped = [];
  for (const frame of await framesOf(api, plan, tabs, failed)) {
    if (signal.aborted) throw new Fault('interrupted');
    if (read.has(frame.origin)) continue;
    try {
      const { storage, skipped: left } = await readFrame(api, plan, frame);
      read.set(frame.origin, storage);
      skipped.push(...left);
    } catch (err) {
      failed.set(frame.origin, await blame(api, frame.tabId, err));
    }
  }
  for (const [origin, fault] of failed) if (!read.has(origin)) throw fault;
  return { origins: [...read.values()], skipped };
}

/**
 * The frames within the scope. Top frames come before embedded ones, whose
 * storage is another one where browsers partition it.
 * @param {Browser} api
 * @param {Plan} plan
 * @param {chrome.tabs.Tab[]} tabs
 * @param {Map<string, Fault>} failed
 */
async function framesOf(api, plan, tabs, failed) {
  /** @type {Frame[]} */
  const frames = [];
  for (const { id: tabId, url } of tabs) {
    if (tabId === undefined) continue;
    try {
      const target = { tabId, allFrames: true };
      const list = api.scripting.executeScript({ target, func: () => self.origin, injectImmediately: true });
      const results = await within(READ_MS, 'capture_failed', list);
      for (const { frameId, result } of results) {
        const origin = String(result);
        if (containsOrigin(plan.domains, origin)) frames.push({ tabId, frameId, origin });
      }
    } catch (err) {
      failed.set(originOf(url) ?? plan.site, await blame(api, tabId, err));
    }
  }
  return frames.sort((a, b) => Number(a.frameId !== 0) - Number(b.frameId !== 0));
}

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Frame} frame
 * @returns {Promise<{storage: OriginStorage, skipped: string[]}>}
 */
async function readFrame(api, plan, { tabId, frameId, origin }) {
  const target = { tabId, frameIds: [frameId] };
  await within(READ_MS, 'capture_failed', api.scripting.executeScript({ target, files: READER, injectImmediately: true }));
  const result = await askReader(api.tabs.connect(tabId, { frameId, name: 'read' }), { stores: plan.stores, limit: MAX_BUNDLE });
  if (result?.failed) throw new Fault(result.failed);
  // The frame may have gone elsewhere since it was listed.
  if (result?.storage?.origin !== origin) throw new Fault('capture_failed');
  return result;
}

/**
 * Puts a request to the reader in a frame, and puts its answer together. A frame
 * that has gone elsewhere since has no reader, and its port closes.
 * @param {chrome.runtime.Port} port
 * @param {{stores: string[], limit: number}} request
 * @returns {Promise<any>}
 */
function askReader(port, request) {
  /** @type {any} */
  let result;
  const answer = new Promise((resolve, reject) => {
    port.onMessage.addListener((message) => {
      if (message.end) resolve(result);
      else if (message.items) listOf(result, message).push(...message.items);
      else result = message;
    });
    port.onDisconnect.addListener(() => reject(new Fault('capture_failed')));
    port.postMessage(request);
  });
  return within(READ_MS, 'capture_failed', answer).finally(() => port.disconnect());
}

/**
 * The list of a result that a message goes on with.
 * @param {any} result
 * @param {any} message
 */
function listOf({ storage }, { list, database, store }) {
  if (list === 'local' || list === 'session') return storage[list];
  return storage.databases[Number(database)].stores[Number(store)].records;
}

/**
 * A tab that is gone explains a failed read better than the browser's words do.
 * @param {Browser} api
 * @param {number} tabId
 * @param {unknown} err
 */
async function blame(api, tabId, err) {
  const gone = await api.tabs.get(tabId).then(() => false, () => true);
  if (gone) return new Fault('tab_closed');
  return err instanceof Fault ? asFault(err) : new Fault('capture_failed');
}

import { originOf } from '../capture/scope.js';
import { Fault } from '../fault.js';

/**
 * Who may speak over the bridge, and in which form. Nothing that a message says
 * of its sender counts.
 *
 * @typedef {{verb: string, account: string}} Request
 */

/**
 * The tab of a sender that is our script in the top frame of the enrolled web
 * app, with its port; else null.
 * @param {chrome.runtime.MessageSender} sender as the browser describes it
 * @param {string} id of this extension
 * @param {string | null} origin the enrolled one
 */
export function tabOf(sender, id, origin) {
  if (origin === null || sender.id !== id || sender.frameId !== 0 || sender.tab?.id === undefined) return null;
  // A document that is sandboxed has the address of the web app, but not its origin.
  if (originOf(sender.url) !== origin || (sender.origin ?? origin) !== origin) return null;
  return /** @type {chrome.tabs.Tab & {id: number}} */ (sender.tab);
}

/** The verbs that need no account. */
const BARE = ['hello'];

/**
 * @param {unknown} message
 * @returns {Request}
 */
export function read(message) {
  const { verb, account = '' } = /** @type {any} */ (message ?? {});
  if (typeof verb !== 'string' || typeof account !== 'string') throw new Fault('message_invalid');
  if (!BARE.includes(verb) && !/^[\w-]{1,64}$/.test(account)) throw new Fault('message_invalid');
  return { verb, account };
}

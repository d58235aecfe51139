import { isFirefox } from '../../platform/browser.js';
import { withTextName } from '../../platform/cookies.js';
import { containsHost, containsOrigin } from './scope.js';

/**
 * The app's cookies in the other places of the same browser (windows of another
 * kind, containers, partitions of other sites), by their names alone: whether
 * somebody is signed in there, too, is for the host to say. A container without
 * an open tab is not listed by Firefox.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Domain} Domain
 * @typedef {{name: string, domain: string, host_only: boolean, path: string}} NamedCookie
 * @typedef {{kind: string, label?: string, cookies: NamedCookie[]}} Jar
 */

/** More places, or cookies, than this say no more to a person, and would not fit into a message. */
const MAX_JARS = 32;
const MAX_COOKIES = 1000;
const MAX_NAME = 256;

/**
 * @param {Browser} api
 * @param {Domain[]} domains
 * @param {string} own the id of the store that is captured
 * @returns {Promise<Jar[]>}
 */
export async function elsewhere(api, domains, own) {
  /** @type {Map<string, Jar>} */
  const jars = new Map();
  let count = 0;
  for (const { id } of await api.cookies.getAllCookieStores()) {
    for (const { name: domain } of domains) {
      // A store that has just been closed has no cookies.
      const all = await api.cookies.getAll({ domain, storeId: id, partitionKey: {}, ...(isFirefox(api) && { firstPartyDomain: null }) }).catch(() => []);
      for (const raw of all) {
        const cookie = withTextName(api, raw);
        const place = placeOf(cookie, domains, own);
        const host = cookie.domain.replace(/^\./, '');
        if (!place || !cookie.value || !containsHost(domains, host)) continue;
        if (cookie.name.length > MAX_NAME || cookie.path.length > MAX_NAME || ++count > MAX_COOKIES) continue;
        const key = JSON.stringify(place);
        if (!jars.has(key) && jars.size < MAX_JARS) jars.set(key, { ...place, cookies: [] });
        jars.get(key)?.cookies.push({ name: cookie.name, domain: host, host_only: cookie.hostOnly, path: cookie.path });
      }
    }
  }
  return [...jars.values()];
}

/**
 * Where a cookie lies, or null if that is where the session is captured.
 * @param {chrome.cookies.Cookie} cookie
 * @param {Domain[]} domains
 * @param {string} own
 */
function placeOf({ storeId, partitionKey }, domains, own) {
  if (storeId !== own) return { kind: kindOf(storeId), ...(storeId.startsWith(CONTAINER) && { label: storeId.slice(CONTAINER.length) }) };
  const site = partitionKey?.topLevelSite;
  return site && !containsOrigin(domains, site) ? { kind: 'partition', label: site } : null;
}

const CONTAINER = 'firefox-container-';

/**
 * Chromium numbers its two stores; Firefox names them.
 * @param {string} store
 */
const kindOf = (store) => (store.startsWith(CONTAINER) ? 'container' : store === '1' || store === 'firefox-private' ? 'private' : 'default');

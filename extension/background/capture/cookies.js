import { isFirefox } from '../../platform/browser.js';
import { containsHost, containsOrigin } from './scope.js';

/**
 * Cookies of one store within the scope, in the JSON of session.Cookie.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Domain} Domain
 * @typedef {{
 *   name: string, value: string, domain: string, host_only: boolean, path: string, secure: boolean, http_only: boolean,
 *   same_site: string, expires?: number, partition?: {top_level_site: string, has_cross_site_ancestor: boolean},
 *   store: string, first_party_domain?: string,
 * }} Cookie
 */

/**
 * @param {Browser} api
 * @param {Domain[]} domains
 * @param {string} storeId
 * @returns {Promise<Cookie[]>}
 */
export async function readCookies(api, domains, storeId) {
  /** @type {Map<string, Cookie>} */
  const found = new Map();
  for (const { name } of domains) {
    // An empty partitionKey asks for all partitions; without it partitioned cookies stay hidden.
    // Under first-party isolation Firefox refuses a query that does not name firstPartyDomain.
    const query = { domain: name, storeId, partitionKey: {}, ...(isFirefox(api) && { firstPartyDomain: null }) };
    for (const raw of await api.cookies.getAll(query)) {
      const cookie = mapCookie(raw);
      // Domains of a plan may lie within each other, so that a cookie is met twice.
      if (keeps(domains, cookie)) found.set(keyOf(cookie), cookie);
    }
  }
  return [...found.values()];
}

/**
 * @param {chrome.cookies.Cookie} raw
 * @returns {Cookie}
 */
export function mapCookie(raw) {
  const { partitionKey, firstPartyDomain } = /** @type {any} */ (raw);
  /** @type {Cookie} */
  const cookie = {
    name: raw.name,
    value: raw.value,
    domain: raw.domain.replace(/^\./, ''),
    host_only: raw.hostOnly,
    path: raw.path,
    secure: raw.secure,
    http_only: raw.httpOnly,
    same_site: sameSite(raw),
    store: raw.storeId,
  };
  if (!raw.session && raw.expirationDate !== undefined) cookie.expires = raw.expirationDate;
  if (partitionKey?.topLevelSite) {
    cookie.partition = {
      top_level_site: partitionKey.topLevelSite,
      has_cross_site_ancestor: partitionKey.hasCrossSiteAncestor === true,
    };
  }
  if (firstPartyDomain) cookie.first_party_domain = firstPartyDomain;
  return cookie;
}

/**
 * Browsers refuse SameSite=None without Secure. Firefox before it knew
 * "unspecified" named cookies without the attribute so; they are told apart by that.
 * @param {chrome.cookies.Cookie} raw
 */
const sameSite = (raw) => (raw.sameSite === 'no_restriction' && !raw.secure ? 'unspecified' : raw.sameSite);

/**
 * Whether cookie and partition lie within the scope. A partitioned cookie that
 * is not Secure is one that Firefox partitions by itself, for an insecure frame
 * of another site: no other browser can hold it.
 * @param {Domain[]} domains
 * @param {Cookie} cookie
 */
function keeps(domains, { domain, partition, secure }) {
  if (!containsHost(domains, domain)) return false;
  return !partition || (secure && containsOrigin(domains, partition.top_level_site));
}

/** @param {Cookie} c */
const keyOf = (c) => JSON.stringify([c.name, c.domain, c.host_only, c.path, c.partition, c.first_party_domain]);

import { isFirefox } from '../../platform/browser.js';
import { isWhole, withTextName } from '../../platform/cookies.js';
import { containsHost, containsOrigin } from './scope.js';

/**
 * Cookies of one store within the scope, in the JSON of session.Cookie.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Domain} Domain
 * @typedef {{
 *   name: string, value: string, domain: string, host_only: boolean, path: string, secure: boolean, http_only: boolean,
 *   same_site: string, expires?: number, partition?: {top_level_site: string, has_cross_site_ancestor: boolean}, store: string,
 * }} Cookie
 */

const MAX_LABEL = 200;

/**
 * @param {Browser} api
 * @param {Domain[]} domains
 * @param {string} storeId
 * @returns {Promise<{cookies: Cookie[], partial: string[], left: number}>} the names of cookies whose bytes the
 *   browser does not show, and how many of the domains' cookies stay behind, these included
 */
export async function readCookies(api, domains, storeId) {
  const isolated = await isolates(api, domains, storeId);
  /** @type {Map<string, Cookie>} */
  const found = new Map();
  /** @type {Set<string>} */
  const left = new Set();
  /** @type {Set<string>} */
  const partial = new Set();
  for (const { name } of domains) {
    // An empty partitionKey asks for all partitions; without it partitioned cookies stay hidden.
    // In the same way null asks Firefox for the cookies of every first party.
    const query = { domain: name, storeId, partitionKey: {}, ...(isFirefox(api) && { firstPartyDomain: null }) };
    for (const raw of await api.cookies.getAll(query)) {
      const cookie = mapCookie(withTextName(api, raw));
      if (!containsHost(domains, cookie.domain)) continue;
      // Domains of a plan may lie within each other, so that a cookie is met twice.
      const firstParty = firstPartyOf(raw);
      const carried = travels(domains, cookie, firstParty, isolated);
      const whole = isWhole(api, raw);
      if (carried && whole) found.set(keyOf(cookie), cookie);
      else left.add(JSON.stringify([keyOf(cookie), firstParty]));
      if (carried && !whole) partial.add(`${cookie.name} (${cookie.domain}${cookie.path})`.slice(0, MAX_LABEL));
    }
  }
  return { cookies: [...found.values()], partial: [...partial], left: left.size };
}

/**
 * Whether Firefox keeps a jar for each first party (privacy.firstparty.isolate).
 * No API says so to us, but only then it refuses a query that names none.
 * @param {Browser} api
 * @param {Domain[]} domains
 * @param {string} storeId
 */
async function isolates(api, domains, storeId) {
  if (!isFirefox(api) || domains.length === 0) return false;
  try {
    await api.cookies.getAll({ domain: domains[0].name, storeId });
    return false;
  } catch (err) {
    if (/firstPartyDomain/.test(String(err))) return true;
    throw err;
  }
}

/**
 * @param {chrome.cookies.Cookie} raw
 * @returns {Cookie}
 */
export function mapCookie(raw) {
  const { partitionKey } = raw;
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
  return cookie;
}

/**
 * Browsers refuse SameSite=None without Secure. Firefox before it knew
 * "unspecified" named cookies without the attribute so; they are told apart by that.
 * @param {chrome.cookies.Cookie} raw
 */
const sameSite = (raw) => (raw.sameSite === 'no_restriction' && !raw.secure ? 'unspecified' : raw.sameSite);

/** @param {chrome.cookies.Cookie} raw */
const firstPartyOf = (raw) => String(/** @type {any} */ (raw).firstPartyDomain ?? '');

/**
 * Whether a cookie of the scope can be in another browser what it is in this one.
 *
 * Under first-party isolation the same cookie lies in many jars. Sites see the
 * jar of the address bar's site, which is named after its registrable domain; so
 * the jar in which a cookie's own site was visited is named by the cookie's
 * domain or a parent of it. That one is the cookie that other browsers have;
 * there is one at most of each name, domain and path. What lies in the jars of
 * other sites that embed the app is theirs: it stays. So does what was stored
 * while the setting was the other way, since no site sees it now.
 *
 * A partitioned cookie that is not Secure is one that Firefox partitions by
 * itself, for an insecure frame in another site: no other browser can hold it,
 * and without its partition it would be seen by more sites than before.
 * @param {Domain[]} domains
 * @param {Cookie} cookie
 * @param {string} firstParty
 * @param {boolean} isolated
 */
function travels(domains, { domain, partition, secure }, firstParty, isolated) {
  const own = isolated ? containsHost([{ name: firstParty, exact: false }], domain) : firstParty === '';
  if (!own) return false;
  return !partition || (secure && containsOrigin(domains, partition.top_level_site));
}

/** @param {Cookie} c */
const keyOf = (c) => JSON.stringify([c.name, c.domain, c.host_only, c.path, c.partition]);

import { isFirefox } from './browser.js';

/**
 * What the browsers' APIs show of the bytes of a cookie. Chromium gives text, with
 * U+FFFD for each byte that is not UTF-8. Firefox replaces such bytes in a value
 * when the cookie is set, so that the API shows what servers receive; but it keeps
 * all bytes of a name, and gives each as one character.
 *
 * @typedef {import('./browser.js').Browser} Browser
 * @typedef {chrome.cookies.Cookie} Cookie
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a name that is given as bytes, or null if they are not UTF-8.
 * @param {string} name
 */
function decode(name) {
  const codes = Array.from(name, (c) => c.charCodeAt(0));
  if (codes.some((code) => code > 0xff)) return name; // it is text already
  try {
    return utf8.decode(Uint8Array.from(codes));
  } catch {
    return null;
  }
}

/**
 * The cookie with its name as text, as rules and other browsers have it.
 * @param {Browser} api
 * @param {Cookie} cookie
 * @returns {Cookie}
 */
export const withTextName = (api, cookie) => (isFirefox(api) ? { ...cookie, name: decode(cookie.name) ?? cookie.name } : cookie);

/**
 * Whether another browser can be given the cookie's name and value byte for byte.
 * @param {Browser} api
 * @param {Cookie} cookie as the API gives it
 */
export const isWhole = (api, { name, value }) => (isFirefox(api) ? decode(name) !== null : !`${name}${value}`.includes('\uFFFD'));

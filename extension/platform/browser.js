/**
 * The one door to the browser's extension API. No other module names `chrome`
 * or `browser`; those of the background take this object as an argument, so
 * that tests hand them a fake.
 *
 * Both browsers answer with promises here. What differs between them is asked
 * of `isFirefox` at the place of the difference.
 */

/** @typedef {typeof chrome} Browser */

const scope = /** @type {any} */ (globalThis);

/** @type {Browser} */
export const browser = scope.browser ?? scope.chrome;

/**
 * Firefox alone tells an extension which browser it is.
 * @param {Browser} api
 */
export const isFirefox = (api) => typeof (/** @type {any} */ (api.runtime).getBrowserInfo) === 'function';

/**
 * The text of a message in the person's language, or "" if there is none.
 * @param {string} name
 * @param {(string | number)[]} args
 */
export const t = (name, ...args) => browser.i18n.getMessage(name, args.map(String));

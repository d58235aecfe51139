/**
 * The extension's own window, in which the person answers what a page asks. It
 * opens over the middle of the browser's, and as a tab where there are no windows.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 */

const WIDTH = 440;
const HEIGHT = 760;

/**
 * @param {Browser} api
 * @param {string} what of confirm/confirm.js
 * @param {number | undefined} windowId of the page that asks
 * @returns {Promise<number | null>} the id of its tab
 */
export async function openOwn(api, what, windowId) {
  const url = api.runtime.getURL(`confirm/confirm.html#${what}`);
  if (!api.windows?.create) return (await api.tabs.create({ url })).id ?? null;
  const over = windowId === undefined ? null : await api.windows.get(windowId).catch(() => null);
  const place = over && { left: middle(over.left, over.width, WIDTH), top: middle(over.top, over.height, HEIGHT) };
  const made = await api.windows.create({ url, type: 'popup', width: WIDTH, height: HEIGHT, focused: true, ...place });
  return made?.tabs?.[0]?.id ?? null;
}

/**
 * @param {number | undefined} from
 * @param {number | undefined} length
 * @param {number} own
 */
const middle = (from, length, own) => Math.max(0, Math.round((from ?? 0) + ((length ?? own) - own) / 2));

/**
 * @param {Browser} api
 * @param {number | null | undefined} tab
 */
export async function close(api, tab) {
  if (tab !== null && tab !== undefined) await api.tabs.remove(tab).catch(() => undefined);
}

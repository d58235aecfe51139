/**
 * What the app sees of this browser besides cookies (session.BrowserContext).
 * Read in the popup, since a service worker knows neither screen nor scheme.
 */
export async function browserContext() {
  const hints = await clientHints();
  return {
    user_agent: navigator.userAgent,
    languages: [...navigator.languages],
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height, scale: devicePixelRatio },
    color_scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    ...(hints && { hints }),
  };
}

/** User-agent client hints; Firefox has none. */
async function clientHints() {
  const data = /** @type {any} */ (navigator).userAgentData;
  if (!data) return null;
  const high = await data.getHighEntropyValues(['architecture', 'bitness', 'model', 'platformVersion', 'fullVersionList']);
  return {
    platform: high.platform,
    platform_version: high.platformVersion,
    architecture: high.architecture,
    bitness: high.bitness,
    model: high.model,
    mobile: high.mobile,
    brands: brands(high.brands),
    full_version_list: brands(high.fullVersionList),
  };
}

/** @param {{brand: string, version: string}[]} list */
const brands = (list) => list.map(({ brand, version }) => ({ brand, version }));

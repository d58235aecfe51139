/**
 * What the app sees of this browser besides cookies (session.BrowserContext).
 * Read in a page, since a service worker knows neither screen nor scheme; the
 * function stands alone, so that the background can run it in a tab.
 */
export async function browserContext() {
  /** @param {{brand: string, version: string}[]} list */
  const brands = (list) => list.map(({ brand, version }) => ({ brand, version }));
  const data = /** @type {any} */ (navigator).userAgentData; // Firefox has none
  const high = await data?.getHighEntropyValues(['architecture', 'bitness', 'model', 'platformVersion', 'fullVersionList']);
  return {
    user_agent: navigator.userAgent,
    languages: [...navigator.languages],
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height, scale: devicePixelRatio },
    color_scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    ...(high && {
      hints: {
        platform: high.platform,
        platform_version: high.platformVersion,
        architecture: high.architecture,
        bitness: high.bitness,
        model: high.model,
        mobile: high.mobile,
        brands: brands(high.brands),
        full_version_list: brands(high.fullVersionList),
      },
    }),
  };
}

/**
 * What the browser noticed of an app besides its session, in the JSON of host.Observed.
 * @param {{api: import('../platform/browser.js').Browser, watch: Pick<import('./watch.js').Watch, 'observed'>,
 *   elsewhere: typeof import('./capture/elsewhere.js').elsewhere}} deps
 * @param {import('./capture/scope.js').Domain[]} domains
 * @param {string} store the one that is captured
 */
export async function observed({ api, watch, elsewhere }, domains, store) {
  return { ...(await watch.observed(domains, store)), elsewhere: await elsewhere(api, domains, store) };
}

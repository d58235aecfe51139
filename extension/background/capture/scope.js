/**
 * The scope that the person agreed to, as the host's capture plan states it.
 * Nothing is asked for, read or kept beyond it.
 *
 * @typedef {{name: string, exact: boolean}} Domain
 * @typedef {{domains: Domain[], permissions: string[], site: string, open: string, stores: string[],
 *   names?: Record<string, string[]>, leave?: Record<string, string[]>}} Plan
 */

/**
 * @param {Domain[]} domains
 * @param {string} host without a port
 */
export const containsHost = (domains, host) =>
  domains.some(({ name, exact }) => host === name || (!exact && host.endsWith(`.${name}`)));

/**
 * Whether a web origin, or a schemeful site, lies within the scope.
 * @param {Domain[]} domains
 * @param {string | undefined} origin
 */
export function containsOrigin(domains, origin) {
  const url = parse(origin);
  return url !== null && url.origin === origin && containsHost(domains, url.hostname);
}

/**
 * The http(s) origin of an address, or null.
 * @param {string | undefined} address
 */
export const originOf = (address) => parse(address)?.origin ?? null;

/**
 * Which vault an address leads to.
 * @param {string | undefined} address of the host's state
 */
export const vaultOf = (address) => originOf(address) ?? address ?? '';

/** @param {string | undefined} address */
function parse(address) {
  if (!address || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/**
 * The match patterns to ask permission for. A pattern of both schemes is split,
 * since a browser grants only what one of the manifest's two patterns covers.
 * @param {Plan} plan
 */
export const patternsOf = (plan) =>
  plan.permissions.flatMap((p) => (p.startsWith('*://') ? [`http${p.slice(1)}`, `https${p.slice(1)}`] : [p]));

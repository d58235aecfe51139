import { patternsOf } from './capture/scope.js';
import { Fault } from './fault.js';

/**
 * What the host says of an account whose app the browser lets us read. The plan
 * may have grown since the person was asked, or they took the permission back.
 * @param {import('../platform/browser.js').Browser} api
 * @param {Pick<import('./port.js').HostPort, 'request'>} host
 * @param {string} account
 * @returns {Promise<{card: import('../popup/client.js').Card, capture: import('./capture/scope.js').Plan}>}
 */
export async function permitted(api, host, account) {
  const found = await host.request('account', { account });
  if (!(await api.permissions.contains({ origins: patternsOf(found.capture) }))) throw new Fault('permission_denied');
  return found;
}

/**
 * What stands in the way of all accounts, by the host's word, or null.
 * @param {{keyring: string, enrolled: boolean, vault: string}} state
 */
export function blockOf({ keyring, enrolled, vault }) {
  if (keyring !== 'ok' && keyring !== 'empty') return keyring;
  if (!enrolled) return 'not_enrolled';
  return vault === 'ok' ? null : vault;
}

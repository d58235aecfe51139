/** What a page may hear of why the extension could not ask: what this computer lacks, nothing of an account. */
export const LACKS = /^(host_missing|host_stopped|version_unsupported|not_enrolled|keyring_\w+|unauthorized|vault_\w+)$/;

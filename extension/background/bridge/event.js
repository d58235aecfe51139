/**
 * What the web app may hear of a share: how far it is and how it ended, no names
 * and no values.
 *
 * @typedef {import('../records.js').ShareRecord} ShareRecord
 */

/**
 * The tab of the web app that began a share, or null if the popup did.
 * @param {ShareRecord} record
 */
export const pageOf = ({ consent, source }) => (consent.surface === 'page' ? source.tabId : null);

/**
 * What only the extension's own window may ask before the share goes on.
 * @param {ShareRecord | null} record
 */
export function questionOf(record) {
  if (record?.phase === 'asking') return 'permission';
  if (record?.phase === 'losing') return 'losing';
  return record?.phase === 'failed' && record.error?.verdict?.name ? 'name' : null;
}

/**
 * @param {ShareRecord} record
 * @param {boolean} [asks] whether what is open is asked in our own window
 */
export function eventOf(record, asks = true) {
  const { account, stage, done, total, counts, status, error } = record;
  const verdict = record.verdict ?? error?.verdict;
  const question = asks ? questionOf(record) : null;
  return {
    event: 'transfer',
    account,
    phase: question ? 'needs_extension' : record.phase,
    ...(question && { question }),
    ...(record.phase === 'running' && { stage, done, total }),
    ...(verdict && { verdict: verdict.verdict, accounts: verdict.accounts, warnings: verdict.warnings }),
    ...(counts && { counts }),
    ...(status && { status: statusOf(status) }),
    ...(error && { code: error.code }),
  };
}

/** @param {import('../../popup/client.js').Status} status */
function statusOf({ state, cause, since, until, attempt }) {
  return { state, cause, since, until, attempt: attempt && { cause: attempt.cause, since: attempt.since, until: attempt.until } };
}

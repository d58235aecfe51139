import { t } from '../../platform/browser.js';
import { h, icon } from '../dom.js';
import { timeOf, withCommands } from '../words.js';

/**
 * A share that waits until a runner has asked the app whose session it is, or
 * one that was refused then.
 *
 * @typedef {import('../client.js').Status} Status
 * @typedef {NonNullable<Status['attempt']>} Attempt
 */

/**
 * Whether a runner has yet to ask the app.
 * @param {Status} status
 */
export const waits = ({ attempt }) => attempt?.cause === 'confirming';

/** @param {Status} status */
export function attemptPanel(status) {
  const attempt = /** @type {Attempt} */ (status.attempt);
  return waits(status) ? h('div', { class: 'box', role: 'status', data: { panel: 'confirming' } }, waiting(status)) : refusedPanel(status, attempt);
}

/**
 * What a share waits for, and until when.
 * @param {Status} status
 */
export const waiting = (status) => [
  h('p', { class: 'strong' }, t('confirming_title')),
  h('p', {}, t('confirming_text')),
  status.attempt?.until && h('p', { class: 'detail' }, t('confirming_until', timeOf(status.attempt.until))),
  older(status),
];

/**
 * @param {Status} status
 * @param {Attempt} attempt
 */
const refusedPanel = (status, { cause, cause_text: text, since }) =>
  h(
    'div',
    { class: 'box bad', role: 'alert', data: { panel: 'refused', cause } },
    icon('alert'),
    h(
      'div',
      { class: 'box-text' },
      h('p', { class: 'strong' }, t('refused_title')),
      h('p', {}, t(`cause_${cause}`) || text),
      h('p', {}, ...withCommands(t(`refused_${cause}`))),
      h('p', { class: 'detail' }, t('refused_since', timeOf(since))),
      older(status),
    ),
  );

/** @param {Status} status */
const older = ({ state }) => state === 'transferred' && h('p', { class: 'detail' }, t('older_stays'));

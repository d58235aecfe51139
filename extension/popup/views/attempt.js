import { t } from '../../platform/browser.js';
import { h, icon } from '../dom.js';
import { pill } from '../parts.js';
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
  return waits(status)
    ? h('div', { class: 'box warn', role: 'status', data: { panel: 'confirming' } }, icon('spin'), h('div', { class: 'box-text' }, waiting(status)))
    : refusedPanel(attempt);
}

/**
 * What a share waits for, and until when.
 * @param {Status} status
 */
export const waiting = (status) => [
  h('p', { class: 'strong' }, t('confirming_title')),
  h('p', {}, t('confirming_text')),
  status.attempt?.until && h('p', { class: 'detail' }, t('confirming_until', timeOf(status.attempt.until))),
];

/** @param {Attempt} attempt */
const refusedPanel = ({ cause, cause_text: text, since }) =>
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
    ),
  );

/**
 * The session that is in use, apart from the newer one that waits or was refused.
 * @param {Status} status
 * @param {HTMLElement} facts of it
 */
export const older = ({ state, attempt }, facts) =>
  attempt && state === 'transferred'
    ? h(
        'section',
        { class: 'older', 'aria-labelledby': 'older-title' },
        h('div', { class: 'transfer-head' }, h('h3', { id: 'older-title' }, t('older_title')), pill(state)),
        h('p', { class: 'detail' }, t('older_stays')),
        facts,
      )
    : facts;

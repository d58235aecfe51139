import { t } from '../../platform/browser.js';
import { h, icon } from '../dom.js';
import { button, head } from '../parts.js';
import { detailOf, nextOf, sentenceOf, withCommands } from '../words.js';

/**
 * Screens that stand in for the cards: while they load, and when something that
 * all cards need is not there.
 */

/** Grey shapes where search and cards will be, so that nothing jumps when they come. */
export const loadingView = () => [
  head(t('name'), null),
  h('div', { class: 'search ghost', 'aria-hidden': 'true' }, h('span', { class: 'field-ghost' })),
  h(
    'main',
    { 'aria-busy': 'true' },
    h('p', { class: 'unseen', role: 'status' }, t('loading')),
    h('div', { class: 'cards', 'aria-hidden': 'true' }, [0, 1, 2].map(() => h('div', { class: 'card ghost' }, h('span', { class: 'tile' }), h('span', { class: 'bars' })))),
    slowNote(),
  ),
];

/** Stands where it will be read before it is needed, and takes its place then. */
export const slowNote = () => h('p', { class: 'slow', hidden: true }, icon('clock'), h('span', {}, t('slow')));

/**
 * Says that an answer takes long, in the views that wait for one.
 * @param {HTMLElement} view
 */
export function markSlow(view) {
  const note = /** @type {HTMLElement | null} */ (view.querySelector('.slow'));
  if (note) note.hidden = false;
}

/** @type {Record<string, Parameters<typeof icon>[0]>} */
const PICTURES = {
  host_missing: 'plug',
  host_stopped: 'plug',
  version_unsupported: 'box',
  not_enrolled: 'boat',
  unauthorized: 'boat',
  vault_unreachable: 'cloud',
  vault_failed: 'cloud',
  vault_unavailable: 'cloud',
  vault_disk_full: 'cloud',
  vault_answer: 'cloud',
  proxy_failed: 'cloud',
  proxy_auth_needed: 'cloud',
  certificate_untrusted: 'cloud',
  certificate_invalid: 'cloud',
  answer_foreign: 'cloud',
  vault_redirected: 'cloud',
  gateway_failed: 'cloud',
};

/**
 * @param {import('../client.js').FaultData} fault
 * @param {() => void} retry
 */
export const faultView = (fault, retry) => [
  head(t('name'), null),
  h(
    'main',
    { class: 'screen', data: { code: fault.code } },
    h('div', { class: 'picture' }, icon(PICTURES[fault.code] ?? (fault.code.startsWith('keyring') ? 'lock' : 'alert'))),
    h('div', { role: 'alert' }, h('h2', {}, sentenceOf(fault)), h('p', {}, ...withCommands(nextOf(fault)))),
    detailOf(fault) && h('p', { class: 'detail', lang: 'en' }, detailOf(fault)),
    button('retry', fault.code === 'keyring_locked' ? t('unlock') : t('try_again'), retry, { kind: 'primary' }),
  ),
];

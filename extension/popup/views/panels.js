import { lostNames } from '../../background/records.js';
import { t } from '../../platform/browser.js';
import { h, icon } from '../dom.js';
import { button } from '../parts.js';
import { listOf, numberOf, sizeOf } from '../words.js';
import { waiting, waits } from './attempt.js';
import { caveats } from './verdict.js';

/**
 * The panels of the Transfer Session field, one at a time: consent, the wait
 * for the browser's permission, progress, what cannot be carried, success.
 *
 * @typedef {import('../client.js').ShareRecord} ShareRecord
 */

/**
 * What the person agrees to, with a box to tick.
 * @param {import('../client.js').Account} account
 * @param {() => void} agree
 * @param {() => void} back
 */
export function consentPanel(account, agree, back) {
  const share = button('agree', t('share_now'), agree, { kind: 'primary', icon: 'share', disabled: true });
  const toggle = (/** @type {Event} */ e) => share.toggleAttribute('disabled', !(/** @type {HTMLInputElement} */ (e.target).checked));
  const box = h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'consent', on: { change: toggle } }), h('span', {}, t('consent_agree')));
  return termsPanel(account, box, h('div', { class: 'actions' }, share, button('back-out', t('not_now'), back)));
}

/**
 * The text whose version is `consentText`, and below it what answers it.
 * @param {import('../client.js').Account} account
 * @param {...HTMLElement} answers
 */
export function termsPanel({ capture, consentText }, ...answers) {
  const line = (/** @type {Parameters<typeof icon>[0]} */ picture, /** @type {string} */ title, /** @type {string} */ text) =>
    h('li', {}, icon(picture), h('p', {}, h('span', { class: 'strong' }, title), ' ', text));
  return h(
    'div',
    { class: 'consent', data: { panel: 'consent', text: consentText } },
    h(
      'ul',
      { class: 'terms' },
      line('box', t('consent_what'), t('consent_what_text', capture.domains.map(({ name }) => name).join(', '))),
      line('shield', t('consent_who'), t('consent_who_text')),
      line('clock', t('consent_how_long'), t('consent_how_long_text')),
      line('again', t('consent_later'), t('consent_later_text')),
    ),
    h('div', { class: 'agree' }, answers),
  );
}

/**
 * @param {() => void} again
 * @param {() => void} cancel
 */
export const askingPanel = (again, cancel) =>
  h(
    'div',
    { class: 'box', data: { panel: 'asking' } },
    h('p', { class: 'strong' }, t('asking_title')),
    h('p', {}, t('asking_text')),
    h('div', { class: 'row' }, button('retry', t('ask_again'), again, { kind: 'primary' }), button('cancel', t('cancel'), cancel)),
  );

/** @param {ShareRecord} record */
export const losingTitle = ({ unread = [] }) => (unread.length > 0 ? t('unread_title') : t('losing_title'));

/**
 * What cannot leave the browser, before anything has left it.
 * @param {ShareRecord} record
 * @param {() => void} accept
 * @param {() => void} cancel
 */
export function losingPanel(record, accept, cancel) {
  const { skipped = [], unread = [] } = record;
  const kept = skipped.map((name) => ({ name, why: 'kept' }));
  return h(
    'div',
    { class: 'box', role: 'alert', data: { panel: 'losing' } },
    h('p', { class: 'strong' }, losingTitle(record)),
    h('p', {}, t('losing_text')),
    unread.length > 0 ? unreadList([...unread, ...kept]) : h('p', { class: 'detail' }, h('bdi', {}, allOf([...new Set(skipped)]))),
    h('div', { class: 'row' }, button('accept', t('losing_accept'), accept, { kind: 'primary' }), button('cancel', t('cancel'), cancel)),
  );
}

/**
 * All names in one line, for a person who decides about each of them.
 * @param {string[]} names
 */
const allOf = (names) => listOf(names, names.length);

const REASONS = ['unseen', 'busy', 'denied', 'failed', 'kept'];

/**
 * What of the app's storage could not be read, by the reason, with what helps.
 * @param {NonNullable<ShareRecord['unread']>} unread
 */
export function unreadList(unread) {
  const namesOf = (/** @type {string} */ reason) => [...new Set(unread.filter(({ why }) => why === reason).map(({ name }) => name))];
  const found = REASONS.filter((reason) => namesOf(reason).length > 0);
  return h('dl', { class: 'unread' }, found.flatMap((reason) => [h('dt', {}, h('bdi', {}, allOf(namesOf(reason)))), h('dd', {}, t(`unread_${reason}`))]));
}

/**
 * @param {ShareRecord} record
 * @param {import('../client.js').Status} status as it is now
 * @param {() => void} done
 */
export function successPanel({ counts, skipped, unread, verdict }, status, done) {
  const lost = [...new Set(lostNames({ skipped, unread }))];
  return h(
    'div',
    { class: `box ${waits(status) ? 'warn' : 'good'}`, data: { panel: 'success' } },
    icon(waits(status) ? 'spin' : 'check'),
    h(
      'div',
      { class: 'box-text' },
      ...(waits(status) ? waiting(status) : [h('p', { class: 'strong' }, t('success_title')), h('p', {}, t('success_text'))]),
      counts && h('p', { class: 'faint' }, t('success_counts', numberOf(counts.cookies), numberOf(counts.items), numberOf(counts.left))),
      lost.length > 0 && h('p', { class: 'faint' }, t('skipped', listOf(lost, 3))),
      ...caveats(verdict),
      h('div', { class: 'row' }, button('done', t('done'), done, { kind: 'primary' })),
    ),
  );
}

const STAGES = ['reading', 'proving', 'sealing', 'uploading'];

/** The progress of a running share; made once and then changed in place, so that nothing flickers. */
export class Progress {
  #bar = h('div', { class: 'bar', role: 'progressbar', 'aria-label': t('progress'), 'aria-valuemin': '0', 'aria-valuemax': '100' }, h('span', {}));
  #rows = STAGES.map((stage) => h('li', { data: { stage } }, h('span', { class: 'bullet' }, icon('check')), h('span', {}, t(`stage_${stage}`)), h('span', { class: 'faint amount' })));
  #root;

  /** @param {() => void} cancel */
  constructor(cancel) {
    this.#root = h('div', { class: 'box', data: { panel: 'progress' } }, this.#bar, h('ol', { class: 'stages' }, this.#rows), h('div', { class: 'row' }, button('cancel', t('cancel'), cancel)));
  }

  /** @param {ShareRecord} record */
  update({ stage, done, total }) {
    const now = Math.max(0, STAGES.indexOf(stage));
    const part = done !== undefined && total ? done / total : 0;
    const percent = Math.round((100 * (now + part)) / STAGES.length);
    this.#bar.setAttribute('aria-valuenow', String(percent));
    this.#bar.style.setProperty('--part', String(Math.max(percent, 4) / 100));
    this.#root.dataset.stage = stage;
    this.#rows.forEach((row, i) => {
      row.dataset.is = i < now ? 'done' : i === now ? 'now' : 'next';
      row.toggleAttribute('aria-current', i === now);
      if (i === now) row.setAttribute('aria-current', 'step');
      /** @type {HTMLElement} */ (row.lastChild).textContent = i === now && total ? sizeOf(total) : '';
    });
    return this.#root;
  }
}

import { t } from '../platform/browser.js';
import { h, icon } from '../popup/dom.js';
import { button, head, refusal } from '../popup/parts.js';
import { bare } from '../popup/words.js';
import { hero } from '../popup/views/account.js';
import { namesOf } from '../popup/views/names.js';
import { askingPanel, losingPanel, termsPanel } from '../popup/views/panels.js';
import { seen } from '../popup/views/verdict.js';

/**
 * The screens of the extension's own window.
 *
 * @typedef {import('../popup/client.js').Account} Account
 * @typedef {import('../popup/client.js').FaultData} FaultData
 * @typedef {import('../popup/client.js').ShareRecord} ShareRecord
 */

/**
 * Which account is meant, and the vault whose page asks.
 * @param {Account} account
 * @param {string} vault its origin
 */
const about = ({ card }, vault) =>
  h('div', { class: 'about' }, hero(card), h('dl', { class: 'from' }, h('dt', {}, t('field_vault')), h('dd', {}, h('bdi', {}, bare(vault)))));

/**
 * What the page asks for, and the person's consent.
 * @param {Account} account
 * @param {string} vault
 * @param {FaultData | null} fault of agreeing
 * @param {{agree: () => void, decline: () => void, retry: () => void}} ways
 */
export function pleaView(account, vault, fault, ways) {
  const { card, consented } = account;
  const text = h('div', { class: 'plea' }, h('h2', {}, t('web_ask_title', bare(vault))), h('p', {}, consented ? t('web_again_text') : t('web_ask_text')));
  const asks = card.role === 'owner' && !fault;
  const below = asks ? answerPanel(account, ways) : unaskedPanel(fault, ways);
  return [
    head(t('web_asks'), null),
    h('main', { class: asks ? 'consenting' : '' }, text, about(account, vault), h('section', { class: 'transfer' }, h('div', { class: 'slot' }, below))),
  ];
}

/**
 * What the person answers with, below the text unless they have agreed to it before.
 * @param {Account} account
 * @param {Parameters<typeof pleaView>[3]} ways
 */
function answerPanel(account, { agree, decline }) {
  const { consented } = account;
  const answers = h(
    'div',
    { class: 'actions' },
    button('agree', consented ? t('web_allow') : t('web_agree'), agree, { kind: 'primary', icon: 'check' }),
    button('back-out', t('not_now'), decline),
  );
  return consented ? h('div', { class: 'agree' }, answers) : termsPanel(account, answers);
}

/**
 * Why there is nothing to answer: agreeing failed, or the account is somebody else's.
 * @param {FaultData | null} fault
 * @param {Parameters<typeof pleaView>[3]} ways
 */
function unaskedPanel(fault, { decline, retry }) {
  const closing = button('decline', t('close'), decline);
  if (fault) return refusal(fault, {}, button('retry', t('try_again'), retry, { kind: 'primary' }), closing);
  return h('div', { class: 'box' }, h('p', { class: 'note', id: 'not-owner' }, icon('lock'), h('span', {}, t('not_owner'))), h('div', { class: 'row' }, closing));
}

/**
 * What a share waits for that only the person can say; null if it does no more.
 * @param {Account} account
 * @param {string} vault
 * @param {ShareRecord} record
 * @param {{accept: () => void, cancel: () => void, name: () => void, retry: () => void}} ways
 */
export function questionView(account, vault, record, ways) {
  const panel = panelOf(account, record, ways);
  return panel && [head(t('web_asks'), null), h('main', {}, about(account, vault), h('section', { class: 'transfer' }, panel))];
}

/**
 * @param {Account} account
 * @param {ShareRecord} record
 * @param {Parameters<typeof questionView>[3]} ways
 */
function panelOf({ card }, record, { accept, cancel, name, retry }) {
  if (record.phase === 'asking') return askingPanel(retry, cancel);
  if (record.phase === 'losing') return losingPanel(record, accept, cancel);
  const { error } = record;
  if (record.phase !== 'failed' || !error?.verdict?.name) return null;
  return refusal(
    error,
    { seen: [...seen(error.verdict), h('p', {}, t('name_text', card.username))] },
    button('name', t('name_yes'), name, { kind: 'primary' }),
    button('decline', t('close'), cancel),
  );
}

/**
 * The names of what went and what stayed.
 * @param {Account} account
 * @param {string} vault
 * @param {() => void} close
 */
export function namesView(account, vault, close) {
  const names = namesOf(account.names);
  names?.toggleAttribute('open', true);
  return [
    head(t('web_names'), null),
    h(
      'main',
      {},
      about(account, vault),
      h('section', { class: 'transfer' }, h('h2', {}, t('transfer_session')), names ?? h('p', { }, t('names_none')), h('div', { class: 'slot row' }, button('close', t('close'), close))),
    ),
  ];
}

/**
 * There is nothing to answer here any more.
 * @param {() => void} close
 */
export const overView = (close) => [
  head(t('web_asks'), null),
  h(
    'main',
    { class: 'screen', data: { code: 'over' } },
    h('div', { class: 'picture' }, icon('clock')),
    h('div', { role: 'status' }, h('h2', {}, t('web_over')), h('p', {}, t('web_over_text'))),
    button('close', t('close'), close, { kind: 'primary' }),
  ),
];

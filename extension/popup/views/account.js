import { t } from '../../platform/browser.js';
import { h } from '../dom.js';
import { tile } from '../parts.js';
import { bare, causeOf, roleName, timeOf } from '../words.js';

/**
 * What is known of an account and of its session, in words.
 *
 * @typedef {import('../client.js').Card} Card
 * @typedef {import('../client.js').Status} Status
 */

/**
 * Which account it is. Names are shown whole, however long.
 * @param {Card} card
 */
export const hero = (card) =>
  h(
    'div',
    { class: 'hero' },
    tile(card.icon),
    h(
      'div',
      { class: 'hero-text' },
      h('p', { class: 'hero-app' }, card.app_name),
      h(
        'dl',
        {},
        h('div', {}, h('dt', { class: 'unseen' }, t('field_username')), h('dd', { class: 'who' }, h('bdi', {}, card.username))),
        h('div', { class: 'faint' }, h('dt', { class: 'unseen' }, t('field_site')), h('dd', {}, bare(card.site))),
        h('div', { class: 'faint' }, h('dt', { class: 'unseen' }, t('field_role')), h('dd', {}, roleName(card.role))),
      ),
    ),
  );

/**
 * Where the session stands, why, and since when.
 * @param {Status} status
 */
export function facts(status) {
  const { since, by, until, last_used: used, state } = status;
  const cause = causeOf(status);
  const known = [
    since ? fact(t('status_since'), timeOf(since)) : [],
    by ? fact(t('status_by'), h('bdi', {}, by)) : [],
    until ? fact(t('status_until'), timeOf(until)) : [],
    used ? fact(t('status_used'), timeOf(used)) : [],
  ].flat();
  return h(
    'div',
    { class: 'status' },
    cause && h('p', { class: 'cause', data: { cause: status.cause } }, cause),
    state !== 'none' && known.length > 0 && h('dl', { class: 'facts' }, known),
  );
}

/**
 * @param {string} name
 * @param {import('../dom.js').Child} value
 */
const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

import { t } from '../../platform/browser.js';
import { originOf } from '../../background/capture/scope.js';
import { call, faultOf } from '../client.js';
import { h } from '../dom.js';
import { button, head, refusal } from '../parts.js';
import { currentApp } from './cards.js';

/**
 * The form that makes a card: which app, where it runs, and the name that the
 * app shows for the account. The host and the vault check all three.
 *
 * @param {import('../popup.js').Model} model
 * @param {import('../popup.js').Ways} ways
 * @returns {Node[]}
 */
export function addView(model, ways) {
  const here = currentApp(model);
  const origin = originOf(model.tab?.url) ?? '';
  const fault = h('div', { class: 'slot' });
  const app = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      { name: 'app', required: true },
      h('option', { value: '' }, t('choose_app')),
      model.apps.map((a) => h('option', { value: a.app, selected: a.app === here?.app.app || model.apps.length === 1 }, a.name)),
    )
  );
  const site = /** @type {HTMLInputElement} */ (h('input', { name: 'site', type: 'url', required: true, value: origin, placeholder: 'https://', autocomplete: 'off', spellcheck: 'false' }));
  const username = /** @type {HTMLInputElement} */ (h('input', { name: 'username', required: true, maxlength: 200, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' }));
  const save = button('save', t('add_account'), () => undefined, { kind: 'primary wide' });
  save.setAttribute('type', 'submit');

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    save.toggleAttribute('disabled', true);
    fault.replaceChildren();
    try {
      const added = await call('add', { app: app.value, site: originOf(site.value.trim()) ?? site.value.trim(), username: username.value.trim() });
      await ways.details(added.card.id);
    } catch (err) {
      fault.replaceChildren(refusal(faultOf(err)));
      save.toggleAttribute('disabled', false);
    }
  };

  return [
    head(t('add_account'), () => void ways.cards('[data-action=add]')),
    h(
      'main',
      {},
      h(
        'form',
        { class: 'form', on: { submit } },
        field(t('field_app'), app),
        field(t('field_site'), site, t('hint_site')),
        field(t('field_username'), username, t('hint_username')),
        fault,
        save,
      ),
    ),
  ];
}

/**
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [hint]
 */
const field = (label, input, hint) =>
  h('label', { class: 'field' }, h('span', { class: 'label' }, label), input, hint && h('span', { class: 'hint' }, hint));

import { t } from '../../platform/browser.js';
import { originOf } from '../../background/capture/scope.js';
import { call, faultOf } from '../client.js';
import { h } from '../dom.js';
import { button, head, refusal } from '../parts.js';
import { currentApp } from './cards.js';

/**
 * The form that makes a card: which app, where it runs, and the name that the
 * app shows for the account. The host and the vault check all three; what they
 * say about a field stands below the form, with the focus on that field.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement} Input
 * @typedef {{root: HTMLElement, input: Input, say: (text: string) => void}} Field
 *
 * @param {import('../popup.js').Model} model
 * @param {import('../popup.js').Ways} ways
 * @returns {Node[]}
 */
export function addView(model, ways) {
  const here = currentApp(model);
  const fault = h('div', { class: 'slot' });
  const apps = model.apps.map((a) => h('option', { value: a.app, selected: a.app === here?.app.app || model.apps.length === 1 }, a.name));
  const app = field(h('select', { name: 'app' }, h('option', { value: '' }, t('choose_app')), apps), t('field_app'));
  const site = field(h('input', { name: 'site', inputmode: 'url', value: originOf(model.tab?.url) ?? '', placeholder: 'https://', ...PLAIN }), t('field_site'), t('hint_site'));
  const username = field(h('input', { name: 'username', maxlength: 200, ...PLAIN }), t('field_username'), t('hint_username'));
  const save = button('save', t('add_account'), () => undefined, { kind: 'primary wide' });
  save.setAttribute('type', 'submit');

  /** @type {[Field, string][]} */
  const needs = [[app, 'need_app'], [site, 'need_site'], [username, 'need_username']];
  /** @type {Record<string, Field>} */
  const about = { app_unknown: app, site_invalid: site, username_invalid: username };

  const siteHint = site.root.querySelector('.hint');
  site.input.addEventListener('input', () => {
    const address = site.input.value.trim();
    const origin = originOf(address);
    const more = origin !== null && new URL(address).href !== `${origin}/`;
    if (siteHint) siteHint.textContent = more ? t('hint_site_trimmed', origin) : t('hint_site');
  });

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (save.hasAttribute('disabled')) return;
    fault.replaceChildren();
    for (const [{ input, say }, need] of needs) say(input.value.trim() ? '' : t(need));
    const empty = needs.find(([{ input }]) => !input.value.trim());
    if (empty) return empty[0].input.focus();
    save.toggleAttribute('disabled', true);
    try {
      const added = await call('add', { app: app.input.value, site: originOf(site.input.value.trim()) ?? site.input.value.trim(), username: username.input.value.trim() });
      model.cards.push(added.card);
      if (form.isConnected) await ways.details(added.card.id);
    } catch (err) {
      save.toggleAttribute('disabled', false);
      const { code } = faultOf(err);
      fault.replaceChildren(refusal(faultOf(err), {}));
      about[code]?.input.setAttribute('aria-invalid', 'true');
      (about[code]?.input ?? save).focus();
      fault.scrollIntoView({ block: 'nearest' });
    }
  };
  // The browser's own bubbles would be cut off at the popup's edge.
  const form = h('form', { class: 'form', novalidate: true, on: { submit } }, app.root, site.root, username.root, fault, save);

  return [head(t('add_account'), () => ways.cards('[data-action=add]')), h('main', {}, form)];
}

/** What is typed is a name or an address, nothing to complete or to correct. */
const PLAIN = { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' };

/**
 * @param {HTMLElement} control
 * @param {string} label
 * @param {string} [hint]
 * @returns {Field}
 */
function field(control, label, hint = '') {
  const input = /** @type {Input} */ (control);
  const ids = { input: `field-${input.name}`, hint: `hint-${input.name}`, error: `error-${input.name}` };
  input.id = ids.input;
  input.required = true;
  input.setAttribute('aria-describedby', `${ids.error} ${hint && ids.hint}`.trim());
  const error = h('p', { class: 'field-error', id: ids.error });
  /** @param {string} text what is wrong, or "" */
  const say = (text) => {
    error.textContent = text;
    input.toggleAttribute('aria-invalid', text !== '');
    if (text) input.setAttribute('aria-invalid', 'true');
  };
  input.addEventListener('input', () => say(''));
  const root = h('div', { class: 'field' }, h('label', { class: 'label', for: ids.input }, label), input, error, hint && h('p', { class: 'hint', id: ids.hint }, hint));
  return { root, input, say };
}

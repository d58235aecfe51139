import { browser, t } from '../../platform/browser.js';
import { patternOf } from '../../background/bridge/webapp.js';
import { originOf } from '../../background/capture/scope.js';
import { call } from '../client.js';
import { h, icon } from '../dom.js';
import { button } from '../parts.js';
import { bare } from '../words.js';

/**
 * Below the cards: the offer to use the vault's web app in this browser, and
 * the way to switch it off.
 *
 * @typedef {import('../popup.js').Model} Model
 * @typedef {import('../popup.js').Ways} Ways
 */

/**
 * @param {Model} model
 * @param {Ways} ways
 * @param {boolean} [brief] whether the button speaks for itself, where there is little room
 */
export function webappEntry({ vault }, ways, brief = false) {
  const origin = originOf(vault.address);
  if (origin === null) return null;
  const strip = h('section', { class: 'webapp', 'aria-label': t('webapp_label') });
  const draw = (/** @type {string} */ focus = '') => {
    strip.replaceChildren(...(vault.webapp ? inUse() : offered()));
    /** @type {HTMLElement | null} */ (focus ? strip.querySelector(focus) : null)?.focus();
  };
  const set = (/** @type {boolean} */ on, /** @type {string} */ said) => {
    vault.webapp = on;
    draw('button');
    ways.say(said);
  };
  // The browser grants only within the click and its prompt may close this popup: the wish goes to the background first.
  const use = async () => {
    const wanted = call('webapp_want', { origin });
    const allowed = browser.permissions.request({ origins: [patternOf(origin)] }).catch(() => false);
    await wanted.catch(() => undefined);
    if (!(await allowed)) return call('webapp_off').then(() => ways.say(t('webapp_denied')));
    await call('webapp_allowed');
    set(true, t('webapp_is_on'));
  };
  const off = async () => {
    await call('webapp_off');
    set(false, t('webapp_is_off'));
  };
  const open = async () => {
    await browser.tabs.create({ url: origin });
    window.close();
  };
  const offered = () => [
    ...(brief ? [] : [h('p', { class: 'faint' }, t('webapp_where', bare(origin)))]),
    button('webapp', t('webapp_offer'), () => void use(), { kind: 'small wide', icon: 'cloud' }),
  ];
  const inUse = () => [
    h('p', { class: 'faint' }, icon('check'), h('span', {}, t('webapp_on', bare(origin)))),
    h('div', { class: 'actions' }, button('webapp-open', t('webapp_open'), () => void open(), { kind: 'small' }), button('webapp-off', t('webapp_off'), () => void off(), { kind: 'small' })),
  ];
  draw();
  return strip;
}

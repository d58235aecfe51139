import { t } from '../platform/browser.js';
import { h, icon } from './dom.js';
import { detailOf, nextOf, sentenceOf, stateName, withCommands } from './words.js';

/**
 * Parts that several views are made of.
 *
 * @typedef {import('./client.js').FaultData} FaultData
 */

/**
 * @param {{letters: string, color: string} | undefined} mark
 * @param {string} [size]
 */
export function tile(mark, size = '') {
  const color = /^#[0-9a-f]{6}$/i.test(mark?.color ?? '') ? /** @type {string} */ (mark?.color) : '#5b6470';
  return h('span', { class: `tile ${size}`, 'aria-hidden': 'true', vars: { '--tile': color, '--on-tile': inkOn(color) } }, mark?.letters ?? '');
}

/**
 * Black or white, whichever reads better on a colour (WCAG relative luminance).
 * @param {string} color
 */
function inkOn(color) {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(color.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#10151c' : '#ffffff';
}

/** @param {string} state */
export const pill = (state) => h('span', { class: 'pill', data: { status: state } }, state === 'confirming' ? icon('spin') : h('span', { class: 'dot' }), stateName(state));

/**
 * @param {string} action name for data-action
 * @param {string} label
 * @param {(e: Event) => void} click
 * @param {{icon?: Parameters<typeof icon>[0], kind?: string, disabled?: boolean, describedby?: string, title?: string}} [options]
 */
export const button = (action, label, click, options = {}) =>
  h(
    'button',
    {
      type: 'button',
      class: `button ${options.kind ?? ''}`,
      data: { action },
      disabled: options.disabled,
      title: options.title,
      'aria-describedby': options.describedby,
      on: { click },
    },
    options.icon && icon(options.icon),
    h('span', {}, label),
  );

/**
 * The head of a view. Its heading takes the focus when the view opens, so that
 * keyboard and screen reader start at its beginning.
 * @param {string} title
 * @param {(() => void) | null} back
 * @param {...import('./dom.js').Child} extras
 */
export const head = (title, back, ...extras) =>
  h(
    'header',
    { class: 'head' },
    back
      ? h('button', { type: 'button', class: 'icon-button', 'aria-label': t('back'), title: t('back'), data: { action: 'back' }, on: { click: back } }, icon('back'))
      : h('img', { class: 'mark', src: '../icons/48.png', alt: '', width: 28, height: 28 }),
    h('h1', { tabindex: '-1' }, title),
    ...extras,
  );

/**
 * A refusal: what happened, what to do, and the ways to go on.
 * @param {FaultData} fault
 * @param {{seen?: HTMLElement[]}} more what was seen, in place of the host's own phrase
 * @param {...import('./dom.js').Child} actions
 */
export const refusal = (fault, { seen }, ...actions) =>
  h(
    'div',
    { class: 'box bad', role: 'alert', data: { panel: 'refusal', code: fault.code } },
    icon('alert'),
    h(
      'div',
      { class: 'box-text' },
      h('p', { class: 'strong' }, sentenceOf(fault)),
      h('p', {}, ...withCommands(nextOf(fault))),
      // The host's phrase has no translation.
      ...(seen ?? [detailOf(fault) && h('p', { class: 'detail', lang: 'en' }, detailOf(fault))]),
      h('div', { class: 'row' }, ...actions),
    ),
  );

import { t } from '../../platform/browser.js';
import { h } from '../dom.js';
import { numberOf } from '../words.js';

/**
 * The names of what a share carried and of what stayed in this browser, to be
 * unfolded; never a value.
 * @param {{went: string[], stayed: string[]} | null | undefined} names
 */
export function namesOf(names) {
  if (!names || names.went.length + names.stayed.length === 0) return null;
  return h(
    'details',
    { class: 'names' },
    h('summary', {}, t('names_title')),
    list(t('names_went', numberOf(names.went.length)), names.went),
    list(t('names_stayed', numberOf(names.stayed.length)), names.stayed),
  );
}

/**
 * @param {string} title
 * @param {string[]} names
 */
const list = (title, names) => names.length > 0 && [h('h3', {}, title), h('ul', {}, names.map((name) => h('li', {}, h('bdi', {}, name))))];

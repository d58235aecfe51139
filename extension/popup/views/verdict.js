import { browser, t } from '../../platform/browser.js';
import { containsOrigin, originOf } from '../../background/capture/scope.js';
import { h, icon } from '../dom.js';
import { button } from '../parts.js';
import { countOf, listOf, minutesOf } from '../words.js';

/**
 * What a proof showed, in words: what was seen, why it matters, and buttons for
 * what the extension can do about it.
 *
 * @typedef {import('../../background/fault.js').Verdict} Verdict
 * @typedef {import('../../background/capture/scope.js').Plan} Plan
 * @typedef {{kind: string, label?: string}} Place
 */

/**
 * @param {Verdict} verdict
 * @returns {HTMLElement[]}
 */
export function seen({ verdict, accounts = 0, identity, markers, warnings, elsewhere = [] }) {
  const lines = [
    accounts > 1 && verdict !== 'pick_scope' && countOf('seen_accounts', accounts),
    identity && t('seen_identity', identity),
    markers.length > 0 && t('seen_in', listOf(markers)),
    ...warnings.filter((word) => word !== 'rotating').map((word) => t(`warning_${word}`)),
    t(`why_${verdict}`),
    elsewhere.length > 0 && placesOf(elsewhere),
  ];
  return lines.filter(Boolean).map((line) => h('p', { class: 'detail' }, line));
}

/**
 * What is worth knowing after a share that went well.
 * @param {Verdict | undefined} verdict
 * @returns {HTMLElement[]}
 */
export function caveats(verdict) {
  if (!verdict) return [];
  const { warnings, rotates, elsewhere = [] } = verdict;
  const lines = [
    warnings.includes('rotating') && (rotates ? t('rotating_every', minutesOf(rotates)) : t('warning_rotating')),
    warnings.includes('rotating') && t('rotating_advice'),
    elsewhere.length > 0 && placesOf(elsewhere),
  ];
  return lines.filter((line) => line !== false).map((line) => h('p', { class: 'note caveat' }, icon('alert'), h('span', {}, line)));
}

/** @param {Place[]} places */
const placesOf = (places) => t('elsewhere_seen', listOf(places.map(({ kind, label }) => t(`elsewhere_${kind}`, label ?? ''))));

/** The refusals that end when the person does something in the app. */
const IN_THE_APP = ['signed_out', 'several', 'wrong', 'conflict', 'pick_scope', 'acting', 'unproven', 'unknown', 'bound'];

/**
 * @param {Verdict} verdict
 * @param {Plan} plan
 * @param {string} app its name
 * @param {chrome.tabs.Tab | undefined} here
 */
export function remedies({ verdict, elsewhere = [] }, plan, app, here) {
  return [
    IN_THE_APP.includes(verdict) && button('open-app', t('open_app', app), () => void openApp(plan, here)),
    elsewhere.some(({ kind }) => kind !== 'partition') && button('open-other', t('open_other'), () => void openOther(plan, here)),
  ];
}

/**
 * Shows the app's tab in this window, or opens one.
 * @param {Plan} plan
 * @param {chrome.tabs.Tab | undefined} here
 */
async function openApp(plan, here) {
  const tabs = await browser.tabs.query({ currentWindow: true });
  const open = tabs.find((tab) => sameStore(tab, here) && originOf(tab.url) === plan.site);
  if (open?.id !== undefined) await browser.tabs.update(open.id, { active: true });
  else await browser.tabs.create({ url: plan.open, .../** @type {any} */ (here?.incognito ? {} : containerOf(here)) });
  window.close();
}

/**
 * Shows a tab of the app in another window or container, where it seems to be signed in.
 * @param {Plan} plan
 * @param {chrome.tabs.Tab | undefined} here
 */
async function openOther(plan, here) {
  const tabs = await browser.tabs.query({});
  const other = tabs.find((tab) => !sameStore(tab, here) && containsOrigin(plan.domains, originOf(tab.url) ?? undefined));
  if (other?.id === undefined) return openApp(plan, here);
  await browser.tabs.update(other.id, { active: true });
  await browser.windows.update(other.windowId, { focused: true });
  window.close();
}

/** @param {chrome.tabs.Tab | undefined} tab */
const containerOf = (tab) => {
  const id = /** @type {any} */ (tab)?.cookieStoreId;
  return id?.startsWith('firefox-container-') ? { cookieStoreId: id } : {};
};

/**
 * @param {chrome.tabs.Tab} a
 * @param {chrome.tabs.Tab | undefined} b
 */
const sameStore = (a, b) => a.incognito === b?.incognito && /** @type {any} */ (a).cookieStoreId === /** @type {any} */ (b)?.cookieStoreId;

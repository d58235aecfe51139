import { t } from '../platform/browser.js';
import { h } from './dom.js';

/**
 * Words for people: faults, states and times in their language.
 *
 * @typedef {import('./client.js').FaultData} FaultData
 * @typedef {import('./client.js').Status} Status
 */

/** The language that the words are in: the browser's, where there is a catalogue for it. */
export const LANGUAGE = t('language');

/** Which numbers and dates go with the words: those of the person's region, if they read the language there. */
const locale = () => navigator.languages.find((tag) => tag === LANGUAGE || tag.startsWith(`${LANGUAGE}-`)) ?? LANGUAGE;

/**
 * What happened, and what to do about it. The catalogue comes first; the host's
 * words stand in for codes newer than this extension.
 * @param {FaultData} fault
 */
export const sentenceOf = (fault) =>
  t(`error_${fault.code}_${fault.detail}_sentence`) || t(`error_${fault.code}_sentence`) || fault.sentence || t('error_internal_sentence');

/** @param {FaultData} fault */
export const nextOf = (fault) =>
  t(`error_${fault.code}_${fault.detail}_next`) || t(`error_${fault.code}_next`) || fault.next || t('error_internal_next');

/**
 * The host's phrase that says which or how much; our own details only choose a text.
 * @param {FaultData} fault
 */
export const detailOf = (fault) => (fault.detail && !t(`error_${fault.code}_${fault.detail}_sentence`) ? fault.detail : '');

/**
 * A text in which quoted commands can be told from the words around them.
 * @param {string} text
 */
export const withCommands = (text) =>
  text.split(/"(sessionferry[^"]*)"/).map((part, i) => (i % 2 ? h('code', {}, part) : part));

/**
 * The word for an account's session: what a share is doing comes before what is stored.
 * @param {Status} session
 * @param {import('./client.js').ShareRecord | null | undefined} record
 */
export function stateOf(session, record) {
  if (record?.phase === 'running') return 'sharing';
  if (record?.phase === 'asking' || record?.phase === 'losing') return 'asking';
  return session.attempt?.cause === 'confirming' ? 'confirming' : session.state;
}

/** @param {string} state */
export const stateName = (state) => t(`state_${state}`) || state;

/** @param {Status} status */
export const causeOf = (status) => (status.cause && t(`cause_${status.cause}`)) || status.cause_text || '';

/** @param {string} role */
export const roleName = (role) => t(`role_${role}`) || role;

/** @param {string} time RFC 3339 */
export const timeOf = (time) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

/**
 * A text about a number of things, in the form that the language has for it.
 * @param {string} name of a family of texts: name_one, name_other and so on
 * @param {number} n
 */
export const countOf = (name, n) => t(`${name}_${new Intl.PluralRules(locale()).select(n)}`, numberOf(n)) || t(`${name}_other`, numberOf(n));

/** @param {number} n */
export const numberOf = (n) => new Intl.NumberFormat(locale()).format(n);

/**
 * Names in one line; beyond some, how many more.
 * @param {string[]} names
 */
export const listOf = (names, most = 8) => {
  const more = names.length - most;
  return new Intl.ListFormat(locale(), { type: 'unit' }).format([...names.slice(0, most), ...(more > 0 ? [t('and_more', numberOf(more))] : [])]);
};

/**
 * A span of time in whole minutes, one at least.
 * @param {number} seconds
 */
export const minutesOf = (seconds) =>
  new Intl.NumberFormat(locale(), { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(Math.max(1, Math.round(seconds / 60)));

/** @param {number} bytes */
export const sizeOf = (bytes) =>
  new Intl.NumberFormat(locale(), { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(bytes / 1e6);

/**
 * An origin as people read it; http stays visible, since it is the exception.
 * @param {string} site
 */
export const bare = (site) => site.replace(/^https:\/\//, '');

// Brings the English texts of error codes and causes from session/ into the
// message catalogue, where translations start from, and the texts of both in each
// language to the vault's pages, which say them too. Everything else is written by
// hand and left as it is. With --check it changes nothing. Either way it names what
// a translation lacks, and fails then.
import { readdir, readFile, writeFile } from 'node:fs/promises';

const here = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);
const fileOf = (/** @type {string} */ locale) => here(`_locales/${locale}/messages.json`);

/** @typedef {Record<string, {message: string}>} Catalogue */

/**
 * @param {string} locale
 * @returns {Promise<Catalogue>}
 */
export const catalogueOf = async (locale) => JSON.parse(await readFile(fileOf(locale), 'utf8'));

/** The languages that the extension speaks. */
export const locales = () => readdir(here('_locales'));

/**
 * The catalogue's entries that session/ settles.
 * @returns {Promise<Catalogue>}
 */
export async function settled() {
  const codes = await readFile(here('../session/codes.go'), 'utf8');
  const account = await readFile(here('../session/account.go'), 'utf8');
  const names = Object.fromEntries([...(codes + account).matchAll(/^\t((?:Code|Cause)\w+)\s+(?:Code|Cause)\s+= "(\w+)"$/gm)].map(([, name, value]) => [name, value]));
  /** @type {Catalogue} */
  const out = {};
  for (const [, name, sentence, next] of codes.matchAll(/^\t\{(Code\w+), ("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")\},$/gm)) {
    out[`error_${names[name]}_sentence`] = { message: JSON.parse(sentence) };
    out[`error_${names[name]}_next`] = { message: JSON.parse(next) };
  }
  for (const [, name, text] of account.matchAll(/^\t(Cause\w+):\s+("(?:[^"\\]|\\.)*"),$/gm)) {
    out[`cause_${names[name]}`] = { message: JSON.parse(text) };
  }
  return out;
}

/** Where the vault's pages have what session/ settles, in each language. */
const pagesFile = (/** @type {string} */ locale) => here(`../vault/pages/words/settled.${locale}.json`);

/**
 * What of a catalogue the vault's pages say.
 * @param {Catalogue} catalogue
 * @param {Catalogue} wanted what session/ settles
 */
const forPages = (catalogue, wanted) => JSON.stringify(Object.fromEntries(Object.keys(wanted).map((name) => [name, catalogue[name]?.message])), null, 2) + '\n';

/** Texts of ours for details of a code, which session/ does not know. */
const OWN = /^error_host_missing_(forbidden|policy)_/;

/**
 * What a message is filled with: its placeholders, and the commands that the
 * popup sets apart, which are the same in every language.
 * @param {{message: string}} entry
 */
const filling = ({ message }) => [...message.matchAll(/\$\d|"sessionferry[^"]*"/g)].map(([part]) => part).sort().join(' ');

/**
 * What a translation lacks, has too much or fills otherwise than the English text.
 * @param {Catalogue} english
 * @param {Catalogue} translation
 */
export function differences(english, translation) {
  const all = new Set([...Object.keys(english), ...Object.keys(translation)]);
  return [...all].flatMap((name) => {
    if (!translation[name]?.message) return `${name} is missing`;
    if (!english[name]) return `${name} is not in English`;
    return filling(english[name]) === filling(translation[name]) ? [] : `${name} has other placeholders or commands`;
  });
}

async function main() {
  const check = process.argv.includes('--check');
  const english = await catalogueOf('en');
  const written = Object.entries(english).filter(([name]) => OWN.test(name) || !/^(error|cause)_/.test(name));
  const of = await settled();
  const wanted = { ...Object.fromEntries(written), ...of };
  const text = JSON.stringify(wanted, null, 2) + '\n';
  const problems = check && text !== (await readFile(fileOf('en'), 'utf8')) ? ['en: not as session/ has it; run "npm run messages"'] : [];
  if (!check) await writeFile(fileOf('en'), text);
  for (const locale of await locales()) {
    const said = forPages(locale === 'en' ? wanted : await catalogueOf(locale), of);
    if (check && said !== (await readFile(pagesFile(locale), 'utf8'))) problems.push(`${locale}: the vault's pages say other sentences; run "npm run messages"`);
    if (!check) await writeFile(pagesFile(locale), said);
  }
  for (const locale of await locales()) problems.push(...differences(wanted, await catalogueOf(locale)).map((what) => `${locale}: ${what}`));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();

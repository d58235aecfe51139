// Brings the English texts of error codes and causes from session/ into the
// message catalogue, where translations start from. Everything else in the
// catalogue is written by hand and left as it is.
import { readFile, writeFile } from 'node:fs/promises';

const here = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);

/**
 * The catalogue's entries that session/ settles.
 * @returns {Promise<Record<string, {message: string}>>}
 */
export async function settled() {
  const codes = await readFile(here('../session/codes.go'), 'utf8');
  const account = await readFile(here('../session/account.go'), 'utf8');
  const names = Object.fromEntries([...(codes + account).matchAll(/^\t((?:Code|Cause)\w+)\s+(?:Code|Cause)\s+= "(\w+)"$/gm)].map(([, name, value]) => [name, value]));
  /** @type {Record<string, {message: string}>} */
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

/** Texts of ours for details of a code, which session/ does not know. */
const OWN = /^error_host_missing_(forbidden|policy)_/;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const path = here('_locales/en/messages.json');
  const catalogue = JSON.parse(await readFile(path, 'utf8'));
  const written = Object.entries(catalogue).filter(([name]) => OWN.test(name) || !/^(error|cause)_/.test(name));
  await writeFile(path, JSON.stringify({ ...Object.fromEntries(written), ...(await settled()) }, null, 2) + '\n');
}

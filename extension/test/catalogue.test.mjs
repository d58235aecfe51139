import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { catalogueOf, differences, locales, settled } from '../scripts/messages.mjs';
import { pageFiles } from './pages.mjs';

const here = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);
const catalogue = await catalogueOf('en');

test('every code and cause has the words of session/, in the order of their publication', async () => {
  const want = await settled();
  assert.ok(Object.keys(want).length > 100);
  for (const [name, entry] of Object.entries(want)) assert.deepEqual(catalogue[name], entry, name);
});

test('every language has the same messages, with the same placeholders and commands', async () => {
  const all = await locales();
  assert.deepEqual(all.sort(), ['en', 'es']);
  for (const locale of all) {
    const own = await catalogueOf(locale);
    assert.deepEqual(differences(catalogue, own), [], locale);
    assert.equal(own.language.message, locale);
    const copied = Object.keys(own).filter((name) => locale !== 'en' && own[name].message === catalogue[name].message);
    assert.deepEqual(copied, locale === 'en' ? [] : ['name', 'field_app'], `${locale}: left in English`);
  }
});

test('a translation that lacks a code, a placeholder or a command is told so', () => {
  const english = { a: { message: '$1 of $2' }, b: { message: 'Run "sessionferry login".' }, error_new_sentence: { message: 'New.' } };
  const translation = { a: { message: '$1' }, b: { message: 'Ejecuta "sessionferry entrar".' }, c: { message: 'De más.' } };
  assert.deepEqual(differences(english, translation), [
    'a has other placeholders or commands',
    'b has other placeholders or commands',
    'error_new_sentence is missing',
    'c is not in English',
  ]);
});

test('every message that the code names exists, and every message is named', async () => {
  const code = (await Promise.all([...(await pageFiles('.js')), here('manifest.json'), here('background/badge.js')].map((file) => readFile(file, 'utf8')))).join('\n');
  const named = new Set([...code.matchAll(/\b(?:t|getMessage)\('(\w+)'|__MSG_(\w+)__|'((?:empty|need)_\w+|success_\w+)'/g)].map((m) => m[1] ?? m[2] ?? m[3]));
  for (const [, family] of code.matchAll(/countOf\('(\w+)'/g)) ['one', 'other'].forEach((form) => named.add(`${family}_${form}`));
  for (const name of named) assert.ok(catalogue[name], `missing: ${name}`);
  const families = /^(error|cause|state|role|stage|warning|why|elsewhere|refused|unread)_/;
  for (const name of Object.keys(catalogue)) assert.ok(named.has(name) || families.test(name), `unused: ${name}`);
});

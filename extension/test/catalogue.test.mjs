import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { settled } from '../scripts/messages.mjs';

const here = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);
const catalogue = JSON.parse(await readFile(here('_locales/en/messages.json'), 'utf8'));

test('every code and cause has the words of session/, in the order of their publication', async () => {
  const want = await settled();
  assert.ok(Object.keys(want).length > 100);
  for (const [name, entry] of Object.entries(want)) assert.deepEqual(catalogue[name], entry, name);
});

test('every message that the code names exists, and every message is named', async () => {
  const files = (await readdir(here('popup'), { recursive: true })).filter((f) => f.endsWith('.js'));
  const code = (await Promise.all(files.map((f) => readFile(here(`popup/${f}`), 'utf8')))).join('\n') + (await readFile(here('manifest.json'), 'utf8'));
  const named = new Set([...code.matchAll(/\bt\('(\w+)'|__MSG_(\w+)__|'(empty_\d|success_\w+)'/g)].map((m) => m[1] ?? m[2] ?? m[3]));
  for (const name of named) assert.ok(catalogue[name], `missing: ${name}`);
  const families = /^(error|cause|state|role|stage)_/;
  for (const name of Object.keys(catalogue)) assert.ok(named.has(name) || families.test(name), `unused: ${name}`);
});

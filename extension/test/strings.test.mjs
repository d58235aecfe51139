import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import ts from 'typescript';
import { pageFiles } from './pages.mjs';

/**
 * No word that a person reads stands in the code of our pages: a text between the
 * tags of an element, one of the attributes that are shown or read out, or prose
 * anywhere else.
 */

/** Attributes that are shown or read out. */
const SPOKEN = /^(title|placeholder|alt|label|aria-(label|description|roledescription|valuetext|placeholder))$/;

/** Properties whose words are names of classes. */
const CLASSES = /^(class|kind)$/;

/** Two words of letters next to each other, such as no selector, path or name has. */
const PROSE = /^(?![.#])[^[\]=<>{}]*\p{L}{2,}[,.;:!?…]? \p{L}{2,}[^[\]=<>{}]*$/u;

/** The beginning of an address is the same in all languages. */
const ADDRESS = /^https?:\/\/$/;

const words = (/** @type {string} */ text) => /\p{L}/u.test(text) && !ADDRESS.test(text);

/**
 * The literals of a module that a person would read.
 * @param {string} name
 * @param {string} code
 */
function literalsOf(name, code) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = ts.isTemplateExpression(node) ? [node.head, ...node.templateSpans.map((s) => s.literal)].map((part) => part.text).join('') : node.text;
      if (isRead(node, text)) found.push(`${name}: ${JSON.stringify(text)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, code, ts.ScriptTarget.Latest, true));
  return found;
}

/**
 * @param {ts.Node} node
 * @param {string} text
 */
function isRead(node, text) {
  let at = node;
  // What a text is put into: through choices and lists, as in `ready && 'Done'`.
  while (ts.isConditionalExpression(at.parent) || ts.isBinaryExpression(at.parent) || ts.isArrayLiteralExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) {
    const { parent } = at;
    if (ts.isBinaryExpression(parent) && parent.right === at && /textContent|innerText|title|label/i.test(parent.left.getText())) return words(text);
    if (ts.isBinaryExpression(parent) && /^[=!]==?$/.test(parent.operatorToken.getText())) return false;
    at = parent;
  }
  const { parent } = at;
  if (ts.isPropertyAssignment(parent) && parent.initializer === at) {
    const property = parent.name.getText().replace(/['"]/g, '');
    if (SPOKEN.test(property)) return words(text);
    if (CLASSES.test(property)) return false;
  }
  if (ts.isCallExpression(parent)) {
    const called = parent.expression.getText();
    const place = parent.arguments.indexOf(/** @type {ts.Expression} */ (at));
    if (called === 'matchMedia') return false;
    if (called === 'h' && place >= 2) return words(text);
    if (/\bsay$|\bhead$/.test(called)) return words(text);
    if (called === 'button' && place === 1) return words(text);
    if (/setAttribute$/.test(called) && place === 1) return SPOKEN.test(parent.arguments[0].getText().replace(/['"]/g, '')) && words(text);
  }
  return PROSE.test(text);
}

test('no words for people stand in the code of our pages', async () => {
  const files = await pageFiles('.js');
  assert.ok(files.length > 10);
  for (const file of files) assert.deepEqual(literalsOf(file.pathname, await readFile(file, 'utf8')), []);
});

test('what the test would find', () => {
  const said = [
    `h('p', {}, 'Done')`,
    `h('p', {}, ready && 'Done')`,
    `h('p', {}, ready ? t('done') : 'Wait')`,
    'h("p", {}, `${n} found`)',
    `h('img', { alt: 'Logo' })`,
    `h('button', { 'aria-label': 'Back' })`,
    `el.textContent = 'Done'`,
    `el.setAttribute('title', 'Back')`,
    `button('save', 'Save', click)`,
    `ways.say('Deleted')`,
    `const text = 'Something went wrong'`,
  ];
  for (const code of said) assert.equal(literalsOf('x', code).length, 1, code);
  const unsaid = [`h('p', { class: 'box good' }, ' ', t('done'))`, `h('img', { alt: '' })`, `if (phase === 'done') el.textContent = t('done')`, `find('[data-action=share], .slot button')`, `h('input', { placeholder: 'https://' })`];
  for (const code of unsaid) assert.deepEqual(literalsOf('x', code), [], code);
});

test('our pages hold their name and nothing else', async () => {
  const files = await pageFiles('.html');
  assert.equal(files.length, 2);
  for (const file of files) assert.equal((await readFile(file, 'utf8')).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim(), 'Sessionferry');
});

test('style sheets say nothing', async () => {
  for (const file of await pageFiles('.css')) {
    const texts = [...(await readFile(file, 'utf8')).matchAll(/content:\s*([^;]+);/g)].map(([, value]) => value);
    assert.deepEqual(texts.filter((value) => /["'][^"']*\p{L}/u.test(value)), [], file.pathname);
  }
});

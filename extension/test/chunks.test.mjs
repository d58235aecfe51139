import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunksOf, MAX_CHUNK } from '../background/chunks.js';

for (const length of [1, MAX_CHUNK - 1, MAX_CHUNK, MAX_CHUNK + 1, 3 * MAX_CHUNK, 3 * MAX_CHUNK + 7]) {
  test(`${length} characters arrive whole, in full chunks but for the last`, () => {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(32 + ((i * 31) % 90))).join('');
    const chunks = [...chunksOf(text)];
    assert.deepEqual(chunks.map((c) => c.seq), chunks.map((_, i) => i));
    assert.equal(chunks.map((c) => c.data).join(''), text);
    assert.ok(chunks.slice(0, -1).every((c) => c.data.length === MAX_CHUNK));
  });
}

test('no character is cut', () => {
  const text = 'x' + '😀'.repeat(MAX_CHUNK);
  const chunks = [...chunksOf(text)];
  assert.ok(chunks.every((c) => c.data.isWellFormed()));
  assert.equal(chunks.map((c) => c.data).join(''), text);
});

test('what a browser escapes most still fits into one message', () => {
  const message = (/** @type {string} */ data) => ({ id: 'x'.repeat(64), type: 'chunk', seq: 99_999, data });
  const escaped = JSON.stringify(message('<'.repeat(MAX_CHUNK))).replaceAll('<', '\\u003C');
  assert.ok(escaped.length < 1_048_576);
  assert.ok(Buffer.byteLength(JSON.stringify(message('€'.repeat(MAX_CHUNK)))) < 1_048_576);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64, CHUNK_BYTES, chunksOf } from '../background/chunks.js';

for (const size of [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]) {
  test(`${size} bytes arrive whole, in full chunks but for the last`, () => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 31);
    const chunks = [...chunksOf(bytes)];
    assert.deepEqual(chunks.map((c) => c.seq), chunks.map((_, i) => i));
    const parts = chunks.map((c) => Buffer.from(c.data, 'base64'));
    assert.ok(parts.slice(0, -1).every((p) => p.length === CHUNK_BYTES));
    assert.ok(parts.at(-1)?.length);
    assert.ok(Buffer.concat(parts).equals(Buffer.from(bytes)));
    assert.ok(chunks.every((c) => JSON.stringify({ id: 'x'.repeat(64), type: 'chunk', ...c }).length < 1_048_576));
  });
}

test('base64 agrees with another implementation for every byte', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'));
});

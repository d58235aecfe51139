/**
 * The bytes of a bundle as `chunk` messages (docs/protocol.md, Chunks): 256 KiB
 * each before base64 but for the last, which holds the rest.
 */

export const CHUNK_BYTES = 262_144;
export const MAX_BUNDLE = 33_554_432;

/**
 * @param {Uint8Array} bytes
 * @returns {Generator<{seq: number, data: string}>}
 */
export function* chunksOf(bytes) {
  for (let at = 0, seq = 0; at < bytes.length; at += CHUNK_BYTES, seq++) {
    yield { seq, data: base64(bytes.subarray(at, at + CHUNK_BYTES)) };
  }
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let binary = '';
  // String.fromCharCode takes its input as arguments, of which engines allow some 64 thousand.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

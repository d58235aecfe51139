/**
 * The text of a bundle as `chunk` messages (docs/protocol.md, Chunks).
 */

/** In UTF-16 code units. Browsers escape some characters sixfold, and a message may have 1 MiB. */
export const MAX_CHUNK = 163_840;
export const MAX_BUNDLE = 33_554_432;

/**
 * @param {string} text
 * @returns {Generator<{seq: number, data: string}>}
 */
export function* chunksOf(text) {
  for (let at = 0, seq = 0, end = 0; at < text.length; at = end, seq++) {
    end = Math.min(at + MAX_CHUNK, text.length);
    if (isHighSurrogate(text.charCodeAt(end - 1))) end--; // half a character is no text
    yield { seq, data: text.slice(at, end) };
  }
}

/** @param {number} unit */
const isHighSurrogate = (unit) => unit >= 0xd800 && unit <= 0xdbff;

/**
 * The text form of what a page has stored. A classic script, since injected
 * scripts cannot be modules; it runs in the extension's isolated world, where the
 * page cannot reach it, after vendor/devalue.js.
 *
 * IndexedDB values travel in devalue's text form with three types of our own:
 *   ["Blob", {type, bytes}]   ["File", {name, type, modified, bytes}]
 *   ["CryptoKey", {jwk, algorithm, usages}]
 */
(() => {
  const scope = /** @type {any} */ (globalThis);
  const devalue = scope.sessionferryDevalue;

  /** A value that no text can carry; its record is left out and named. */
  class Unportable extends Error {}

  const reducers = {
    // File before Blob, since every File is one.
    File: (/** @type {any} */ v) =>
      v instanceof File && v.arrayBuffer().then((bytes) => ({ name: v.name, type: v.type, modified: v.lastModified, bytes })),
    Blob: (/** @type {any} */ v) => v instanceof Blob && v.arrayBuffer().then((bytes) => ({ type: v.type, bytes })),
    CryptoKey: (/** @type {any} */ v) => guarded(v) instanceof CryptoKey && exportKey(guarded(v)),
  };

  /**
   * A value of the page as one of ours. Firefox shows us the page's own objects,
   * and of a Map or Set nothing; what cannot be cloned there stays the page's
   * (Blob, CryptoKey). Chromium's values are ours already.
   * @param {unknown} value
   */
  const ours = (value) => {
    const { cloneInto } = /** @type {any} */ (globalThis);
    return cloneInto && typeof value === 'object' && value !== null ? cloneInto(value, globalThis, { wrapReflectors: true }) : value;
  };

  /**
   * A list of the page's with everything in it. Firefox hides from us what it
   * cannot guard (a BigUint64Array, a boxed number), unless we forgo that guard;
   * what a database gives has no code of the page in it.
   * @param {any} list
   * @returns {any[]}
   */
  const whole = (list) => list.wrappedJSObject ?? list;

  /**
   * A CryptoKey stays the page's, and without the guard it is none to us.
   * @param {any} value
   */
  const guarded = (value) => {
    const { XPCNativeWrapper: guard } = scope;
    return guard && typeof value === 'object' && value !== null ? guard(value) : value;
  };

  /**
   * A value in devalue's form. That of a text is JSON, which browsers write faster.
   * @param {unknown} value
   */
  async function stringify(value) {
    if (typeof value === 'string') return JSON.stringify([value]);
    const text = await devalue.stringifyAsync(ours(value), reducers);
    // What reads it refuses such a key, which could change what other objects inherit. Within a text its quotes would be escaped.
    if (/[{,]"__proto__":/.test(text)) throw new Unportable();
    return text;
  }

  /** @param {CryptoKey} key */
  function exportKey(key) {
    if (!key.extractable) throw new Unportable();
    return crypto.subtle.exportKey('jwk', key).then((jwk) => ({ jwk, algorithm: key.algorithm, usages: [...key.usages] }));
  }

  /**
   * A string of the page. What is not well-formed UTF-16 would be changed by
   * the way through JSON, so it goes as its code units.
   * @param {string} s
   * @returns {string | {utf16: string}}
   */
  function text(s) {
    if (/** @type {any} */ (s).isWellFormed()) return s;
    let binary = '';
    for (let i = 0; i < s.length; i++) {
      const unit = s.charCodeAt(i);
      binary += String.fromCharCode(unit & 0xff, unit >> 8);
    }
    return { utf16: btoa(binary) };
  }

  scope.sessionferryValues = { Unportable, stringify, text, whole };
})();

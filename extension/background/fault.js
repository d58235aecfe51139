/**
 * Fault is a failure with a stable code of docs/protocol.md. Its text comes
 * from the message catalogue; the host's own sentence stands in for codes that
 * this version does not know. It never holds captured data.
 *
 * @typedef {{verdict: string, accounts?: number, identity?: string, warnings: string[], markers: string[], name?: boolean, rotates?: number,
 *   elsewhere?: {kind: string, label?: string}[]}} Verdict of docs/protocol.md
 * @typedef {{code: string, sentence?: string, next?: string, detail?: string, verdict?: Verdict, lost?: string[], again?: number}} FaultData
 *   `lost`: names of cookies that cannot be transferred; `again`: milliseconds to wait
 */
export class Fault extends Error {
  /**
   * @param {string} code
   * @param {{sentence?: string, next?: string, detail?: string, verdict?: Verdict, lost?: string[], again?: number}} [texts]
   */
  constructor(code, texts = {}) {
    super(code);
    this.name = 'Fault';
    this.code = code;
    this.texts = texts;
  }

  /** @returns {FaultData} */
  toJSON() {
    return { code: this.code, ...this.texts };
  }
}

/**
 * The fault behind any thrown value. What is not ours becomes `internal`, and
 * its text is dropped, since it may quote a page.
 * @param {unknown} err
 */
export const asFault = (err) => (err instanceof Fault ? err : new Fault('internal'));

/**
 * Settles as `promise` does, or fails with `code` after `ms` milliseconds.
 * @template T
 * @param {number} ms
 * @param {string} code
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function within(ms, code, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Fault(code)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Which items of storage a capture plan asks for, by their names: the key of an
 * item, or database/store/key. A classic script, injected before reader.js.
 */
(() => {
  const scope = /** @type {any} */ (globalThis);

  /**
   * Whether a glob matches a name. "*" stands for any text.
   * @param {string} glob
   * @param {string} name
   */
  function matches(glob, name) {
    const [head, ...rest] = glob.split('*');
    const tail = rest.pop();
    if (tail === undefined) return name === glob;
    if (!name.startsWith(head)) return false;
    let from = head.length;
    for (const part of rest) {
      const at = name.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return name.length - tail.length >= from && name.endsWith(tail);
  }

  /**
   * Whether a glob may match a name that begins with a text. It is false only if
   * the glob cannot.
   * @param {string} glob
   * @param {string} beginning
   */
  function mayBegin(glob, beginning) {
    const head = glob.split('*', 1)[0];
    return head.startsWith(beginning) || (head !== glob && beginning.startsWith(head));
  }

  /**
   * @param {{names?: Record<string, string[]>, leave?: Record<string, string[]>}} plan
   */
  scope.sessionferryNames = ({ names, leave = {} }) => ({
    /**
     * @param {string} store
     * @param {string} name
     */
    wants: (store, name) => (!names || (names[store] ?? []).some((glob) => matches(glob, name))) && !(leave[store] ?? []).some((glob) => matches(glob, name)),

    /**
     * Whether an item whose name begins so may be wanted.
     * @param {string} store
     * @param {string} beginning
     */
    mayWant: (store, beginning) => !names || (names[store] ?? []).some((glob) => mayBegin(glob, beginning)),
  });
})();

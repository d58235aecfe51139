/**
 * The page's end of the bridge to the extension (docs/bridge.md). Whoever needs
 * more than the result of a verb listens to the events.
 */

const CODE = 'sessionferry';

/** A failure with a stable code; `again` is how many milliseconds to wait. */
export class BridgeError extends Error {
  /** @param {{code: string, again?: number}} error */
  constructor({ code, again }) {
    super(code);
    this.name = 'BridgeError';
    this.code = code;
    this.again = again;
  }
}

/**
 * @param {{onEvent?: (event: any) => void, onArrive?: () => void}} [listeners] onEvent: how a transfer goes on;
 *   onArrive: the extension has come to this page
 */
export function connect({ onEvent = () => {}, onArrive = () => {} } = {}) {
  const open = new Map(); // by id: the requests without an answer
  const asked = new Map(); // by account: whom the person has not answered yet
  const prefix = Math.random().toString(36).slice(2);
  let count = 0;

  /** @param {string} verb @param {string} [account] */
  const request = (verb, account) =>
    new Promise((resolve, reject) => {
      const id = `${prefix}-${++count}`;
      open.set(id, { resolve, reject });
      window.postMessage({ to: CODE, id, verb, account }, location.origin);
    });

  /** @param {Map<string, any>} map @param {string} key @param {{ok?: boolean, result?: any, error?: any}} answer */
  const settle = (map, key, { ok, result, error }) => {
    const waiting = map.get(key);
    map.delete(key);
    if (ok) waiting?.resolve(result);
    else waiting?.reject(new BridgeError(error ?? { code: 'internal' }));
  };

  /** @param {MessageEvent} message */
  const listen = ({ source, origin, data }) => {
    if (source !== window || origin !== location.origin || data?.from !== CODE) return;
    if (data.id !== undefined) return settle(open, data.id, data);
    if (data.event === 'arrived') return onArrive();
    if (data.event === 'answer') return settle(asked, data.account, data.agreed ? { ok: true, result: { agreed: true, until: data.until } } : { error: { code: data.code } });
    onEvent(data);
  };
  window.addEventListener('message', listen);

  return {
    /**
     * Whether the extension works with this page: `{present, version}`, or the code `absent`.
     * @param {number} [timeout] milliseconds
     */
    hello: (timeout = 1000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new BridgeError({ code: 'absent' })), timeout);
        request('hello').then(resolve, reject).finally(() => clearTimeout(timer));
      }),
    /**
     * Begins a wizard; ends with the person's answer, or with the consent that stands.
     * @param {string} account
     * @param {() => void} [onAsked] the extension's window asks the person
     */
    open: async (account, onAsked = () => {}) => {
      settle(asked, account, { error: { code: 'declined' } });
      const answer = new Promise((resolve, reject) => asked.set(account, { resolve, reject }));
      request('open', account).then(
        ({ asked: does }) => does && asked.has(account) && onAsked(),
        (error) => settle(asked, account, { error }),
      );
      return answer;
    },
    /** @param {string} account */
    check: (account) => request('check', account),
    /** @param {string} account */
    transfer: (account) => request('transfer', account),
    /** @param {string} account */
    cancel: (account) => request('cancel', account),
    /** @param {string} account */
    names: (account) => request('names', account),
    /** The page goes on without the bridge. */
    close: () => window.removeEventListener('message', listen),
  };
}

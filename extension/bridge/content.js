/**
 * Stands in the pages of the enrolled web app and passes messages between page
 * and background. It is a classic script, since content scripts are no modules.
 *
 * A match pattern has no port, so it comes to all ports of the vault's host. It
 * does nothing but listen until the background has said that this is the web app.
 */
(() => {
  const scope = /** @type {any} */ (globalThis);
  if (window.top !== window) return;
  if (scope.sessionferryBridge) return scope.sessionferryBridge();

  /** @type {typeof chrome} */
  const { runtime } = scope.browser ?? scope.chrome;
  const here = location.origin;
  const AGAIN_MS = 250;
  /** Verbs that open a window; a page shall not open one by itself. */
  const BY_CLICK = ['open', 'names'];

  /** Whether the background knows this page. @type {Promise<boolean>} */
  let known;
  /** Its end tells that the worker died while it transfers; a new one starts it again. @type {chrome.runtime.Port | null} */
  let port = null;

  /** @param {object} message */
  const post = (message) => window.postMessage({ from: 'sessionferry', ...message }, here);

  /**
   * @param {string} verb
   * @param {unknown} [account]
   * @returns {Promise<{ok: boolean, result?: any, error?: {code: string}}>}
   */
  const ask = (verb, account) => runtime.sendMessage({ bridge: { verb, account } });

  function awake() {
    port = runtime.connect({ name: 'bridge' });
    port.onDisconnect.addListener(() => setTimeout(() => port && runtime.id && awake(), AGAIN_MS));
  }

  function rest() {
    const open = port;
    port = null;
    open?.disconnect();
  }

  /** @param {MessageEvent} event */
  async function fromPage({ source, origin, data }) {
    if (source !== window || origin !== here || self.origin !== here) return;
    const { to, id, verb, account } = data ?? {};
    if (to !== 'sessionferry' || typeof id !== 'string' || id.length < 1 || id.length > 64 || typeof verb !== 'string') return;
    const clicked = navigator.userActivation.isActive;
    if (!(await known)) return;
    if (BY_CLICK.includes(verb) && !clicked) return post({ id, ok: false, error: { code: 'click_needed' } });
    // After an update of the extension another script stands here and answers.
    if (!runtime.id) return stop();
    const reply = await ask(verb, account).catch(() => ({ ok: false, error: { code: 'internal' } }));
    if (reply.error?.code === 'absent') stop();
    if (verb === 'transfer' && reply.ok && !port) awake();
    post({ id, ...reply });
  }

  /**
   * @param {{bridge?: {phase?: string}}} message
   * @param {chrome.runtime.MessageSender} sender
   */
  function fromBackground({ bridge: event }, sender) {
    if (sender.id !== runtime.id || sender.tab || !event) return;
    if (event.phase === 'done' || event.phase === 'failed' || event.phase === 'cancelled') rest();
    post(event);
  }

  async function start() {
    stop();
    window.addEventListener('message', fromPage);
    known = ask('hello').then(
      ({ ok }) => ok,
      () => false,
    );
    if (!(await known)) return stop();
    runtime.onMessage.addListener(fromBackground);
    post({ event: 'arrived' });
  }

  function stop() {
    rest();
    window.removeEventListener('message', fromPage);
    runtime.onMessage?.removeListener(fromBackground);
  }

  scope.sessionferryBridge = start;
  void start();
})();

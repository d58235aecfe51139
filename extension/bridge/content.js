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
  /** Verbs that open a window or transfer. Each uses up a click of the person; a page shall not do it by itself. */
  const BY_CLICK = ['open', 'transfer', 'names'];

  /** Whether the background knows this page. @type {Promise<boolean>} */
  let known;
  /** Its end tells that the worker died while it transfers; a new one starts it again. @type {chrome.runtime.Port | null} */
  let port = null;
  /** Whether a mouse button or a key has gone down since the last click. For one press the browser may make more clicks, as for a label. */
  let pressed = false;
  /** Whether the page may still use the last click. */
  let clicked = false;

  /** @param {KeyboardEvent} event */
  function onPress({ isTrusted, repeat }) {
    if (isTrusted && !repeat) pressed = true;
  }

  /** @param {Event} event */
  function onClick({ isTrusted }) {
    if (!isTrusted || !pressed) return;
    pressed = false;
    clicked = true;
  }

  /** Uses up the last click, and says whether there was one not long ago. */
  function useClick() {
    const was = clicked && navigator.userActivation.isActive;
    clicked = false;
    return was;
  }

  /** @type {[string, (event: any) => void][]} The page's own listeners come after these. */
  const CLICKS = [
    ['mousedown', onPress],
    ['keydown', onPress],
    ['click', onClick],
  ];

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
    const allowed = !BY_CLICK.includes(verb) || useClick();
    if (!(await known)) return;
    if (!allowed) return post({ id, ok: false, error: { code: 'click_needed' } });
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
    for (const [type, listener] of CLICKS) window.addEventListener(type, listener, { capture: true, passive: true });
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
    for (const [type, listener] of CLICKS) window.removeEventListener(type, listener, { capture: true });
    runtime.onMessage?.removeListener(fromBackground);
  }

  scope.sessionferryBridge = start;
  void start();
})();

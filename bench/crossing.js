// Notes when a share is clicked and when its end is painted, in milliseconds since
// 1970, and the size of its bundle: sessionferryMarks is a promise of them.
(() => {
  const browser = globalThis.browser ?? globalThis.chrome;
  const marks = { clicked: 0, painted: 0, bytes: 0 };
  const { promise, resolve } = Promise.withResolvers();
  let done = false;
  // The box may be drawn before or after this learns of the end.
  const look = () => {
    if (!done || !document.querySelector('[data-panel=success]')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(JSON.stringify({ ...marks, painted: Date.now() })))); // the frame is drawn
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true });
  browser.storage.onChanged.addListener((changes) => {
    for (const [key, { newValue: record }] of Object.entries(changes)) {
      if (!key.startsWith('share:') || !marks.clicked) continue;
      if (record?.stage === 'reading' && record.total) marks.bytes = record.total;
      done ||= record?.phase === 'done';
    }
    look();
  });
  document.addEventListener('click', ({ target }) => target.closest('[data-action=share]') && (marks.clicked = Date.now()), { capture: true });
  globalThis.sessionferryMarks = promise;
  return '';
})()

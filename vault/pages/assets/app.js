// What a page does beyond HTML: it shows times in the person's own zone and way, looks for
// news without a reload, opens dialogs in place and narrows lists while one types.
// Without it every page works; it then shows UTC and loads anew.

/** @param {ParentNode} root */
function localTimes(root) {
  const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeZone: 'UTC' });
  for (const time of root.querySelectorAll('time')) {
    time.textContent = (time.dateTime.includes('T') ? moment : day).format(new Date(time.dateTime));
  }
}

/**
 * Puts the part of a newer page in the place of the one that is shown. What has the
 * focus keeps it if it is still there.
 * @param {Element} shown
 * @param {Document} newer
 */
function replace(shown, newer) {
  const next = newer.getElementById(shown.id);
  if (!next || next.innerHTML === parts.get(shown)) return;
  parts.set(shown, next.innerHTML);
  const way = pathTo(shown, document.activeElement);
  localTimes(next);
  shown.replaceChildren(...next.childNodes);
  ready(shown);
  shown.dispatchEvent(new Event('replaced', { bubbles: true }));
  /** @type {HTMLElement | null} */ (way && shown.querySelector(way))?.focus();
}

/** The HTML of live parts as the vault sent it. @type {Map<Element, string>} */
const parts = new Map();

/**
 * How to find an element again in a part that is replaced.
 * @param {Element} part
 * @param {Element | null} el
 */
function pathTo(part, el) {
  if (!el || !part.contains(el)) return null;
  const href = el.getAttribute('href');
  return href ? `[href="${CSS.escape(href)}"]` : el.localName;
}

/**
 * Asks now and then, while the page is seen, whether a part has changed. With a
 * `watch`, a small answer with an ETag is asked for first.
 * @param {HTMLElement} part
 */
function live(part) {
  const { live: every, watch } = part.dataset;
  let tag = '';
  parts.set(part, part.innerHTML);
  const look = async () => {
    if (document.visibilityState !== 'visible' || document.querySelector('dialog[open]')) return;
    if (watch) {
      const answer = await fetch(watch, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
      if (answer.status === 401) location.reload();
      if (!answer.ok) return;
      tag = answer.headers.get('ETag') ?? '';
    }
    const answer = await fetch(location.href, { cache: 'no-store' });
    if (answer.redirected) location.reload();
    if (answer.ok) replace(part, new DOMParser().parseFromString(await answer.text(), 'text/html'));
  };
  const again = () => look().then(() => answers(true), () => answers(false));
  setInterval(again, Number(every) * 1000);
  document.addEventListener('visibilitychange', again);
}

/**
 * Says so while the vault does not answer. What is shown is then what it knew.
 * @param {boolean} does
 */
function answers(does) {
  const notice = document.getElementById('offline');
  if (notice) notice.hidden = does;
}

/** @param {ParentNode} root */
function ready(root) {
  for (const way of root.querySelectorAll('a[data-dialog]')) {
    way.addEventListener('click', (event) => {
      event.preventDefault();
      /** @type {HTMLDialogElement} */ (document.getElementById(/** @type {HTMLElement} */ (way).dataset.dialog ?? '')).showModal();
    });
  }
}

// A choice applies at once, and typing after a moment's rest.
for (const form of document.querySelectorAll('form.filter')) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const send = () => narrow(/** @type {HTMLFormElement} */ (form)).catch(() => undefined);
  form.addEventListener('change', send);
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(send, 250);
  });
}

/** @param {HTMLFormElement} form */
async function narrow(form) {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, String(value));
  const answer = await fetch(url, { cache: 'no-store' });
  if (!answer.ok || answer.redirected) return;
  const newer = new DOMParser().parseFromString(await answer.text(), 'text/html');
  history.replaceState(null, '', url);
  for (const list of document.querySelectorAll('[data-live], [data-list]')) replace(list, newer);
}

for (const part of document.querySelectorAll('[data-live]')) live(/** @type {HTMLElement} */ (part));
document.querySelector('.sub [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
localTimes(document);
ready(document);
document.documentElement.dataset.script = 'on';

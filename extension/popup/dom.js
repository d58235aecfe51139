/**
 * Makes an element. Text is always text: nothing here parses HTML.
 *
 * Properties: `class`, `on` (listeners by event), `data` (data- attributes),
 * `vars` (CSS custom properties); all others are attributes, of which false,
 * null and undefined are left out and true is written empty.
 *
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {{class?: string, on?: Record<string, (e: any) => void>, data?: Record<string, string | undefined>,
 *   vars?: Record<string, string>, [attribute: string]: unknown}} Props
 *
 * @param {string} tag
 * @param {Props} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, { class: name, on, data, vars, ...attributes } = {}, ...children) {
  const el = document.createElement(tag);
  if (name) el.className = name;
  for (const [event, listener] of Object.entries(on ?? {})) el.addEventListener(event, listener);
  for (const [key, value] of Object.entries(data ?? {})) if (value !== undefined) el.dataset[key] = value;
  for (const [key, value] of Object.entries(vars ?? {})) el.style.setProperty(key, value);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) el.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) el.setAttribute(key, String(value));
  }
  el.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

/** Paths of the icons, drawn on a grid of 24 with strokes of 2. */
const ICONS = {
  share: 'M4 15v4a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-4M12 15V4m0 0L7.5 8.5M12 4l4.5 4.5',
  trash: 'M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 12.2a.9.9 0 0 0 .9.8h7.6a.9.9 0 0 0 .9-.8L17.5 7M10 11v5.5M14 11v5.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4',
  plus: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  chevron: 'M9 5l7 7-7 7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 8v5m0 3.5v.01M12 3.5l9.5 16.5h-19L12 3.5Z',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z',
  shield: 'M12 3.5l7 2.5v5.5c0 4.2-2.9 7.3-7 9-4.1-1.7-7-4.8-7-9V6l7-2.5Zm-3 8.5l2.2 2.2L15.2 10',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2',
  box: 'M4 8l8-4 8 4v8l-8 4-8-4V8Zm0 0l8 4 8-4m-8 4v8',
  plug: 'M9 3.5V8m6-4.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0V8ZM12 16.5v4',
  spin: 'M12 3.5a8.5 8.5 0 1 1-8.5 8.5',
  again: 'M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.5m0-5v5h-5M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.5m0 5v-5h5',
  cloud: 'M7 18.5a4 4 0 0 1-.5-7.97 5.5 5.5 0 0 1 10.7-1.03A4.5 4.5 0 0 1 17 18.5H7Z',
  boat: 'M3 14.5h18l-2.2 4.2a2 2 0 0 1-1.8 1.1H7a2 2 0 0 1-1.8-1.1L3 14.5Zm3-3.5h12v3.5M8.5 11V7h7v4M12 7V4',
};

/**
 * An icon that only decorates; what it means stands beside it in words.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name === 'spin' ? 'icon spin' : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

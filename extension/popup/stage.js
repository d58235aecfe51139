import { LANGUAGE } from './words.js';

/**
 * Where the views of a page of ours stand: one at a time, and a line that
 * screen readers say.
 */
const app = /** @type {HTMLElement} */ (document.getElementById('app'));
const live = /** @type {HTMLElement} */ (document.getElementById('live'));

export const stage = {
  app,

  /** @param {string} title of the page */
  begin(title) {
    document.documentElement.lang = LANGUAGE;
    document.title = title;
  },

  /**
   * @param {string} name of the view
   * @param {Node[]} content
   * @param {string} [focus] where the focus goes
   */
  show(name, content, focus = 'h1') {
    app.dataset.view = name;
    app.replaceChildren(...content);
    /** @type {HTMLElement | null} */ (app.querySelector(focus) ?? app.querySelector('h1'))?.focus();
  },

  /**
   * Emptied first, so that the same words are read out again.
   * @param {string} text
   */
  say(text) {
    live.textContent = '';
    setTimeout(() => (live.textContent = text), 50);
  },
};

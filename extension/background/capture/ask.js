import { Fault, within } from '../fault.js';
import { readCookies } from './cookies.js';
import { pageOf, visit } from './visit.js';

/**
 * Asks the app who is signed in, where cookies and storage do not tell: one
 * request in the person's tab, after their consent. What comes back goes to the
 * host and nowhere else.
 *
 * @typedef {import('../../platform/browser.js').Browser} Browser
 * @typedef {import('./scope.js').Plan} Plan
 * @typedef {import('./capture.js').Source} Source
 * @typedef {import('./cookies.js').Cookie} Cookie
 * @typedef {{path: string, bearer?: {store: string, name: string}, watch: string[], headers?: string[]}} Question
 * @typedef {{status: number, body: string, headers?: Record<string, string>, steady: boolean}} Answer
 */

/** With every character escaped, an answer of this length still fits into one message. */
const MAX_BODY = 131_072;
const MAX_HEADER = 1_024;
const ANSWER_MS = 20_000;

/**
 * @param {Browser} api
 * @param {Plan} plan
 * @param {Source} source
 * @param {Question} question
 * @param {Cookie[]} captured
 * @param {import('./visit.js').Hooks} hooks
 * @returns {Promise<Answer>}
 */
export async function ask(api, plan, source, question, captured, hooks) {
  const answer = await visit(api, plan, source, hooks, async (seen) => {
    const page = pageOf(plan, seen);
    if (!page) throw new Fault('capture_failed'); // the app leads elsewhere
    const run = api.scripting.executeScript({
      target: { tabId: page.tabId },
      func: request,
      args: [
        {
          path: question.path,
          bearer: question.bearer ?? null,
          headers: question.headers ?? null,
          limit: MAX_BODY,
          headerLimit: MAX_HEADER,
          site: plan.site,
        },
      ],
      injectImmediately: true,
    });
    const results = await within(ANSWER_MS, 'capture_failed', run).catch(() => {
      throw new Fault('capture_failed'); // the browser's own words may quote the page
    });
    return results[0].result ?? { status: 0, body: '' };
  });
  const { cookies: now } = await readCookies(api, plan.domains, source.store.id);
  return { ...answer, steady: valuesOf(captured, question.watch) === valuesOf(now, question.watch) };
}

/**
 * Runs in the page. A cached answer may still greet somebody whom the app has
 * signed out, so every cache is passed over. What another origin answers, such as
 * a portal or a sign-in service, is no answer of the app. A host of version 0.1
 * names no headers, and takes none.
 * @param {{path: string, bearer: {store: string, name: string} | null, headers: string[] | null, limit: number, headerLimit: number, site: string}} question
 */
async function request({ path, bearer, headers, limit, headerLimit, site }) {
  const none = { status: 0, body: '' };
  if (self.origin !== site) return none; // the tab has gone elsewhere since it was chosen
  try {
    const token = bearer && (bearer.store === 'local' ? localStorage : sessionStorage).getItem(bearer.name);
    const response = await fetch(new URL(path, site), {
      ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
      cache: 'no-store',
      credentials: 'same-origin',
      referrerPolicy: 'no-referrer',
    });
    if (new URL(response.url).origin !== site) return none;
    const body = await response.text();
    const named = headers?.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value.slice(0, headerLimit)]];
    });
    return {
      status: response.status,
      body: body.length > limit ? '' : body.toWellFormed(),
      ...(named && { headers: Object.fromEntries(named) }),
    };
  } catch {
    return none;
  }
}

/**
 * The cookies of some names in one text that changes with any of them.
 * @param {Cookie[]} cookies
 * @param {string[]} names
 */
const valuesOf = (cookies, names) =>
  JSON.stringify(
    cookies
      .filter(({ name }) => names.includes(name))
      .map(({ name, domain, host_only, path, partition, value }) => JSON.stringify([name, domain, host_only, path, partition, value]))
      .sort(),
  );

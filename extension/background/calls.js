import { CONSENT_TEXT } from './consent.js';
import { Fault } from './fault.js';

/**
 * What the extension's own pages may ask of the background. Each call answers with plain data
 * or throws a Fault.
 *
 * @typedef {{host: Pick<import('./port.js').HostPort, 'request'>, shares: import('./share.js').Shares,
 *   records: import('./records.js').Records, consents: import('./consent.js').Consents, carried: import('./carried.js').Carried,
 *   badge: import('./badge.js').Badge,
 *   webapp: import('./bridge/webapp.js').WebApp, bridge: import('./bridge/bridge.js').Bridge,
 *   questions: import('./bridge/questions.js').Questions}} Rooms
 */

/** Pages of a list that are read at most: some thousand cards, more than a popup can show. */
const MAX_PAGES = 50;

/**
 * @param {Rooms} rooms
 * @returns {Record<string, (args: any) => Promise<any>>}
 */
export function calls({ host, shares, records, consents, carried, badge, webapp, bridge, questions }) {
  return {
    state: async ({ unlock }) => {
      const state = await host.request('state', unlock ? { unlock: true } : {});
      await webapp.enrolledAt(state.address);
      return { ...state, webapp: (await webapp.origin()) !== null };
    },
    apps: () => host.request('apps'),
    accounts: () => allAccounts(host),

    account: async ({ account, vault }) => {
      const found = await host.request('account', { account });
      return {
        ...found,
        consented: (await consents.get(account, vault)) !== null,
        consentText: CONSENT_TEXT,
        names: await carried.of(account, found.card.session),
      };
    },
    status: ({ account }) => host.request('status', { account }),
    add: ({ app, site, username }) => host.request('account_add', { app, site, username }),
    delete: async ({ account }) => {
      const result = await host.request('delete', { account });
      await records.remove(account);
      return result;
    },

    intend: ({ account, intent }) => shares.intend(account, intent),
    answer: ({ account, granted }) => shares.answer(account, granted),
    accept: ({ account }) => shares.accept(account),
    cancel: ({ account }) => shares.cancel(account),
    dismiss: ({ account }) => shares.dismiss(account),

    seen: () => badge.seen(),

    webapp_want: ({ origin }) => webapp.want(origin),
    webapp_allowed: () => webapp.settle(),
    webapp_off: () => webapp.off(),
    asked: ({ ask }) => questions.asked(ask),
    agree: ({ ask, context }) => bridge.agree(ask, context),
    stuck: ({ ask, code }) => questions.stuck(ask, code),
  };
}

/** @param {Rooms['host']} host */
async function allAccounts(host) {
  /** @type {object[]} */
  const accounts = [];
  /** @type {string | undefined} */
  let cursor;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await host.request('accounts', cursor === undefined ? {} : { cursor });
    accounts.push(...result.accounts);
    cursor = result.next;
    if (cursor === undefined) return { accounts };
  }
  throw new Fault('internal', { detail: 'accounts' });
}

import { browser, t } from '../../platform/browser.js';
import { patternsOf } from '../../background/capture/scope.js';
import { call, faultOf, shareOf } from '../client.js';
import { h, icon } from '../dom.js';
import { button, head, pill, refusal, tile } from '../parts.js';
import { causeOf, roleName, stateOf, timeOf } from '../words.js';
import { askingPanel, consentPanel, Progress, successPanel } from './panels.js';

/**
 * One account: its fields, and the Transfer Session field with everything that
 * happens there. What a share is doing is read from its record, never kept here,
 * so that a popup opened later shows the same.
 *
 * @typedef {import('../client.js').Account} Account
 * @typedef {import('../client.js').ShareRecord} ShareRecord
 * @typedef {import('../popup.js').Model} Model
 * @typedef {import('../popup.js').Ways} Ways
 */
export class DetailsView {
  #account;
  #model;
  #ways;
  /** @type {ShareRecord | null} */
  #record;
  /** @type {'idle' | 'consent' | 'deleting'} what the person has begun here */
  #mode = 'idle';
  /** @type {import('../client.js').FaultData | null} a failure that no record tells of */
  #fault = null;
  #progress = new Progress(() => this.#forget('cancel'));
  #field = h('div', { class: 'transfer' });
  #panel = h('div', { class: 'slot' });
  #main = h('main', {});

  /**
   * @param {string} id
   * @param {Model} model
   * @param {Ways} ways
   */
  static async open(id, model, ways) {
    const [account, record] = await Promise.all([call('account', { account: id }), shareOf(id)]);
    return new DetailsView(account, record, model, ways);
  }

  /**
   * @param {Account} account
   * @param {ShareRecord | null} record
   * @param {Model} model
   * @param {Ways} ways
   */
  constructor(account, record, model, ways) {
    this.#account = account;
    this.#record = record;
    this.#model = model;
    this.#ways = ways;
  }

  /** @returns {Node[]} */
  content() {
    const { card } = this.#account;
    this.#main.replaceChildren(
      h('div', { class: 'hero' }, tile(card.icon), h('div', { class: 'card-text' }, h('h2', { class: 'clip' }, card.app_name), h('p', { class: 'clip who', title: card.username }, card.username))),
      h('dl', { class: 'facts' }, ...fact(t('field_username'), card.username), ...fact(t('field_site'), card.site), ...fact(t('field_role'), roleName(card.role))),
      h('h2', { class: 'label', id: 'transfer-title' }, t('transfer_session')),
      h('section', { 'aria-labelledby': 'transfer-title' }, this.#field, this.#panel),
    );
    this.#draw();
    return [head(t('details'), () => void this.#ways.cards(`[data-card="${CSS.escape(card.id)}"] button`)), this.#main];
  }

  /**
   * @param {string} account
   * @param {ShareRecord | null} record
   */
  shareChanged(account, record) {
    if (account !== this.#account.card.id) return;
    const before = this.#record;
    this.#record = record;
    if (record?.phase === 'running' && before?.phase === 'running') {
      if (record.stage !== before.stage) this.#ways.say(t(`stage_${record.stage}`));
      this.#progress.update(record);
      return;
    }
    if (record?.status) this.#account.card.session = record.status;
    if (record?.phase === 'done') this.#ways.say(t('success_title'));
    this.#draw();
  }

  get #busy() {
    return this.#record?.phase === 'running' || this.#record?.phase === 'asking';
  }

  get #status() {
    return this.#account.card.session;
  }

  /** Draws the field and its panel; a focus that was on a vanished button goes to what took its place. */
  #draw() {
    const inside = this.#field.contains(document.activeElement) || this.#panel.contains(document.activeElement);
    this.#field.dataset.status = this.#status.state;
    this.#field.replaceChildren(
      h('div', { class: 'transfer-head' }, pill(stateOf(this.#status, this.#record)), this.#mode === 'deleting' ? this.#question() : this.#buttons()),
      this.#facts(),
    );
    this.#panel.replaceChildren(...this.#panels());
    this.#main.classList.toggle('panelled', this.#panel.querySelector('[data-panel]') !== null);
    this.#main.classList.toggle('consenting', this.#mode === 'consent');
    if (!inside) return;
    this.#panel.scrollIntoView({ block: 'nearest' });
    const next = this.#field.querySelector('[data-action=delete-keep]') ?? this.#panel.querySelector('input, button') ?? this.#field.querySelector('button:not([disabled])');
    /** @type {HTMLElement | null} */ (next)?.focus();
  }

  #buttons() {
    const owner = this.#account.card.role === 'owner';
    const why = owner ? undefined : 'not-owner';
    const nothing = this.#status.state === 'none';
    return h(
      'div',
      { class: 'row' },
      button('share', t('share'), () => this.#clickShare(), { icon: 'share', kind: 'primary', disabled: !owner || this.#busy || this.#mode === 'consent', describedby: why }),
      button('delete', t('delete'), () => this.#setMode('deleting'), { icon: 'trash', kind: 'quiet', disabled: !owner || this.#busy || nothing, describedby: why }),
    );
  }

  #question() {
    return h(
      'div',
      { class: 'row', role: 'group', 'aria-label': t('delete_question') },
      h('span', { class: 'strong' }, t('delete_question')),
      button('delete-yes', t('yes'), () => void this.#delete(), { kind: 'danger' }),
      button('delete-keep', t('keep'), () => this.#setMode('idle'), {}),
    );
  }

  #facts() {
    const { since, by, until, last_used: used, state } = this.#status;
    const cause = causeOf(this.#status);
    const facts = [
      since ? fact(t('status_since'), timeOf(since)) : [],
      by ? fact(t('status_by'), by) : [],
      until ? fact(t('status_until'), timeOf(until)) : [],
      used ? fact(t('status_used'), timeOf(used)) : [],
    ].flat();
    return h(
      'div',
      {},
      cause && h('p', { class: 'cause', data: { cause: this.#status.cause } }, cause),
      state !== 'none' && facts.length > 0 && h('dl', { class: 'facts small' }, facts),
    );
  }

  /** @returns {Node[]} */
  #panels() {
    const record = this.#record;
    if (this.#account.card.role !== 'owner') return [h('p', { class: 'note', id: 'not-owner' }, icon('lock'), h('span', {}, t('not_owner')))];
    if (this.#mode === 'consent') return [consentPanel(this.#account, () => this.#share(true), () => this.#setMode('idle'))];
    if (this.#mode === 'deleting') return [];
    if (this.#fault) return [refusal(this.#fault, button('dismiss', t('close'), () => this.#setMode('idle')))];
    if (record?.phase === 'asking') return [askingPanel(() => this.#share(false), () => this.#forget('cancel'))];
    if (record?.phase === 'running') return [this.#progress.update(record)];
    if (record?.phase === 'done') return [successPanel(record, () => this.#forget('dismiss'))];
    if (record?.phase === 'failed') {
      return [refusal(record.error ?? { code: 'internal' }, button('retry', t('try_again'), () => this.#clickShare(), { kind: 'primary' }), button('dismiss', t('close'), () => this.#forget('dismiss')))];
    }
    return [];
  }

  /** @param {'idle' | 'consent' | 'deleting'} mode */
  #setMode(mode) {
    this.#mode = mode;
    this.#fault = null;
    this.#draw();
  }

  #clickShare() {
    const { consented } = this.#account;
    if (consented && this.#record?.error?.code !== 'consent_outdated') this.#share(false);
    else this.#setMode('consent');
  }

  /**
   * Begins the share. The browser grants permissions only within the click, so
   * nothing is awaited before it is asked; and its prompt may close this popup,
   * so the intent has gone to the background before.
   * @param {boolean} agreed whether the box was ticked just now
   */
  #share(agreed) {
    const { card, capture: plan } = this.#account;
    const account = card.id;
    const { tab, context } = this.#model;
    const stored = call('intend', { account, intent: { tab, plan, context, agreed } });
    const asked = browser.permissions.request({ origins: patternsOf(plan) }).catch(() => false);
    this.#account.consented ||= agreed;
    this.#setMode('idle');
    void this.#settle(stored, async () => call('answer', { account, granted: await asked }));
  }

  /** @param {'cancel' | 'dismiss'} what */
  async #forget(what) {
    await this.#settle(call(what, { account: this.#account.card.id }), async () => undefined);
  }

  async #delete() {
    const account = this.#account.card.id;
    this.#setMode('idle');
    await this.#settle(call('delete', { account }), async ({ status }) => {
      this.#account.card.session = status;
      this.#record = null;
      this.#draw();
      this.#ways.say(t('deleted'));
    });
  }

  /**
   * @param {Promise<any>} first
   * @param {(result: any) => Promise<unknown>} then
   */
  async #settle(first, then) {
    try {
      await then(await first);
    } catch (err) {
      this.#fault = faultOf(err);
      this.#draw();
    }
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

import { browser, t } from '../../platform/browser.js';
import { patternsOf, vaultOf } from '../../background/capture/scope.js';
import { call, faultOf } from '../client.js';
import { h, icon } from '../dom.js';
import { button, head, pill, refusal } from '../parts.js';
import { stateOf } from '../words.js';
import { facts, hero } from './account.js';
import { attemptPanel, older, waits } from './attempt.js';
import { namesOf } from './names.js';
import { askingPanel, consentPanel, losingPanel, losingTitle, Progress, successPanel, unreadList } from './panels.js';
import { slowNote } from './screens.js';
import { remedies, seen } from './verdict.js';

/** How often it is asked whether a runner has confirmed a share. */
const POLL_MS = 3000;

/** After these codes the same session would be refused again. */
const HOPELESS = ['too_large', 'bundle_too_large'];

/**
 * One account, and the Transfer Session field with everything that happens
 * there. What a share is doing is read from its record, never kept here, so that
 * a popup opened later shows the same. Until the host has answered, the view
 * shows what the card told, and only Share and Delete wait.
 *
 * @typedef {import('../client.js').Account} Account
 * @typedef {import('../client.js').Card} Card
 * @typedef {import('../client.js').ShareRecord} ShareRecord
 * @typedef {import('../popup.js').Model} Model
 * @typedef {import('../popup.js').Ways} Ways
 */
export class DetailsView {
  /** @type {Card} */
  #card;
  /** @type {Account | null} what the host says of it */
  #account = null;
  #model;
  #ways;
  /** @type {ShareRecord | null} */
  #record;
  /** Whether a share has ended since the host was asked, so that its answer is the older one. */
  #overtaken = false;
  /** @type {'idle' | 'consent' | 'deleting' | 'erasing'} what the person has begun here */
  #mode = 'idle';
  /** @type {import('../client.js').FaultData | null} a failure that no record tells of */
  #fault = null;
  /** Whether the vault will be asked again. */
  #waiting = false;
  #progress = new Progress(() => this.#tell('cancel'));
  #field = h('section', { class: 'transfer', 'aria-labelledby': 'transfer-title' });
  #main = h('main', {});

  /**
   * @param {Card} card
   * @param {Model} model
   * @param {Ways} ways
   */
  constructor(card, model, ways) {
    this.#card = card;
    this.#record = model.shares.get(card.id) ?? null;
    this.#model = model;
    this.#ways = ways;
  }

  /** @returns {Node[]} */
  content() {
    this.#main.replaceChildren(hero(this.#card), this.#field);
    this.#draw();
    return [head(t('details'), () => this.back()), this.#main];
  }

  /**
   * The host has answered.
   * @param {Account} account
   */
  complete(account) {
    this.#account = account;
    const session = this.#overtaken ? this.#card.session : account.card.session;
    Object.assign(this.#card, account.card, { session }); // the list's card, too
    this.#draw();
  }

  /**
   * The host has not answered, or not what was asked for.
   * @param {import('../client.js').FaultData} fault
   */
  fail(fault) {
    this.#fault = fault;
    this.#draw();
  }

  /** One step back: out of what was begun here, else to the cards. */
  back() {
    if (this.#mode === 'consent') this.#setMode('idle', '[data-action=share]');
    else if (this.#mode === 'deleting') this.#setMode('idle', '[data-action=delete]');
    else this.#ways.cards(`[data-card="${CSS.escape(this.#card.id)}"] button`);
  }

  /**
   * @param {string} account
   * @param {ShareRecord | null} record
   */
  shareChanged(account, record) {
    if (account !== this.#card.id) return;
    const before = this.#record;
    this.#record = record;
    if (record?.phase === 'running' && before?.phase === 'running') {
      if (record.stage !== before.stage) this.#ways.say(t(`stage_${record.stage}`));
      this.#progress.update(record);
      return;
    }
    if (record?.status) {
      this.#card.session = record.status;
      this.#overtaken = true;
    }
    if (record?.phase === 'asking') this.#ways.say(t('asking_title'));
    if (record?.phase === 'running') this.#ways.say(t(`stage_${record.stage}`));
    if (record?.phase === 'losing') this.#ways.say(losingTitle(record));
    if (record?.phase === 'done') this.#ways.say(t(waits(this.#status) ? 'confirming_title' : 'success_title'));
    this.#draw();
  }

  /** While a runner has yet to ask the app, the vault is asked for its word. */
  #poll() {
    if (this.#waiting || !waits(this.#status)) return;
    this.#waiting = true;
    setTimeout(async () => {
      this.#waiting = false;
      if (!this.#main.isConnected) return;
      const answer = await call('status', { account: this.#card.id }).catch(() => null);
      if (answer && !this.#busy) this.#confirmed(answer.status);
      this.#poll();
    }, POLL_MS);
  }

  /** @param {import('../client.js').Status} status */
  #confirmed(status) {
    const before = JSON.stringify(this.#status);
    this.#card.session = status;
    if (JSON.stringify(status) === before) return;
    if (!waits(status)) this.#ways.say(t(status.attempt ? 'refused_title' : 'state_transferred'));
    this.#draw();
  }

  get #busy() {
    return ['running', 'asking', 'losing'].includes(this.#record?.phase ?? '');
  }

  get #status() {
    return this.#card.session;
  }

  /**
   * Draws the field and its panel. A focus that was on a button that is no more goes to what took its place.
   * @param {string} [focus] where it shall be instead
   */
  #draw(focus) {
    const inside = this.#field.contains(document.activeElement);
    const panels = this.#panels();
    const consenting = this.#mode === 'consent';
    this.#main.classList.toggle('consenting', consenting);
    this.#field.dataset.status = waits(this.#status) ? 'confirming' : this.#status.state;
    const names = namesOf(this.#record?.names ?? this.#account?.names);
    this.#field.replaceChildren(
      h('div', { class: 'transfer-head' }, h('h2', { id: 'transfer-title' }, t('transfer_session')), pill(this.#mode === 'erasing' ? 'deleting' : stateOf(this.#status, this.#record))),
      ...(consenting ? [] : [this.#mode === 'deleting' ? this.#question() : this.#buttons(panels.length > 0)]),
      h('div', { class: 'slot' }, panels),
      ...(this.#account || this.#fault ? [] : [slowNote()]),
      ...(consenting || this.#busy ? [] : [older(this.#status, facts(this.#status)), ...(names ? [names] : [])]),
    );
    this.#poll();
    if ((!inside && !focus) || !this.#main.isConnected) return;
    const next = (focus && document.querySelector(focus)) ?? this.#field.querySelector('.slot input, .slot button') ?? this.#field.querySelector('button:not([disabled])') ?? document.querySelector('h1');
    // What is agreed to, or too long for the popup, is read from its beginning; all else is brought into sight.
    /** @type {HTMLElement | null} */ (next)?.focus({ preventScroll: true });
    const slot = /** @type {HTMLElement} */ (this.#field.querySelector('.slot'));
    if (!consenting) slot.scrollIntoView({ block: slot.offsetHeight > this.#main.clientHeight ? 'start' : 'nearest' });
  }

  /** @param {boolean} below whether there is a panel, whose button is the next to press */
  #buttons(below) {
    const owner = this.#card.role === 'owner';
    const why = owner ? undefined : 'not-owner';
    const nothing = this.#status.state === 'none';
    const closed = !owner || this.#busy || this.#account === null || this.#mode === 'erasing';
    return h(
      'div',
      { class: 'actions' },
      button('share', t('share'), () => this.#clickShare(), { icon: 'share', kind: below ? '' : 'primary', disabled: closed, describedby: why }),
      button('delete', t('delete'), () => this.#setMode('deleting', '[data-action=delete-keep]'), { icon: 'trash', kind: 'quiet', disabled: closed || nothing, describedby: why }),
    );
  }

  #question() {
    return h(
      'div',
      { class: 'actions', role: 'group', 'aria-labelledby': 'delete-question' },
      h('p', { class: 'strong', id: 'delete-question' }, t('delete_question')),
      button('delete-yes', t('yes'), () => void this.#delete(), { kind: 'danger', describedby: 'delete-text' }),
      button('delete-keep', t('keep'), () => this.back(), { describedby: 'delete-text' }),
    );
  }

  /** @returns {Node[]} */
  #panels() {
    const record = this.#record;
    if (this.#fault && !this.#account) return [refusal(this.#fault, {}, button('retry', t('try_again'), () => void this.#ways.details(this.#card.id), { kind: 'primary' }))];
    if (this.#card.role !== 'owner') return [h('p', { class: 'note', id: 'not-owner' }, icon('lock'), h('span', {}, t('not_owner')))];
    if (this.#mode === 'consent' && this.#account) return [consentPanel(this.#account, () => this.#share(true), () => this.back())];
    if (this.#mode === 'deleting') return [h('p', { class: 'note', id: 'delete-text' }, icon('alert'), h('span', {}, t('delete_text')))];
    if (this.#fault) return [refusal(this.#fault, {}, button('dismiss', t('close'), () => this.#setMode('idle', '[data-action=share]')))];
    if (record?.phase === 'asking') return [askingPanel(() => this.#share(false), () => this.#tell('cancel'))];
    if (record?.phase === 'running') return [this.#progress.update(record)];
    if (record?.phase === 'losing') return [losingPanel(record, () => this.#tell('accept'), () => this.#tell('cancel'))];
    if (record?.phase === 'failed') return [this.#refused(record)];
    const { attempt } = this.#status;
    if (attempt && !waits(this.#status)) return [attemptPanel(this.#status)];
    if (record?.phase === 'done') return [successPanel(record, this.#status, () => this.#tell('dismiss'))];
    return attempt ? [attemptPanel(this.#status)] : [];
  }

  /**
   * What stood against a share, and every way on.
   * @param {ShareRecord} record
   */
  #refused({ error = { code: 'internal' }, unread = [] }) {
    const { verdict } = error;
    const named = verdict?.name === true;
    const hopeless = HOPELESS.includes(error.code);
    return refusal(
      error,
      verdict ? { seen: [...seen(verdict), ...(unread.length > 0 ? [unreadList(unread)] : []), ...(named ? [h('p', {}, t('name_text', this.#card.username))] : [])] } : {},
      named && button('name', t('name_yes'), () => this.#share(false, true), { kind: 'primary' }),
      !hopeless && button('retry', t('try_again'), () => this.#clickShare(), { kind: named ? '' : 'primary' }),
      button('dismiss', t('close'), () => this.#tell('dismiss'), { kind: hopeless ? 'primary' : '' }),
      ...(verdict && this.#account ? remedies(verdict, this.#account.capture, this.#card.app_name, this.#model.tab) : []),
    );
  }

  /**
   * @param {'idle' | 'consent' | 'deleting' | 'erasing'} mode
   * @param {string} [focus]
   */
  #setMode(mode, focus) {
    this.#mode = mode;
    this.#fault = null;
    this.#draw(focus);
  }

  #clickShare() {
    if (this.#account?.consented && this.#record?.error?.code !== 'consent_outdated') this.#share(false);
    else this.#setMode('consent', '[name=consent]');
  }

  /**
   * Begins the share. The browser grants permissions only within the click, so
   * nothing is awaited before it is asked; and its prompt may close this popup,
   * so the intent has gone to the background before.
   * @param {boolean} agreed whether the box was ticked just now
   * @param {boolean} [named] whether the person says that the session is of this account
   */
  #share(agreed, named = false) {
    if (!this.#account) return;
    const { capture: plan } = this.#account;
    const account = this.#card.id;
    const { tab, context } = this.#model;
    const stored = call('intend', { account, intent: { tab, vault: vaultOf(this.#model.vault.address), plan, context, agreed, named } });
    const asked = browser.permissions.request({ origins: patternsOf(plan) }).catch(() => false);
    this.#account.consented ||= agreed;
    this.#setMode('idle');
    void this.#settle(stored, async () => call('answer', { account, granted: await asked }));
  }

  /** @param {'accept' | 'cancel' | 'dismiss'} what */
  async #tell(what) {
    await this.#settle(call(what, { account: this.#card.id }), async () => undefined);
  }

  async #delete() {
    this.#setMode('erasing', '[data-action=back]');
    const erased = call('delete', { account: this.#card.id });
    await this.#settle(erased, async ({ status }) => {
      this.#card.session = status;
      this.#record = null;
      this.#setMode('idle', '[data-action=share]');
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
      this.#mode = 'idle';
      this.#fault = faultOf(err);
      this.#draw('.slot button');
    }
  }
}

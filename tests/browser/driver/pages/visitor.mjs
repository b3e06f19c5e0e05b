/* A tab, and what somebody does there who finds everything by its role and its name. */
import { setTimeout as sleep } from 'node:timers/promises';

import { activeElement } from './in_page.mjs';

export const PATIENCE_MS = 45_000;
const POLL_MS = 30;
const MOMENT_MS = 1500;

export class Visitor {
  constructor(site, page, hands) {
    Object.assign(this, { site, page, hands, t: site.t });
  }

  /** Open one of the pages, by its name or by the link in a mail. */
  async open(name) {
    const address = `${this.site.origin}${this.site.path}${name}`;
    // Another fragment alone would be no other page.
    const isOpen = this.page.url().split('#')[0] === address.split('#')[0];
    if (isOpen) await this.page.goto('about:blank');
    await this.page.goto(address);
    this.document = await this.page.evaluate('performance.timeOrigin');
    this.isNew = true;
  }

  /** What can be used now: the dialog that was opened last, if one is open, else the page. */
  async #here() {
    const dialogs = this.page.getByRole('dialog');
    return await dialogs.count() ? dialogs.last() : this.page;
  }

  async #find(role, key, values) {
    return (await this.#here()).getByRole(role, { name: this.t(key, values), exact: true });
  }

  async field(key) {
    return (await this.#here()).getByLabel(this.t(key), { exact: true });
  }

  /** Wait until the page, or a dialog, has this title. */
  async at(key, values) {
    const title = this.page.getByRole('heading', { name: this.t(key, values), exact: true });
    await title.first().waitFor();
    await eventually('all is loaded', () => this.page.evaluate(
      () => !document.querySelector('[aria-busy=true]')));
    await this.look();
  }

  /** Wait until this text can be seen. */
  async sees(key, values) {
    await this.page.getByText(this.t(key, values)).filter({ visible: true }).first().waitFor();
    await this.look();
  }

  /** Wait until a screen reader was told this text, by the status line or by an alert. */
  async hears(key, values, role = 'status') {
    await this.page.getByRole(role).filter({ hasText: this.t(key, values) }).first()
      .waitFor({ state: 'attached' });
    await this.look();
  }

  async isWarned(key, values) {
    await this.hears(key, values, 'alert');
  }

  /** Wait until a field says what is wrong with it, and has the focus. */
  async isWrong(fieldKey, key, values) {
    const field = await this.field(fieldKey);
    await eventually(`${fieldKey} says ${key}`, () => field.evaluate((input, text) => {
      const said = input.getAttribute('aria-describedby').split(' ')
        .map((id) => document.getElementById(id).textContent);
      return input.getAttribute('aria-invalid') === 'true' && said.includes(text)
        && document.activeElement === input;
    }, this.t(key, values)));
    await this.look();
  }

  async press(key, values) {
    this.isNew = false;
    await this.hands.press(await this.#find('button', key, values));
  }

  async hammer(key) {
    await this.hands.hammer(await this.#find('button', key));
  }

  async follow(key, values) {
    this.isNew = false;
    await this.hands.press(await this.#find('link', key, values));
  }

  async type(key, text) {
    this.isNew = false;
    await this.hands.type(await this.field(key), text);
  }

  /** Send the form with this field and this button. */
  async send(fieldKey, buttonKey) {
    this.isNew = false;
    await this.hands.send(await this.field(fieldKey), await this.#find('button', buttonKey));
  }

  /** Whether the focus is somewhere. While a dialog is being closed, it is nowhere for a moment. */
  async #hasFocus() {
    for (const end = performance.now() + MOMENT_MS; performance.now() < end; await sleep(POLL_MS)) {
      if (await this.page.evaluate(() => document.activeElement !== document.body)) return true;
    }
    return false;
  }

  /** Examine what is there, and see that the focus is not lost. */
  async look() {
    const { page, site } = this;
    const state = await page.evaluate(() => ({
      document: performance.timeOrigin, address: location.href, title: document.title }));
    site.witness.shown.add(state.address).add(state.title);
    // In a page that was just loaded, people begin at its top.
    if (state.document !== this.document) this.isNew = true;
    this.document = state.document;
    if (!this.isNew && !await this.#hasFocus()) {
      site.focusFaults.add(`${state.title}: the focus is lost`);
    }
    await site.examiner.look(page);
  }
}

/** Return once `isSo` returns true. */
export async function eventually(what, isSo) {
  const end = performance.now() + PATIENCE_MS;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`It is never so that ${what}`);
    await sleep(POLL_MS);
  }
}

/* The account pages of a stage behind a proxy, and the people who come to them. */
import { randomBytes } from 'node:crypto';

import { Examiner } from './examiner.mjs';
import { Keyboard, Mouse } from './hands.mjs';
import { Mailbox } from './mail.mjs';
import { PATIENCE_MS, Visitor } from './visitor.mjs';
import { Witness } from './witness.mjs';
import { wordsOf } from './words.mjs';

/** Return the scenario in which `flow` is told the pages and a tab. */
export const onPages = (flow) => async (world) => {
  const site = await Site.of(world);
  try {
    const told = await flow(site, await site.visitor());
    return { ...told, ...site.report() };
  } catch (error) {
    error.stack += `\n${JSON.stringify(site.report())}`;
    throw error;
  }
};

const LOCALES = { en: 'en-GB', de: 'de-DE', ar: 'ar-EG' };
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
let people = 0;

export class Site {
  /** What the keyboard could not see. */
  focusFaults = new Set();
  #faults = [];

  /** Return the pages as the run of this world sees them: {language, hands, scheme}. */
  static async of(world) {
    const site = new Site();
    const { language = 'en', hands = 'mouse', scheme = 'light' } = world.run;
    // Passkeys are for a domain, and the proofs of a session for the address that the page has.
    world.proxy.keepsHost = true;
    const { port, pathname } = new URL(world.proxy.baseUrl);
    Object.assign(site, {
      world, language, hands, scheme, t: wordsOf(language), proxy: world.proxy,
      origin: `http://localhost:${port}`, path: `${pathname}/account/` });
    world.proxy.faults = (exchange) => site.#fault(exchange);
    site.application = world.settings.application;
    site.program = `${world.settings.origin}/elsewhere`;
    site.witness = new Witness(world.proxy, site.origin, [site.application, site.program]);
    site.examiner = new Examiner(scheme);
    site.context = await site.profile();
    return site;
  }

  /** Open what shares nothing with the tabs of before: another device. */
  async profile(options = {}) {
    const context = await this.world.profile({
      locale: LOCALES[this.language], colorScheme: this.scheme, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.grantPermissions(['clipboard-write']);
    await this.witness.watch(context);
    return context;
  }

  /** Open a tab. */
  async visitor(context = this.context) {
    const page = await context.newPage();
    const hands = this.hands === 'keyboard' ? new Keyboard(page, this.focusFaults)
      : new Mouse(page);
    return new Visitor(this, page, hands);
  }

  /** Let requests of this kind, so many of them, meet a fault of the proxy; the path is a text or an
   *  expression. */
  meet(method, path, fault, times = 1) {
    this.#faults.push({ method, path, fault, times });
  }

  /** Let them be answered by an error that is not the stage's: {status, name, retryAfter, …}. */
  refuse(method, path, { status, retryAfter, ...body }, times = 1) {
    const headers = { ...JSON_HEADERS, ...(retryAfter && { 'retry-after': String(retryAfter) }) };
    const answer = { status, headers, body: JSON.stringify({ message: body.name, ...body }) };
    this.meet(method, path, { answer }, times);
  }

  /** Let them be answered by this body. */
  answer(method, path, body, times = Infinity) {
    const answer = { status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) };
    this.meet(method, path, { answer }, times);
  }

  /** Let nothing more happen to requests but what the stage does. */
  calm() {
    this.#faults = [];
  }

  #fault({ method, path }) {
    const met = this.#faults.find(
      (one) => one.method === method && path.match(one.path)?.[0] === path && one.times > 0);
    if (!met) return {};
    met.times -= 1;
    return met.fault;
  }

  /** Return somebody who has no account yet. */
  stranger() {
    people += 1;
    const email = `ada-${process.pid}-${Date.now()}-${people}@example.org`;
    const { origin } = new URL(this.world.settings.base_url);
    return { email, password: newPassword(), mailbox: new Mailbox(origin, email) };
  }

  /** Return somebody who has an account. */
  async member() {
    const person = this.stranger();
    const { status } = await this.world.api.send('POST', '/user', {
      body: { email: person.email, password: person.password } });
    if (status !== 201) throw new Error(`sign-up was answered ${status}`);
    return person;
  }

  /** Return the way to a page that the next mail has, as far as it is below the pages. */
  async linkTo(page, mailbox) {
    const link = await mailbox.nextLink(page);
    this.witness.mailed.add(link.split('#token=')[1]);
    return link.slice(link.lastIndexOf(`/${page}#`) + 1);
  }

  /** What was found out beside what the scenario reports. */
  report() {
    return { states: this.examiner.states, axe: [...this.examiner.faults.axe],
             fit: [...this.examiner.faults.fit], focus: [...this.focusFaults],
             noise: [...this.witness.faults], leaks: this.witness.leaks() };
  }
}

export const newPassword = () => `difference ${randomBytes(9).toString('base64url')} engine`;

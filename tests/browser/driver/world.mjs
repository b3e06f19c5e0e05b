/* What a scenario has: people, tabs of one browser context, and the proxy before the emulator. */
import { setTimeout as sleep } from 'node:timers/promises';

import { MOST_AT_ONCE } from './proxy.mjs';

/* A busy machine needs several times as long as an idle one. */
const TIMEOUT_MS = 90_000;
const PASSWORD = 'seven difference engines at noon';
let people = 0;

/** The API without a browser and without a proxy. */
export class Direct {
  constructor(settings, gate) {
    Object.assign(this, { settings, gate });
  }

  /** Return {status, body}. */
  send(method, path, { body, token, clientId = this.settings.client_id } = {}) {
    return this.gate.pass(async () => {
      const answer = await fetch(this.settings.base_url + path, {
        method,
        headers: { 'x-koms-clientid': clientId, 'content-type': 'application/json',
                   ...(token && { authorization: `Bearer ${token}` }) },
        body: body && JSON.stringify(body) });
      return { status: answer.status, body: await answer.json().catch(() => null) };
    });
  }

  /** Create an account; return what signs in to it. */
  async person() {
    people += 1;
    const email = `ada-${process.pid}-${Date.now()}-${people}@example.org`;
    const { status } = await this.send('POST', '/user', { body: { email, password: PASSWORD } });
    if (status !== 201) throw new Error(`sign-up was answered ${status}`);
    return { email, password: PASSWORD };
  }

  /** Open a session of this person; return its tokens. */
  async signIn(person) {
    const { body } = await this.send('POST', '/session', {
      body: { account_type: 'traditional', ...person } });
    return body;
  }

  /** Let the emulator start all workers that it may need, so that no later request waits. */
  async warmUp() {
    const each = (step) => Promise.all(Array.from({ length: MOST_AT_ONCE }, (_, i) => step(i)));
    const people = await each(() => this.person());
    const pairs = await each((i) => this.signIn(people[i]));
    for (const [method, path] of [['OPTIONS', '/user'], ['GET', '/user'], ['PUT', '/session'],
                                  ['DELETE', '/session']]) {
      await each((i) => this.send(method, path, {
        token: pairs[i].access_token,
        ...(method === 'PUT' && { body: { refresh_token: pairs[i].refresh_token } }) }));
    }
  }
}

export class World {
  constructor(settings, run, browser, proxy, api) {
    Object.assign(this, { settings, run, browser, proxy, api, tabs: [], contexts: [] });
  }

  /** Whether pages can be frozen, which only Chromium's own protocol does. */
  get canFreeze() {
    return this.settings.browser !== 'firefox';
  }

  async open() {
    this.context = await this.profile();
    return this;
  }

  /** Open what shares nothing with the tabs of before. */
  async profile(options = {}) {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(TIMEOUT_MS);
    this.contexts.push(context);
    return context;
  }

  async close() {
    await Promise.all(this.contexts.map((context) => context.close()));
    this.proxy.close();
  }

  /** Open a tab. Its clock can be wrong by `aheadMs`, its page be of another origin, or in another
   *  profile, whose page finds what is in `items` of the storage. */
  async tab({ aheadMs = 0, timeoutSeconds = 60, origin = this.settings.origin,
              context = this.context, items = {} } = {}) {
    const page = await context.newPage();
    await page.addInitScript((list) => {
      for (const [key, text] of Object.entries(list)) localStorage[key] ??= text;
    }, items);
    const query = new URLSearchParams({
      base_url: this.settings.base_url, proxy: this.proxy.baseUrl,
      client_id: this.settings.client_id, ahead: aheadMs, timeout_seconds: timeoutSeconds,
      possession: this.run.possession ?? true });
    await page.goto(`${origin}/${this.run.build ?? 'real'}/page.html?${query}`);
    const tab = new Tab(page);
    await tab.until('window.told?.length');
    this.tabs.push(tab);
    return tab;
  }

  /** Whether the bearer session of this pair, which nobody else uses, still lives. */
  async lives({ access_token: token, refresh_token }) {
    return (await this.api.send('PUT', '/session', { token, body: { refresh_token } })).status === 200;
  }

  /** Wait until the newest pair is stale, here and for the API. */
  stale() {
    return sleep(this.settings.fresh_ms + 200);
  }

  /** Wait until a generation that is used now is settled, by the API's whole seconds. */
  settled() {
    return sleep((this.settings.grace_seconds + 1) * 1000 + 300);
  }
}

export class Tab {
  constructor(page) {
    this.page = page;
  }

  /** Call a method of the client; return its value, or throw an Error of the ApiError's name. */
  async call(method, ...given) {
    const { value, error } = await this.attempt(method, ...given);
    if (error) throw Object.assign(new Error(`${method}: ${error.name}, ${error.message}`), error);
    return value;
  }

  /** Call a method of the client; return {value} or {error}. */
  attempt(method, ...given) {
    const done = this.page.evaluate(([name, list]) => window.call(name, ...list), [method, given]);
    // A scenario that fails closes its pages, and is to say itself why.
    done.catch(() => undefined);
    return done;
  }

  /** Call a method of the client again and again. A busy machine may take longer for a call than its
   *  access token lives, or than the client waits, which is no matter of the scenario. */
  async patiently(method, ...given) {
    const end = performance.now() + TIMEOUT_MS;
    for (;;) {
      const { value, error } = await this.attempt(method, ...given);
      if (!error) return value;
      if (!['unauthorized', 'unreachable'].includes(error.name) || performance.now() > end) {
        throw new Error(`${method}: ${error.name}`);
      }
    }
  }

  /** Return the account of whoever is signed in. */
  user() {
    return this.patiently('user');
  }

  /** What the listener was told: session ids, or null. */
  told() {
    return this.page.evaluate(() => window.told.map((one) => one && one.sessionId));
  }

  /** What the store holds: {pair, …}, or null. */
  stored() {
    return this.page.evaluate(() => {
      const keys = Object.keys(localStorage).filter((key) => !key.endsWith('.device'));
      return keys.length ? JSON.parse(localStorage[keys[0]]) : null;
    });
  }

  until(expression) {
    return this.page.waitForFunction(expression, null, { polling: 50 });
  }

  /** Wait until the listener was told last that nobody is signed in. */
  untilSignedOut() {
    return this.until('window.told.at(-1) === null');
  }

  /** Wait until the listener was told last of this session. */
  untilIn(sessionId) {
    return this.until(`window.told.at(-1)?.sessionId === ${JSON.stringify(sessionId)}`);
  }
}

/* What the account pages load, where they draw, and what they make of texts of others. */
import { Device } from '../device.mjs';
import { onPages } from '../pages/site.mjs';
import { eventually } from '../pages/visitor.mjs';
import { atHome, signIn } from '../pages/ways.mjs';
import { LANGUAGES, wordsOf } from '../pages/words.mjs';

const WINDOWS = [{ width: 1000, height: 900 }, { width: 360, height: 640 }];
/* Where each page leads to that is opened, and its title. */
const PAGES = {
  'sign-in': 'signIn.title', 'sign-up': 'signUp.title', 'forgot-password': 'forgot.title',
  'sign-up#token=x': 'signUp.finish', 'verify-email#token=x': 'verify.title',
  'reset-password#token=x': 'reset.title', 'change-email#token=x': 'signIn.title',
  'verify-email': 'link.missing', 'no-such-page': 'page.notFound' };
const ASSET = /\/account\/[^/?]+\.(js|css|svg)$/;

/** Open a page; return what it loads: {type, path, by, isKept}, where `by` is who asks for it, and
 *  `isKept` whether it comes out of the browser's cache. */
async function load(visitor, name, title) {
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  await devtools.send('Network.enable');
  const loads = new Map();
  devtools.on('Network.requestWillBeSent', ({ requestId, request, initiator, type }) => {
    if (ASSET.test(request.url)) {
      loads.set(requestId, { type, path: request.url.split('/').at(-1), by: initiator.type,
                             isKept: false });
    }
  });
  const keep = ({ requestId }) => {
    if (loads.has(requestId)) loads.get(requestId).isKept = true;
  };
  devtools.on('Network.requestServedFromCache', keep);
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) keep({ requestId });
  });
  await visitor.open(name);
  await visitor.page.getByRole('heading', { name: visitor.t(title), exact: true }).waitFor();
  await devtools.detach();
  return [...loads.values()];
}

const shiftsOf = async (visitor) => (await visitor.page.evaluate('shifts')).filter(
  ({ value }) => value > 0);

/** The first visit of each page, and the second one. */
export const pages_loads = onPages(async (site) => {
  const report = {};
  for (const [name, title] of Object.entries(PAGES)) {
    const visitor = await site.visitor(await site.profile());
    const first = await load(visitor, name, title);
    const second = await load(visitor, name, title);
    report[name] = { first, second };
    await visitor.page.context().close();
  }
  return { loads: report };
});

/** What moves by itself on each page, in wide and narrow windows; the parts of the page `home` come
 *  late, the last one first. */
export const pages_shifts = onPages(async (site) => {
  const person = await site.member();
  // To examine a page is to move what is in it.
  site.examiner.isOn = false;
  const shifts = [];
  for (const viewport of WINDOWS) {
    const visitor = await site.visitor(await site.profile({ viewport }));
    const note = async (name) => shifts.push(
      { name: `${name} ${viewport.width}`, shifts: await shiftsOf(visitor) });
    for (const [name, title] of Object.entries(PAGES)) {
      await visitor.open(name);
      await visitor.page.getByRole('heading', { name: visitor.t(title), exact: true }).waitFor();
      await visitor.page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 300); }));
      await note(name);
    }
    await atHome(visitor, person);
    for (const order of [['/user', '/factors', '/sessions'], ['/sessions', '/factors', '/user']]) {
      order.forEach((path, place) => site.meet('GET', path, { delayMs: 400 * (place + 1) }));
      await visitor.open('home');
      await visitor.at('home.title');
      await note(`home ${order[0]}`);
    }
    await visitor.page.context().close();
  }
  return { shifts };
});

const MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
/* What an engine of templates would fill in, and names that every object has. */
const NAMES = ['<img src=x onerror=alert(3)>', '__proto__', 'constructor', 'toString', '{wait}'];

/** How many elements there are that only a text of others could have made. */
const strangers = (visitor) => visitor.page.evaluate(() => document.querySelectorAll(
  'img, iframe, [onerror], [onclick], [onload], script:not([src]), a[href^="javascript:"]').length);

/** Whatever others have a say in is markup. */
export const pages_hostile = onPages(async (site, visitor) => {
  const made = [];
  const shows = async (...texts) => {
    for (const text of texts) await visitor.page.getByText(text).first().waitFor();
    made.push(await strangers(visitor));
    await visitor.look();
  };
  const person = await site.member();
  const query = new URLSearchParams({
    response_type: MARKUP, client_id: MARKUP, redirect_uri: `javascript:alert(4)//${MARKUP}`,
    state: MARKUP, code_challenge: MARKUP, code_challenge_method: MARKUP, ui_locales: MARKUP });
  await visitor.open(`sign-in?${query}`);
  await visitor.at('signIn.title');
  await shows();
  for (const name of NAMES) {
    site.refuse('POST', '/session', { status: 400, name, message: MARKUP,
                                      fields: [{ field: MARKUP, message: MARKUP }] });
    await visitor.type('field.email', person.email);
    await visitor.type('field.password', MARKUP);
    await visitor.send('field.password', 'signIn.submit');
    await visitor.isWarned('error.bad_request');
    await shows();
  }
  for (const page of ['verify-email', 'reset-password', 'change-email', 'sign-up']) {
    await visitor.open(`${page}#token=${encodeURIComponent(MARKUP)}&${MARKUP}`);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    await shows();
  }

  // A device and a passkey have the names that their owners give them.
  const other = await site.visitor(await site.profile({ userAgent: MARKUP }));
  await atHome(other, person);
  await Device.of(visitor);
  await atHome(visitor, person);
  await shows(MARKUP.slice(0, 20));
  await visitor.press('factors.addPasskey');
  await visitor.at('codes.title');
  await visitor.press('codes.done');
  await visitor.at('home.title');
  const part = visitor.page.getByRole('region', { name: visitor.t('factors.title') });
  await visitor.hands.press(part.getByRole('listitem').getByRole('button').first());
  await visitor.type('field.passkeyName', MARKUP);
  await visitor.send('field.passkeyName', 'factors.rename');
  await shows(MARKUP);
  await visitor.hands.press(part.getByRole('listitem').getByRole('button').last());
  await visitor.at('factors.removeSure', { name: MARKUP });
  await shows(MARKUP);
  await visitor.press('sure.cancel');

  // And if all that the API says were so.
  site.answer('GET', '/user', { id: MARKUP, email: MARKUP, email_verified: false });
  site.answer('GET', '/factors', { factors: [
    { id: MARKUP, kind: 'passkey', name: MARKUP, created_at: 0, last_used_at: null },
    { id: 'totp', kind: 'totp', name: MARKUP, created_at: 0, last_used_at: null },
    { id: 'recovery', kind: 'recovery_codes', name: MARKUP, created_at: 0, left: MARKUP }] });
  site.answer('GET', '/sessions', { sessions: [
    { id: MARKUP, client_id: `client ${MARKUP}`, device: `device ${MARKUP}`,
      address: `address ${MARKUP}`, created_at: 0, refreshed_at: 0, current: false }] });
  await visitor.open('home');
  await visitor.at('home.title');
  await shows(MARKUP, `client ${MARKUP}`, `device ${MARKUP}`, `address ${MARKUP}`);
  site.calm();
  site.answer('POST', '/factors/totp', { secret: MARKUP, otpauth_uri: `otpauth://totp/${MARKUP}` });
  await visitor.open('home');
  await visitor.at('home.title');
  await visitor.press('factors.addApp');
  await visitor.page.getByRole('img', { name: visitor.t('factors.scanAlt') }).waitFor();
  await shows();
  return { made, title: await visitor.page.title() };
});

/** Fields as password managers see them. */
const fieldsOf = (visitor) => visitor.page.evaluate(() => [...document.querySelectorAll('input')].map(
  (input) => ({ autocomplete: input.autocomplete, type: input.type, value: input.value,
                isHidden: input.hidden })));

/** What password managers are told by each form, and what people can do with each field. */
export const pages_fields = onPages(async (site, visitor) => {
  const person = await site.member();
  const forms = {};
  const pasted = [];
  const note = async (name) => {
    forms[name] = await fieldsOf(visitor);
    for (const field of await visitor.page.locator('input:visible').all()) {
      const text = `pasted ${pasted.length}`;
      await field.click();
      await visitor.page.keyboard.press('ControlOrMeta+a');
      await visitor.page.evaluate((value) => navigator.clipboard.writeText(value), text);
      await visitor.page.keyboard.press('ControlOrMeta+v');
      pasted.push(await field.inputValue() === text);
    }
  };
  for (const page of ['sign-up', 'forgot-password', 'reset-password#token=x',
                      'verify-email#token=x', 'sign-in']) {
    await visitor.open(page);
    await visitor.at(PAGES[page]);
    await note(page.split('#')[0]);
  }
  // What was typed can be seen, and goes on being the same.
  await visitor.type('field.password', 'seen');
  const eye = visitor.page.getByRole('button', { name: visitor.t('field.show'), exact: true });
  const seen = [];
  for (let press = 0; press < 3; press += 1) {
    const field = await visitor.field('field.password');
    seen.push([await field.getAttribute('type'), await field.inputValue(),
               await eye.getAttribute('aria-pressed')]);
    await visitor.hands.press(eye);
    await visitor.look();
  }
  await signIn(visitor, person);
  await visitor.at('home.title');
  for (const [opener, name] of [['password.change', 'password'], ['email.change', 'address'],
                                ['data.leave', 'leave']]) {
    await visitor.press(opener);
    await note(name);
    await visitor.press('sure.cancel');
  }
  await visitor.press('factors.addApp');
  await visitor.page.getByRole('img', { name: visitor.t('factors.scanAlt') }).waitFor();
  await note('app');
  site.refuse('POST', '/factors/totp', { status: 401, name: 'reauthentication_required',
                                         kinds: ['password'] });
  await visitor.press('factors.addApp');
  await visitor.at('proof.title');
  forms.proof = (await fieldsOf(visitor)).slice(-2);
  return { email: person.email, forms, pasted, seen };
});

/** The language that an application asks for, that a person chooses, and that stays. */
export const pages_languages = onPages(async (site, visitor) => {
  const seen = [];
  const note = async (language) => {
    const title = wordsOf(language)('signIn.title');
    await visitor.page.getByRole('heading', { name: title, exact: true }).waitFor();
    seen.push([language, await visitor.page.evaluate(() => document.documentElement.lang),
               await visitor.page.evaluate(() => document.documentElement.dir)]);
    await visitor.look();
  };
  await visitor.open('sign-in?ui_locales=xx-YY%20ar');
  await note('ar');
  await visitor.open('sign-in');
  await note('ar');
  for (const language of LANGUAGES) {
    if (language === seen.at(-1)[0]) continue;
    const name = new Intl.DisplayNames(language, { type: 'language' }).of(language);
    const group = visitor.page.getByRole('group', {
      name: wordsOf(seen.at(-1)[0])('language.choose'), exact: true });
    await visitor.hands.press(group.getByRole('button', { name, exact: true }));
    await note(language);
  }
  await visitor.open('sign-in');
  await note(LANGUAGES.at(-1));
  return { seen };
});

/** A stage that wants people to add a second factor first, and one on which nobody is registered. */
export const pages_unready = onPages(async (site, visitor) => {
  const person = await site.member();
  site.refuse('GET', '/user', { status: 401, name: 'enrolment_required' }, Infinity);
  await atHome(visitor, person);
  await visitor.sees('enrol.hint');
  site.calm();
});

/** For the checks themselves: pages that are wrong in each way, which they have to notice. */
export const pages_wrong = onPages(async (site, visitor) => {
  const wrong = { 'style-': `.hint, label { color: #aaa; } main { width: 500px; }
      :focus-visible { outline: none; } .links a { min-height: 0; }`,
                  'app-': `setTimeout(() => { console.error('wrong'); alert('wrong');
      try { eval('1'); } catch {} fetch('//127.0.0.1:9').catch(() => 0);
      history.replaceState(null, '', '#x'); fetch('').catch(() => 0); document.querySelector('label').remove();
      throw Error('wrong'); }, 300);` };
  for (const [name, text] of Object.entries(wrong)) {
    site.meet('GET', new RegExp(`.account.${name}.*`), {
      change: ({ body, headers: { 'content-length': _, ...headers }, ...answer }) => ({
        ...answer, headers, body: Buffer.concat([body, Buffer.from(text)]) }) });
  }
  site.witness.mailed.add('a-secret');
  await visitor.open('sign-in?state=a-secret');
  await visitor.page.waitForTimeout(1000);
  await visitor.type('field.password', 'x');
  await visitor.page.evaluate(() => document.activeElement.blur());
  site.examiner.scheme += ' and wrong';
  await visitor.look();
});

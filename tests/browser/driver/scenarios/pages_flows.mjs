/* What people do on the account pages, from the first step to the last. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { Device } from '../device.mjs';
import { newPassword, onPages } from '../pages/site.mjs';
import { eventually } from '../pages/visitor.mjs';
import { atHome, pressIn, signIn, signOut } from '../pages/ways.mjs';
import { codeOf } from '../totp.mjs';

const WRONG = 'not the password at all';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15';

/** Return what a download says, and the name of its file. */
async function downloaded(visitor, press) {
  const download = visitor.page.waitForEvent('download');
  await press();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf-8') };
}

export const pages_sign_up = onPages(async (site, visitor) => {
  const person = site.stranger();
  await visitor.open('sign-in');
  await visitor.at('signIn.title');
  await visitor.follow('signIn.create');
  await visitor.at('signUp.title');
  await visitor.press('signUp.submit');
  await visitor.isWrong('field.email', 'field.emailMissing');
  await visitor.type('field.email', person.email);
  await visitor.type('field.password', 'short');
  await visitor.send('field.password', 'signUp.submit');
  await visitor.isWrong('field.password', 'field.passwordTooShort', { count: 15 });
  await visitor.type('field.password', 'passwordpassword');
  await visitor.send('field.password', 'signUp.submit');
  await visitor.isWrong('field.password', 'error.weak_password');
  await visitor.type('field.password', person.password);
  await visitor.send('field.password', 'signUp.submit');
  await visitor.at('home.title');
  await visitor.sees('email.notVerified');

  await visitor.open(await site.linkTo('verify-email', person.mailbox));
  await visitor.at('verify.title');
  await visitor.press('verify.submit');
  await visitor.at('verify.done');
  await visitor.press('page.toAccount');
  await visitor.at('home.title');
  await visitor.sees('email.verified');

  await signOut(visitor);
  await signIn(visitor, { ...person, password: WRONG });
  await visitor.isWrong('field.password', 'error.bad_credentials');
  await visitor.type('field.password', person.password);
  await visitor.send('field.password', 'signIn.submit');
  await visitor.at('home.title');

  // The address of somebody who has an account, and a link that is opened on another device.
  await signOut(visitor);
  await visitor.follow('signIn.create');
  await visitor.at('signUp.title');
  await visitor.type('field.email', person.email);
  await visitor.type('field.password', newPassword());
  await visitor.send('field.password', 'signUp.submit');
  await visitor.isWrong('field.email', 'error.user_exists');
});

export const pages_verify_elsewhere = onPages(async (site, visitor) => {
  const person = await site.member();
  await atHome(visitor, person);
  await visitor.press('email.send');
  await visitor.hears('email.sent', person);
  const other = await site.visitor(await site.profile());
  await other.open(await site.linkTo('verify-email', person.mailbox));
  await other.at('verify.title');
  await other.type('field.password', WRONG);
  await other.send('field.password', 'verify.submit');
  await other.isWrong('field.password', 'error.wrong_password');
  await other.type('field.password', person.password);
  await other.send('field.password', 'verify.submit');
  await other.at('verify.done');
  await other.press('page.toAccount');
  await other.at('home.title');
  await other.sees('email.verified');
});

export const pages_forgotten = onPages(async (site, visitor) => {
  const person = await site.member();
  await visitor.open('sign-in');
  await visitor.at('signIn.title');
  await visitor.follow('signIn.forgot');
  await visitor.at('forgot.title');
  await visitor.press('forgot.submit');
  await visitor.isWrong('field.email', 'field.emailMissing');
  await visitor.type('field.email', 'nobody');
  await visitor.send('field.email', 'forgot.submit');
  await visitor.isWrong('field.email', 'error.invalid_email');
  await visitor.type('field.email', person.email);
  await visitor.send('field.email', 'forgot.submit');
  await visitor.at('signUp.checkMail');
  const link = await site.linkTo('reset-password', person.mailbox);
  await visitor.press('signUp.sendAgain');
  await visitor.hears('signUp.sent');
  await site.linkTo('reset-password', person.mailbox);

  const password = newPassword();
  await visitor.open(link);
  await visitor.at('reset.title');
  await visitor.type('field.newPassword', password);
  await visitor.send('field.newPassword', 'reset.submit');
  await visitor.sees('signIn.changed');
  await signIn(visitor, { ...person, password });
  await visitor.at('home.title');

  await visitor.open(link);
  await visitor.at('reset.title');
  await visitor.type('field.newPassword', newPassword());
  await visitor.send('field.newPassword', 'reset.submit');
  await visitor.isWarned('error.invalid_link');
});

export const pages_password = onPages(async (site, visitor) => {
  const person = await site.member();
  const password = newPassword();
  await atHome(visitor, person);
  await visitor.press('password.change');
  await visitor.type('field.currentPassword', WRONG);
  await visitor.type('field.newPassword', password);
  await visitor.send('field.newPassword', 'password.submit');
  await visitor.isWrong('field.currentPassword', 'error.wrong_password');
  await visitor.type('field.currentPassword', person.password);
  await visitor.send('field.currentPassword', 'password.submit');
  await visitor.sees('password.changed');
  await visitor.hears('password.changed');
  await visitor.press('password.change');
  await visitor.press('sure.cancel');
  await signOut(visitor);
  await signIn(visitor, { ...person, password });
  await visitor.at('home.title');
});

export const pages_address = onPages(async (site, visitor) => {
  const person = await site.member();
  const [next, last] = [site.stranger(), site.stranger()];
  const change = async ({ email }) => {
    await visitor.press('email.change');
    await visitor.type('email.new', email);
    await visitor.send('email.new', 'email.submit');
    await visitor.sees('email.changeSent', { email });
  };
  await atHome(visitor, person);
  await change(next);
  await visitor.open(await site.linkTo('change-email', next.mailbox));
  await visitor.at('changeEmail.title');
  await visitor.press('changeEmail.submit');
  await visitor.at('changeEmail.done');
  await visitor.press('page.toAccount');
  await visitor.at('home.title');
  await visitor.page.getByText(next.email).waitFor();

  // The next link is opened where nobody is signed in.
  await change(last);
  const other = await site.visitor(await site.profile());
  await other.open(await site.linkTo('change-email', last.mailbox));
  await other.sees('changeEmail.signIn');
  await signIn(other, { ...person, email: next.email });
  await other.at('changeEmail.title');
  await other.press('changeEmail.submit');
  await other.at('changeEmail.done');
  await other.press('page.toAccount');
  await other.at('home.title');
  await other.page.getByText(last.email).waitFor();
});

export const pages_app = onPages(async (site, visitor) => {
  const person = await site.member();
  await atHome(visitor, person);
  await visitor.press('factors.addApp');
  await visitor.page.getByRole('img', { name: visitor.t('factors.scanAlt') }).waitFor();
  await visitor.look();
  const secret = (await visitor.page.getByRole('code').textContent()).replaceAll(' ', '');
  await visitor.type('field.code', codeOf(secret, 20));
  await visitor.send('field.code', 'factors.confirmApp');
  await visitor.isWrong('field.code', 'error.invalid_code');
  await visitor.type('field.code', codeOf(secret));
  await visitor.send('field.code', 'factors.confirmApp');
  await visitor.at('codes.title');
  const codes = await visitor.page.getByRole('listitem').allTextContents();
  await visitor.press('codes.copy');
  await visitor.hears('codes.copied');
  const [copied] = await visitor.page.evaluate(() => window.copied);
  const file = await downloaded(visitor, () => visitor.press('codes.download'));
  await visitor.press('codes.done');
  await visitor.at('home.title');
  await visitor.sees('factors.appOn');
  await visitor.sees('factors.recoveryLeft', { count: 10 });

  await signOut(visitor);
  await signIn(visitor, person);
  await visitor.at('secondStep.title');
  await visitor.press('secondStep.submit');
  await visitor.isWrong('field.code', 'field.codeMissing');
  await visitor.type('field.code', codeOf(secret, 20));
  await visitor.send('field.code', 'secondStep.submit');
  await visitor.isWrong('field.code', 'error.invalid_code');
  await visitor.type('field.code', codeOf(secret, 1));
  await visitor.send('field.code', 'secondStep.submit');
  await visitor.at('home.title');

  await signOut(visitor);
  await signIn(visitor, person);
  await visitor.at('secondStep.title');
  await visitor.press('secondStep.useRecoveryCode');
  await visitor.look();
  await visitor.type('field.recoveryCode', codes[0]);
  await visitor.send('field.recoveryCode', 'secondStep.submit');
  await visitor.at('home.title');
  await visitor.sees('factors.recoveryLeft', { count: 9 });

  await visitor.press('factors.newCodes');
  await visitor.at('factors.newCodesSure');
  site.refuse('POST', '/factors/recovery-codes', {
    status: 401, name: 'reauthentication_required', kinds: ['totp', 'recovery_code'] });
  await visitor.press('factors.newCodes');
  await visitor.at('proof.title');
  await visitor.press('secondStep.useRecoveryCode');
  await visitor.type('field.recoveryCode', codes[0]);
  await visitor.send('field.recoveryCode', 'proof.submit');
  await visitor.isWrong('field.recoveryCode', 'error.invalid_code');
  await visitor.type('field.recoveryCode', codes[1]);
  await visitor.send('field.recoveryCode', 'proof.submit');
  await visitor.at('codes.title');
  const others = await visitor.page.getByRole('listitem').allTextContents();
  await visitor.press('codes.done');
  await visitor.at('home.title');
  await visitor.press('factors.removeApp');
  await visitor.at('factors.removeAppSure');
  await visitor.press('sure.cancel');
  await visitor.sees('factors.appOn');
  await visitor.press('factors.removeApp');
  await visitor.at('factors.removeAppSure');
  await visitor.press('factors.removeApp');
  await visitor.sees('factors.appOff');
  await visitor.hears('factors.appRemoved');
  return { codes, others, copied, file };
});

export const pages_passkey = onPages(async (site, visitor) => {
  const person = await site.member();
  const device = await Device.of(visitor);
  await atHome(visitor, person);
  await visitor.press('factors.addPasskey');
  await visitor.at('codes.title');
  await visitor.press('codes.done');
  await visitor.at('home.title');
  await visitor.sees('factors.neverUsed');
  await visitor.press('factors.addPasskey');
  await visitor.isWarned('error.factor_exists');

  const part = visitor.page.getByRole('region', { name: visitor.t('factors.title') });
  const first = await part.getByRole('listitem').getByRole('strong').textContent();
  await pressIn(visitor, first, 'factors.renameOf');
  await visitor.type('field.passkeyName', ' ');
  await visitor.send('field.passkeyName', 'factors.rename');
  await visitor.isWrong('field.passkeyName', 'field.nameMissing');
  await visitor.type('field.passkeyName', 'my phone');
  await visitor.send('field.passkeyName', 'factors.rename');
  await visitor.hears('factors.passkeyRenamed');
  await part.getByText('my phone').waitFor();
  await visitor.look();

  // Chromium's device would take the offer in the field of the address at once.
  await device.take(false);
  await signOut(visitor);
  await device.take(true);
  await visitor.press('signIn.passkey');
  await visitor.at('home.title');

  await device.take(false);
  await signOut(visitor);
  await signIn(visitor, person);
  await visitor.at('secondStep.title');
  await device.take(true);
  await visitor.press('secondStep.passkey');
  await visitor.at('home.title');

  await pressIn(visitor, 'my phone', 'factors.removeOf');
  await visitor.at('factors.removeSure', { name: 'my phone' });
  await visitor.page.keyboard.press('Escape');
  await visitor.page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.look();
  await pressIn(visitor, 'my phone', 'factors.removeOf');
  await visitor.at('factors.removeSure', { name: 'my phone' });
  site.refuse('DELETE', /.factors.passkey.+/, {
    status: 401, name: 'reauthentication_required', kinds: ['passkey', 'recovery_code'] });
  await visitor.press('factors.remove');
  await visitor.at('proof.title');
  await visitor.press('secondStep.passkey');
  await visitor.sees('factors.noPasskeys');
  await visitor.hears('factors.passkeyRemoved');
});

/** The browser offers the passkey in the field of the address. */
export const pages_offer = onPages(async (site, visitor) => {
  const person = await site.member();
  const device = await Device.of(visitor);
  await atHome(visitor, person);
  await visitor.press('factors.addPasskey');
  await visitor.at('codes.title');
  await visitor.press('codes.done');
  await visitor.at('home.title');
  await device.take(true);
  await visitor.press('home.signOut');
  await eventually('the offer signs in', () => site.proxy.count('POST', '/session/passkey') === 1);
  await visitor.at('home.title');
});

/** The API wants to be shown again who somebody is, who does not want to at first. */
export const pages_proof = onPages(async (site, visitor) => {
  const person = await site.member();
  await atHome(visitor, person);
  site.refuse('POST', '/factors/totp', { status: 401, name: 'reauthentication_required',
                                         kinds: ['password'] }, 2);
  await visitor.press('factors.addApp');
  await visitor.at('proof.title');
  await visitor.press('proof.cancel');
  await visitor.page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.look();
  const cancelled = site.proxy.count('POST', '/factors/totp');
  await visitor.press('factors.addApp');
  await visitor.at('proof.title');
  await visitor.type('field.password', WRONG);
  await visitor.send('field.password', 'proof.submit');
  await visitor.isWrong('field.password', 'error.wrong_password');
  await visitor.type('field.password', person.password);
  await visitor.send('field.password', 'proof.submit');
  await visitor.page.getByRole('img', { name: visitor.t('factors.scanAlt') }).waitFor();
  await visitor.look();
  return { cancelled };
});

export const pages_devices = onPages(async (site, visitor) => {
  const person = await site.member();
  const phone = await site.visitor(await site.profile({ userAgent: IPHONE }));
  const other = await site.visitor(await site.profile());
  await Promise.all([atHome(phone, person), atHome(other, person)]);
  await atHome(visitor, person);
  await visitor.sees('sessions.count', { count: 3 });
  await pressIn(visitor, 'iPhone', 'sessions.endOf');
  await visitor.sees('sessions.count', { count: 2 });
  await visitor.hears('sessions.ended');
  await phone.press('data.export');
  await phone.sees('signIn.ended');
  await visitor.press('sessions.endOthers');
  await visitor.sees('sessions.count', { count: 1 });
  await visitor.hears('sessions.endedOthers', { count: 1 });
  await other.open('home');
  await other.at('signIn.title');
});

export const pages_data = onPages(async (site, visitor) => {
  const person = await site.member();
  await atHome(visitor, person);
  const { name, text } = await downloaded(visitor, () => visitor.press('data.export'));
  await visitor.press('data.leave');
  await visitor.look();
  await visitor.type('data.leavePassword', WRONG);
  await visitor.send('data.leavePassword', 'data.leaveSubmit');
  await visitor.isWrong('data.leavePassword', 'error.wrong_password');
  await visitor.type('data.leavePassword', person.password);
  await visitor.send('data.leavePassword', 'data.leaveSubmit');
  await visitor.at('data.left');
  await visitor.follow('signIn.create');
  await visitor.at('signUp.title');
  await visitor.follow('signUp.haveAccount');
  await signIn(visitor, person);
  await visitor.isWrong('field.password', 'error.bad_credentials');
  return { name, email: person.email, data: JSON.parse(text) };
});

/** Addresses that lead nowhere, and the choice of a language. */
export const pages_astray = onPages(async (site, visitor) => {
  for (const name of ['verify-email', 'reset-password', 'change-email']) {
    await visitor.open(name);
    await visitor.at('link.missing');
  }
  await visitor.follow('page.toSignIn');
  await visitor.at('signIn.title');
  await visitor.open('no-such-page');
  await visitor.at('page.notFound');
  await visitor.follow('page.toAccount');
  await visitor.at('signIn.title');
});

/** What an application sends somebody with, and what it keeps meanwhile. */
function request(site, redirectUri = site.application, more = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code', client_id: 'web-app', redirect_uri: redirectUri, state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256', ...more });
  return { verifier, state, query, redirectUri };
}

/** Let there be an application at this address. */
const answerAt = (address, visitor) => visitor.page.route(`${address}**`, (route) => route.fulfill(
  { contentType: 'text/html', body: '<!doctype html><title>An application</title>' }));

/** Wait until the person is back; return whose session the code opens, and what it does later. */
async function exchange(site, visitor, { verifier, state, redirectUri }) {
  await visitor.page.waitForURL((url) => url.href.startsWith(redirectUri));
  const back = new URL(visitor.page.url()).searchParams;
  const body = { code: back.get('code'), code_verifier: verifier, redirect_uri: redirectUri };
  const send = (method, path, more) => site.world.api.send(method, path,
                                                           { clientId: 'web-app', ...more });
  const open = (changed = {}) => send('POST', '/session/authorization-code', {
    body: { ...body, ...changed } });
  const stolen = await open({ code_verifier: randomBytes(32).toString('base64url') });
  const { body: tokens } = await open();
  const again = await open();
  const { body: user } = await send('GET', '/user', { token: tokens.access_token });
  return { email: user.email, isSameState: back.get('state') === state,
           names: [...back.keys()].sort(), stolen: stolen.body.name, again: again.body.name };
}

export const pages_application = onPages(async (site, visitor) => {
  const person = await site.member();
  const exchanges = [];
  await answerAt(site.application, visitor);
  const first = request(site);
  await visitor.open(`sign-in?${first.query}`);
  await signIn(visitor, person);
  exchanges.push(await exchange(site, visitor, first));

  // Whoever is signed in already is led back at once, unless the application wants a sign-in.
  const second = request(site);
  await visitor.open(`sign-in?${second.query}`);
  exchanges.push(await exchange(site, visitor, second));
  const third = request(site, site.application, { prompt: 'login' });
  await visitor.open(`sign-in?${third.query}`);
  await signIn(visitor, person);
  exchanges.push(await exchange(site, visitor, third));

  // Any program of this device could be at an address such as this one.
  const local = request(site, site.program);
  await visitor.open(`sign-in?${local.query}`);
  await visitor.at('goOn.title');
  await visitor.press('goOn.submit');
  exchanges.push(await exchange(site, visitor, local));

  const kept = [];
  for (const address of [`${site.application}/other`, 'https://evil.example/', 'javascript:alert(1)']) {
    await visitor.open(`sign-in?${request(site, address).query}`);
    if (!address.startsWith('https:')) {
      await visitor.at('goOn.title');
      await visitor.press('goOn.submit');
    }
    await visitor.isWarned('error.invalid_redirect_uri');
    kept.push(visitor.page.url().startsWith(`${site.origin}${site.path}sign-in?`));
  }
  await visitor.follow('page.toAccount');
  await visitor.at('home.title');

  // Somebody who has no account yet makes one on the way.
  const newcomer = site.stranger();
  const other = await site.visitor(await site.profile());
  await answerAt(site.application, other);
  const last = request(site);
  await other.open(`sign-in?${last.query}`);
  await other.at('signIn.title');
  await other.follow('signIn.create');
  await other.at('signUp.title');
  await other.type('field.email', newcomer.email);
  await other.type('field.password', newcomer.password);
  await other.send('field.password', 'signUp.submit');
  exchanges.push(await exchange(site, other, last));
  return { kept, exchanges, people: [...Array(4).fill(person.email), newcomer.email] };
});

/** Another person signs in in another tab. */
export const pages_tabs = onPages(async (site, visitor) => {
  const [ada, eve] = [await site.member(), await site.member()];
  await atHome(visitor, ada);
  const other = await site.visitor();
  await other.open('home');
  await other.at('home.title');
  await signOut(other);
  await visitor.sees('signIn.ended');
  await signIn(other, eve);
  await other.at('home.title');
  await visitor.at('home.title');
  await visitor.page.getByText(eve.email).waitFor();
});

/** Browsers in which the pages cannot do what they are for. */
export const pages_bare = onPages(async (site, visitor) => {
  await visitor.page.addInitScript(() => Object.defineProperty(
    window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } }));
  await visitor.open('sign-in');
  await visitor.at('page.noStorage');
  // The next ones complain in their consoles, with reason.
  const shown = async (place, options = {}) => {
    const page = await (await site.world.profile(options)).newPage();
    await page.goto(`${site.origin}${site.path}sign-in?ui_locales=${site.language}`);
    await page.locator(place).waitFor();
    return page.locator(place).textContent();
  };
  site.meet('GET', /.account.app-.*/, { loseAnswer: true }, Infinity);
  const late = await shown('.late');
  site.calm();
  const plain = await shown('noscript', { javaScriptEnabled: false });
  return { told: [late === site.t('page.late'), plain === site.t('page.noScript')] };
});

/* The following are on a stage that requires verified addresses. */

export const pages_check_mail = onPages(async (site, visitor) => {
  const person = site.stranger();
  await visitor.open('sign-up');
  await visitor.at('signUp.title');
  await visitor.type('field.email', person.email);
  await visitor.type('field.password', person.password);
  await visitor.send('field.password', 'signUp.submit');
  await visitor.at('signUp.checkMail');
  await visitor.press('signUp.sendAgain');
  await visitor.hears('signUp.sent');
  const early = await site.visitor(await site.profile());
  await early.open('sign-in');
  await signIn(early, person);
  await early.isWrong('field.password', 'error.bad_or_not_verified');

  const other = await site.visitor();
  await other.open(await site.linkTo('verify-email', person.mailbox));
  await other.at('verify.title');
  await other.type('field.password', person.password);
  await other.send('field.password', 'verify.submit');
  await other.at('verify.done');
  // The tab in which the sign-up began goes on by itself.
  await visitor.at('home.title');
  await visitor.sees('email.verified');
});

export const pages_without_password = onPages(async (site, visitor) => {
  const person = site.stranger();
  await visitor.open('sign-up');
  await visitor.at('signUp.title');
  await visitor.press('signUp.passkey');
  await visitor.at('signUp.passkey');
  await visitor.type('field.email', person.email);
  await visitor.send('field.email', 'forgot.submit');
  await visitor.at('signUp.checkMail');
  const link = await site.linkTo('sign-up', person.mailbox);
  const other = await site.visitor();
  const device = await Device.of(other);
  await other.open(link);
  await other.at('signUp.finish');
  await other.type('field.passkeyName', 'my phone');
  await other.send('field.passkeyName', 'signUp.makePasskey');
  await other.at('codes.title');
  await visitor.at('home.title');
  await other.press('codes.done');
  await other.at('home.title');
  await other.page.getByText('my phone').waitFor();
  await other.sees('email.verified');

  // Without a password, only the passkey signs in, and nothing else is left to remove it.
  await device.take(false);
  await signOut(other);
  await device.take(true);
  await other.press('signIn.passkey');
  await other.at('home.title');
  await pressIn(other, 'my phone', 'factors.removeOf');
  await other.at('factors.removeSure', { name: 'my phone' });
  await other.press('factors.remove');
  await other.isWarned('error.last_way_in');
  await other.press('sure.cancel');
  await other.press('data.leave');
  await other.press('data.leaveSubmit');
  await other.at('data.left');

  await other.open(link);
  await other.at('signUp.finish');
  await other.press('signUp.makePasskey');
  await other.isWarned('error.invalid_link');
});

/* What people see of the account pages when answers are slow, lost, or say that something failed. */
import { Device } from '../device.mjs';
import { newPassword, onPages } from '../pages/site.mjs';
import { eventually } from '../pages/visitor.mjs';
import { atHome, pressIn, signIn, waitOf } from '../pages/ways.mjs';

const PARTS = { 'email.title': '/user', 'factors.title': '/factors', 'sessions.title': '/sessions' };
/* How much later than the page each part of it comes, the last one first. */
const LATER_MS = 400;

/** How many animations run: of a button that is busy, or of none. */
const moving = (visitor) => visitor.page.evaluate(() => document.getAnimations().length);

const valueOf = async (visitor, key) => (await visitor.field(key)).inputValue();

export const pages_slow = onPages(async (site, visitor) => {
  const person = await site.member();
  const held = site.proxy.hold('POST', '/session');
  await visitor.open('home');
  await signIn(visitor, person);
  await held.arrived;
  // Impatient people try again.
  await visitor.hammer('signIn.submit');
  await visitor.hears('wait.busy');
  const moved = await moving(visitor);
  await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
  const still = await moving(visitor);
  await visitor.page.emulateMedia({ reducedMotion: null });
  await visitor.hears('wait.long');
  held.release();
  await visitor.at('home.title');

  const asked = site.proxy.hold('GET', '/user/export');
  await visitor.press('data.export');
  await asked.arrived;
  await visitor.hammer('data.export');
  await visitor.hears('wait.busy');
  asked.release();
  await visitor.hears('data.exported');
  return { moved, still, signed_in: site.proxy.count('POST', '/session'),
           exported: site.proxy.count('GET', '/user/export') };
});

export const pages_lost = onPages(async (site, visitor) => {
  const person = await site.member();
  const kept = [];
  site.meet('POST', '/session', { loseAnswer: true }, Infinity);
  await visitor.open('sign-in');
  await signIn(visitor, person);
  await visitor.isWarned('error.unreachable');
  kept.push(await valueOf(visitor, 'field.email') === person.email,
            await valueOf(visitor, 'field.password') === person.password);
  site.calm();
  await visitor.send('field.password', 'signIn.submit');
  await visitor.at('home.title');

  const password = newPassword();
  site.meet('PUT', '/user/password', { loseRequest: true }, Infinity);
  await visitor.press('password.change');
  await visitor.type('field.currentPassword', person.password);
  await visitor.type('field.newPassword', password);
  await visitor.send('field.newPassword', 'password.submit');
  await visitor.isWarned('error.unreachable');
  kept.push(await valueOf(visitor, 'field.newPassword') === password);
  site.calm();
  await visitor.send('field.newPassword', 'password.submit');
  await visitor.sees('password.changed');

  // A sign-up whose answer is lost has made an account, and the next try finds it.
  const other = await site.visitor(await site.profile());
  const newcomer = site.stranger();
  site.meet('POST', '/user', { loseAnswer: true }, 3);
  await other.open('sign-up');
  await other.at('signUp.title');
  await other.type('field.email', newcomer.email);
  await other.type('field.password', newcomer.password);
  await other.send('field.password', 'signUp.submit');
  await other.isWarned('error.unreachable');
  site.calm();
  await other.send('field.password', 'signUp.submit');
  await other.at('home.title');

  site.meet('POST', '/user/password-reset', { loseRequest: true }, Infinity);
  await other.open('forgot-password');
  await other.at('forgot.title');
  await other.type('field.email', newcomer.email);
  await other.send('field.email', 'forgot.submit');
  await other.isWarned('error.unreachable');
  site.calm();
  await other.send('field.email', 'forgot.submit');
  await other.at('signUp.checkMail');
  return { kept };
});

/** Errors of the API, each with the text that is shown. */
const ERRORS = [
  [{ status: 503, name: 'unavailable', retryAfter: 60 }, 'error.unavailable'],
  [{ status: 429, name: 'throttled', retryAfter: 60 }, 'error.throttled'],
  [{ status: 500, name: 'server_error' }, 'error.server_error'],
  [{ status: 500, name: 'a_new_error' }, 'error.unknown'],
  [{ status: 400, name: 'a_new_error' }, 'error.bad_request'],
  [{ status: 401, name: 'unauthorized' }, 'page.notAvailable'],
  [{ status: 401, name: 'account_blocked' }, 'error.account_blocked'],
];

export const pages_failing = onPages(async (site, visitor) => {
  const person = await site.member();
  await visitor.open('sign-in');
  await signIn(visitor, { ...person, password: 'not the password' });
  await visitor.isWrong('field.password', 'error.bad_credentials');
  await visitor.type('field.password', person.password);
  for (const [error, key] of ERRORS) {
    site.refuse('POST', '/session', error, Infinity);
    await visitor.send('field.password', 'signIn.submit');
    await visitor.isWarned(key);
    site.calm();
  }
  site.refuse('POST', '/session', { status: 429, name: 'too_many_attempts', retryAfter: 900 });
  await visitor.send('field.password', 'signIn.submit');
  await visitor.isWarned('error.too_many_attempts', { wait: waitOf(visitor, 15, 'minute') });
  const gateway = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' };
  site.meet('POST', '/session', { answer: gateway }, Infinity);
  await visitor.send('field.password', 'signIn.submit');
  await visitor.isWarned('error.unexpected_answer');
  site.calm();
  const kept = [await valueOf(visitor, 'field.password') === person.password];
  await visitor.send('field.password', 'signIn.submit');
  await visitor.at('home.title');

  // A button alone, a form that a button opens, and a dialog.
  await Device.of(visitor);
  site.refuse('POST', '/user/email-verification', {
    status: 429, name: 'too_many_attempts', retryAfter: 30 }, Infinity);
  await visitor.press('email.send');
  await visitor.isWarned('error.too_many_attempts', { wait: waitOf(visitor, 30, 'second') });
  site.refuse('PUT', '/user/email', { status: 500, name: 'server_error' }, Infinity);
  await visitor.press('email.change');
  await visitor.type('email.new', site.stranger().email);
  await visitor.send('email.new', 'email.submit');
  await visitor.isWarned('error.server_error');
  await visitor.press('sure.cancel');
  await visitor.press('factors.addPasskey');
  await visitor.at('codes.title');
  await visitor.press('codes.done');
  await visitor.at('home.title');
  const name = await visitor.page.getByRole('region', { name: visitor.t('factors.title') })
    .getByRole('listitem').getByRole('strong').textContent();
  site.refuse('DELETE', /.factors.passkey.+/, {
    status: 503, name: 'unavailable', retryAfter: 60 }, Infinity);
  await pressIn(visitor, name, 'factors.removeOf');
  await visitor.at('factors.removeSure', { name });
  await visitor.press('factors.remove');
  await visitor.isWarned('error.unavailable');
  await visitor.press('sure.cancel');
  await pressIn(visitor, name, 'factors.removeOf');
  await visitor.at('factors.removeSure', { name });
  site.calm();
  await visitor.press('factors.remove');
  await visitor.sees('factors.noPasskeys');
  return { kept };
});

/** Each part of the page fails, and is loaded again by its button; the others can be used. */
export const pages_parts = onPages(async (site, visitor) => {
  const person = await site.member();
  const part = (key) => visitor.page.getByRole('region', { name: visitor.t(key) });
  await atHome(visitor, person);
  for (const path of Object.values(PARTS)) {
    site.refuse('GET', path, { status: 503, name: 'unavailable', retryAfter: 60 }, Infinity);
  }
  await visitor.open('home');
  await visitor.at('home.title');
  const buttons = [];
  for (const key of Object.keys(PARTS)) {
    const alert = part(key).getByRole('alert').filter({ hasText: visitor.t('error.unavailable') });
    await alert.waitFor();
    buttons.push(await part(key).getByRole('button', { name: visitor.t('wait.again') }).count());
  }
  await visitor.press('password.change');
  await visitor.look();
  await visitor.press('sure.cancel');
  for (const key of Object.keys(PARTS)) {
    await visitor.hands.press(part(key).getByRole('button', { name: visitor.t('wait.again') }));
    await eventually(`${key} has failed again`, async () => (
      await part(key).getByRole('alert').count() === 1));
    await visitor.look();
  }
  site.calm();
  for (const key of Object.keys(PARTS)) {
    await visitor.hands.press(part(key).getByRole('button', { name: visitor.t('wait.again') }));
  }
  await visitor.at('home.title');
  await visitor.sees('email.notVerified');
  await visitor.sees('factors.appOff');
  await visitor.sees('sessions.count', { count: 1 });

  // While one part is slow, the others are there.
  const slow = site.proxy.hold('GET', '/factors');
  await visitor.open('home');
  await visitor.sees('sessions.count', { count: 1 });
  await part('factors.title').getByText(visitor.t('wait.busy')).waitFor();
  slow.release();
  await visitor.sees('factors.appOff');
  return { buttons };
});

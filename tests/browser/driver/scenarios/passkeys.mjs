/* Passkeys of a person whose device is in Chromium: what pages get, and what others send. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Device } from '../device.mjs';

/* The page's clock is put on by so much, which is longer than a ticket is good for. */
const TICKET_MINUTES = '05:00';
/* So long a page may take to ask for other options, on a busy machine. */
const LONGEST_ASKING_MS = 10_000;

const of = (error) => error?.name ?? null;

/** Return what the newest access token in the store says. */
async function claimsIn(tab) {
  const { pair } = await tab.stored();
  return JSON.parse(Buffer.from(pair.access_token.split('.')[1], 'base64url'));
}

/** Open a tab of somebody who is signed in by a password, on a device without passkeys. */
async function newcomer(world, where) {
  const tab = await world.tab(where);
  const device = await Device.of(tab);
  const person = await world.api.person();
  await tab.call('signIn', person);
  return { tab, device, person, userId: (await claimsIn(tab)).sub };
}

/** Return the tab of somebody who has added a passkey and has signed out. */
async function owner(world, where) {
  const who = await newcomer(world, where);
  const passkey = await who.tab.patiently('registerPasskey', 'laptop');
  await who.tab.call('signOut');
  return { ...who, passkey };
}

/** Return what the API asks of a browser: to sign in, or to take the second step of this ticket. */
async function options(world, body = {}) {
  return (await world.api.send('POST', '/session/passkey/options', { body })).body;
}

/** Let the page ask by itself; return {credential}, or the {error} that the browser throws. */
const ask = (tab, public_key) => tab.page.evaluate(async (json) => {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return { credential: (await navigator.credentials.get({ publicKey })).toJSON() };
  } catch ({ name }) {
    return { error: name };
  }
}, public_key);

/** Send an answer to the API without a page. Return {status, name}. */
async function post(world, ticket, credential) {
  const { status, body } = await world.api.send('POST', '/session/passkey', {
    body: { ticket, credential } });
  return { status, name: body.name ?? null };
}

const altered = (credential, fields) =>
  ({ ...credential, response: { ...credential.response, ...fields } });

/** Add a passkey, show it again, and sign in by it: alone, and after the password. */
export async function passkey_life(world) {
  const { tab, device, person, userId } = await newcomer(world);
  const byPassword = await claimsIn(tab);
  const added = await tab.patiently('registerPasskey', 'laptop');
  const before = await tab.patiently('factors');
  const again = await tab.attempt('registerPasskey', 'the same laptop');
  const after = await tab.patiently('factors');
  const kept = (await device.passkeys()).length;
  await tab.patiently('reauthenticateWithPasskey');
  const shown = await claimsIn(tab);
  await tab.call('signOut');

  await tab.call('signInWithPasskey');
  const alone = await claimsIn(tab);
  await tab.call('signOut');

  const { error } = await tab.attempt('signIn', person);
  await tab.call('signInWithPasskey', { ticket: error.ticket });
  const second = await claimsIn(tab);

  const taken = world.proxy.exchanges.filter(
    ({ path, status }) => path === '/factors/passkey' && status === 201).length;
  const renamed = await tab.patiently('renamePasskey', added.id, 'old laptop');
  await tab.patiently('deletePasskey', added.id);
  const left = await tab.patiently('factors');
  return { user_id: userId, added, again: of(again.error), before, after, kept, byPassword, shown,
           taken, alone, kinds: error.kinds, second, renamed: renamed.name, left };
}

/** Let a page offer the passkey, until its owner does `next`: they take it only after the page has
 *  asked the API for other options. Return {offered}, a promise of what the offer comes to, or
 *  nothing if the page asks for none. */
async function offer(world, tab, device, next) {
  // Chromium looks at this when it is asked, and never again.
  await device.take(false);
  const offered = tab.attempt('signInWithPasskey', { conditional: true });
  await tab.until('asked === 1');
  const options = world.proxy.hold('POST', '/session/passkey/options');
  await next();
  const patience = sleep(LONGEST_ASKING_MS, null, { ref: false });
  if (!await Promise.race([options.arrived, patience])) return {};
  await device.take(true);
  options.release();
  return { offered };
}

/** The browser offers the passkey where it fills in forms, and its owner takes it after a while. */
export async function passkey_offer(world) {
  const { tab, device, userId } = await owner(world);
  await tab.page.clock.install();
  const { offered } = await offer(
    world, tab, device, () => tab.page.clock.fastForward(TICKET_MINUTES));
  const { value, error } = await offered;
  return { user_id: userId, signed_in: value?.userId ?? null, error: of(error) };
}

/** While the browser offers the passkey, its owner asks for it by a button. */
export async function passkey_button(world) {
  const { tab, device, userId } = await owner(world);
  let asked;
  const { offered } = await offer(world, tab, device, () => {
    asked = tab.attempt('signInWithPasskey');
  });
  const { value, error } = await asked;
  return { user_id: userId, offered: of((await offered).error), signed_in: value?.userId ?? null,
           error: of(error) };
}

/** Pages of other origins ask for the passkey, and one of them gets an answer and sends it. */
export async function passkey_elsewhere(world) {
  const { device, userId } = await owner(world);
  const [kept] = await device.passkeys();
  const { ticket, public_key } = await options(world);
  const { port } = new URL(world.settings.origin);
  const told = [];
  for (const host of ['127.0.0.1', 'other.localhost']) {
    const page = await world.tab({ origin: `http://${host}:${port}` });
    await (await Device.of(page)).add(kept);
    told.push((await ask(page, public_key)).error);
  }
  const foreign = await world.tab({ origin: world.settings.foreign_origin });
  await (await Device.of(foreign)).add(kept);
  const { credential } = await ask(foreign, public_key);
  return { user_id: userId, told, answer: await post(world, ticket, credential) };
}

/** The device cannot tell who uses it, and a page says that this is no matter. */
export async function passkey_unverified(world) {
  const { tab, device, userId } = await owner(world);
  await device.verify(false);
  const { error } = await tab.attempt('signInWithPasskey');
  const { ticket, public_key } = await options(world);
  const { credential } = await ask(tab, { ...public_key, userVerification: 'discouraged' });
  return { user_id: userId, error: of(error), answer: await post(world, ticket, credential) };
}

/** The passkey was removed, and the device has it still. */
export async function passkey_removed(world) {
  const { tab, device, passkey } = await owner(world);
  await tab.call('signInWithPasskey');
  await tab.patiently('deletePasskey', passkey.id);
  await tab.call('signOut');
  const kept = [(await device.passkeys()).length];
  const { error } = await tab.attempt('signInWithPasskey');
  kept.push((await device.passkeys()).length);
  return { error: of(error), kept, pair: (await tab.stored()).pair };
}

/** An image of the device is put back, and the passkey counts from there. */
export async function passkey_put_back(world) {
  const { tab, device, userId } = await owner(world);
  for (let use = 0; use < 2; use += 1) {
    await tab.call('signInWithPasskey');
    await tab.call('signOut');
  }
  await device.putBack(1);
  const { error } = await tab.attempt('signInWithPasskey');
  return { user_id: userId, error: of(error), pair: (await tab.stored()).pair };
}

/** Answers that a browser has given, sent with another signature, again, and for another ticket. */
export async function passkey_answers(world) {
  const { tab, userId } = await owner(world);
  const [first, second] = [await options(world), await options(world)];
  const { credential } = await ask(tab, first.public_key);
  const { signature } = credential.response;
  // The last bytes are of a number, whatever they are.
  const other = signature.slice(0, -8) + (signature.at(-8) === 'A' ? 'B' : 'A')
    + signature.slice(-7);
  return { user_id: userId,
           tampered: await post(world, first.ticket, altered(credential, { signature: other })),
           used: await post(world, first.ticket, credential),
           replayed: await post(world, first.ticket, credential),
           elsewhere: await post(world, second.ticket, credential) };
}

/** Somebody who knows another one's password has a passkey of their own. */
export async function passkey_of_another(world) {
  const thief = await owner(world);
  const victim = await owner(world, { context: await world.profile() });
  const { error } = await victim.tab.attempt('signIn', victim.person);
  const { ticket, public_key } = await options(world, { ticket: error.ticket });
  const { error: told } = await ask(thief.tab, public_key);
  const { credential } = await ask(thief.tab, { ...public_key, allowCredentials: [] });
  const userHandle = Buffer.from(victim.userId).toString('base64url');
  return { user_id: victim.userId, told,
           own: await post(world, ticket, credential),
           swapped: await post(world, ticket, altered(credential, { userHandle })) };
}

/** For clients that may be wrong: what is wrong when the same device is to make another passkey. */
export async function repeated_passkey(world) {
  const { tab } = await newcomer(world);
  await tab.patiently('registerPasskey');
  await tab.attempt('registerPasskey');
  const passkeys = (await tab.patiently('factors')).filter(({ kind }) => kind === 'passkey').length;
  return { wrong: passkeys === 1 ? [] : ['a second passkey'] };
}

/** The same when the ticket of an offer has died. */
export async function old_offer(world) {
  const { tab, device } = await owner(world);
  await tab.page.clock.install();
  const { offered } = await offer(
    world, tab, device, () => tab.page.clock.fastForward(TICKET_MINUTES));
  return { wrong: (await offered)?.value ? [] : ['an old ticket'] };
}

/** The same when the owner of a passkey that is offered asks for it. */
export async function button_meets_offer(world) {
  const { tab, device } = await owner(world);
  let asked;
  await offer(world, tab, device, () => { asked = tab.attempt('signInWithPasskey'); });
  return { wrong: (await asked).value ? [] : ['refused'] };
}

/** The same when a passkey signs in to a session that is to be bound to a key. */
export async function bound_passkey(world) {
  const { tab } = await owner(world);
  await tab.call('signInWithPasskey');
  return { wrong: (await tab.stored()).pair.jkt ? [] : ['not bound'] };
}

/** The same when another tab signs out while a passkey signs in. */
export async function sign_out_meets_passkey(world) {
  const { tab, person, passkey } = await owner(world);
  const leaving = await world.tab();
  const { error } = await leaving.attempt('signIn', person);
  await leaving.call('signInWithCode', { ticket: error.ticket, code: passkey.recovery_codes[0] });
  const held = world.proxy.hold('POST', '/session/passkey');
  const begun = tab.attempt('signInWithPasskey');
  await held.arrived;
  await leaving.call('signOut');
  // It would take back what another tab writes after its sign-out.
  await leaving.page.close();
  held.release();
  await begun;
  return { wrong: (await tab.stored()).pair ? ['signed in again'] : [] };
}

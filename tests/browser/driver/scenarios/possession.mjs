/* Sessions that are bound to a key: who has it, who has it not, and what the proofs of it say. */
import { signedOut } from './mutants.mjs';

const WRONG_MS = 5 * 60_000;

const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));

/** Return the keys of the proofs that were sent, each once. */
export function keysIn(exchanges) {
  const keys = exchanges.filter(({ proof }) => proof)
    .map(({ proof }) => JSON.stringify(read(proof.split('.')[0]).jwk));
  return [...new Set(keys)];
}

/** Return what a script of the page finds out about the key: {isSecret, key}. */
const lookedAt = ({ page }) => page.evaluate(async () => {
  const done = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const [{ name }] = await indexedDB.databases();
  const database = await done(indexedDB.open(name));
  const keys = database.transaction('keys').objectStore('keys');
  const { privateKey, publicKey } = await done(keys.get(0));
  database.close();
  const taken = await Promise.allSettled(['pkcs8', 'jwk'].map(
    (format) => crypto.subtle.exportKey(format, privateKey)));
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { isSecret: taken.every(({ status }) => status === 'rejected'),
           key: JSON.stringify({ crv, kty, x, y }) };
});

/** Two tabs of a new profile sign in at once, and one of them is loaded anew. */
export async function one_key(world) {
  const tabs = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  await Promise.all(tabs.map((tab) => tab.call('signIn', person)));
  await tabs[0].page.reload();
  await tabs[0].until('window.told?.length');
  const users = [];
  for (const tab of tabs) users.push((await tab.user()).email === person.email);
  return { users, seen: [await lookedAt(tabs[0]), await lookedAt(tabs[1])],
           sent: keysIn(world.proxy.exchanges), stored: (await tabs[0].stored()).pair.token_type };
}

/** Somebody copies the storage of a page, and uses it elsewhere. */
export async function copied_storage(world) {
  const honest = await world.tab();
  const person = await world.api.person();
  const { sessionId } = await honest.call('signIn', person);
  const { pair } = await honest.stored();
  const items = await honest.page.evaluate(() => ({ ...localStorage }));
  const before = world.proxy.exchanges.length;
  const thief = await world.tab({ context: await world.profile(), items });
  const { error } = await thief.attempt('user');
  await thief.untilSignedOut();
  const sent = world.proxy.exchanges.length - before;
  const tried = [];
  for (const [method, path] of [['GET', '/user'], ['PUT', '/session'], ['DELETE', '/session']]) {
    const body = method === 'PUT' ? { refresh_token: pair.refresh_token } : undefined;
    tried.push((await world.api.send(method, path, { token: pair.access_token, body })).status);
  }
  await world.stale();
  const { email } = await honest.user();
  return { error: error?.name, told: await thief.told(), left: (await thief.stored()).pair, sent,
           tried, session_id: sessionId, lives_on: email === person.email,
           honest: await honest.told() };
}

/** A page whose clock is wrong signs in, refreshes and signs out. */
export async function wrong_clock(world) {
  const tab = await world.tab({ aheadMs: world.run.direction * WRONG_MS });
  const { sessionId, userId } = await tab.call('signIn', await world.api.person());
  await world.stale();
  await tab.user();
  const { pair } = await tab.stored();
  await tab.call('signOut');
  return { session_id: sessionId, user_id: userId, type: pair.token_type,
           refreshes: world.proxy.count('PUT', '/session'),
           refused: world.proxy.exchanges.filter(({ name }) => name === 'invalid_dpop_proof')
             .map(({ method, path }) => `${method} ${path}`) };
}

/* What follows is for the mutants: each returns what went wrong. */

/** A tab uses the session that another one has opened. */
export async function second_tab(world) {
  const tabs = [await world.tab(), await world.tab()];
  const { sessionId } = await tabs[0].call('signIn', await world.api.person());
  await tabs[1].untilIn(sessionId);
  await tabs[1].attempt('user');
  return signedOut(tabs);
}

/** A script looks at the key. */
export async function look_at_the_key(world) {
  const tab = await world.tab();
  await tab.call('signIn', await world.api.person());
  return { wrong: (await lookedAt(tab)).isSecret ? [] : ['readable'] };
}

/** The answer to a refresh is lost, which has used the proof. */
export async function lost_refresh(world) {
  const tab = await world.tab();
  await tab.call('signIn', await world.api.person());
  await world.stale();
  const held = world.proxy.hold('PUT', '/session');
  const waiting = tab.attempt('user');
  await held.arrived;
  held.lose();
  await waiting;
  // The last token may still have been good then.
  await world.stale();
  await tab.attempt('user');
  const isRefused = world.proxy.exchanges.some(({ name }) => name === 'invalid_dpop_proof');
  return { wrong: isRefused ? ['refused'] : [] };
}

/** The clock of a page is wrong. */
export async function late_clock(world) {
  const tab = await world.tab({ aheadMs: -WRONG_MS });
  const { error } = await tab.attempt('signIn', await world.api.person());
  return { wrong: error ? ['refused'] : [] };
}

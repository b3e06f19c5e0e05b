/*
 * For each mutant the shortest way to what it breaks. A scenario returns what went wrong, as a list
 * of texts that is empty with the real client.
 */
import { wrongIn } from './signing.mjs';

/* So long does Chromium wait for another tab's request. */
const CACHE_LOCK_SECONDS = 19;

export async function signedOut(tabs) {
  const last = await Promise.all(tabs.map((tab) => tab.told().then((told) => told.at(-1))));
  return { wrong: last.includes(null) ? ['signed out'] : [] };
}

/** A tab did nothing while another one's pair was replaced, and the one before it was spent. */
export async function idle_tab(world) {
  const [busy, idle] = [await world.tab(), await world.tab()];
  const { sessionId } = await busy.call('signIn', await world.api.person());
  await idle.untilIn(sessionId);
  await idle.user();
  await world.settled();
  await busy.call('user');
  await world.settled();
  await idle.attempt('user');
  return signedOut([busy, idle]);
}

/** The answer of a tab's refresh arrives when another tab already uses the next generation. */
export async function late_answer(world) {
  const slow = await world.tab({ timeoutSeconds: 60 });
  const quick = await world.tab();
  const { sessionId } = await slow.call('signIn', await world.api.person());
  await quick.untilIn(sessionId);
  await slow.user();
  await world.stale();
  const late = world.proxy.hold('PUT', '/session');
  const waiting = slow.attempt('user');
  await late.arrived;
  // If the answer brings the next generation, the first of these calls gets the same one.
  for (let call = 0; call < 2; call += 1) {
    await world.settled();
    await quick.user();
  }
  // It would put back its pair, which is the newest that it has seen.
  await quick.page.close();
  // What the slow tab does next would mend it: within the grace, it would get the newest pair.
  const next = world.proxy.hold('GET', '/user', 'request');
  late.release();
  await next.arrived;
  await world.settled();
  const later = await world.tab();
  await later.attempt('user');
  next.lose();
  await waiting;
  return signedOut([slow, later]);
}

/** The first two tries of a refresh are lost; meanwhile another tab uses the next generation. */
export async function slow_retries(world) {
  const [unlucky, lucky] = [await world.tab({ timeoutSeconds: 3 }), await world.tab()];
  const { sessionId } = await unlucky.call('signIn', await world.api.person());
  await lucky.untilIn(sessionId);
  await unlucky.user();
  await world.settled();
  const first = world.proxy.hold('PUT', '/session', 'request');
  const waiting = unlucky.attempt('user');
  await first.arrived;
  await lucky.call('user');
  const second = world.proxy.hold('PUT', '/session', 'request');
  await Promise.race([second.arrived, waiting]);
  await waiting;
  first.lose();
  second.lose();
  return signedOut([unlucky, lucky]);
}

/** A session ends while a tab refreshes it; in another tab a new one has begun. */
export async function end_of_the_last_session(world) {
  const [behind, ahead] = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  await behind.call('signIn', person);
  const { pair } = await behind.stored();
  await world.stale();
  const late = world.proxy.hold('PUT', '/session', 'request');
  const waiting = behind.attempt('user');
  await late.arrived;
  await world.api.send('DELETE', '/session', { token: pair.access_token });
  const { sessionId } = await ahead.call('signIn', person);
  // It would put back its pair.
  await ahead.page.close();
  late.release();
  await waiting;
  await behind.attempt('user');
  const { pair: kept } = await behind.stored();
  return { wrong: kept?.sid === sessionId ? [] : ['signed out'] };
}

/** The request of one tab hangs, and another tab sends the same one. */
export async function hanging_request(world) {
  const [stuck, other] = [await world.tab(), await world.tab()];
  await stuck.call('signIn', await world.api.person());
  const hanging = world.proxy.hold('GET', '/user', 'request');
  const waiting = stuck.attempt('user');
  await hanging.arrived;
  const before = performance.now();
  await other.attempt('user');
  const seconds = (performance.now() - before) / 1000;
  hanging.lose();
  await waiting;
  return { wrong: seconds < CACHE_LOCK_SECONDS ? [] : ['waited for another tab'] };
}

/** A sign-out during a refresh in another tab. */
export const sign_out_meets_refresh = (world) => wrongIn(world, 'refresh');

/** A sign-out during a sign-in in another tab. */
export const sign_out_meets_sign_in = (world) => wrongIn(world, 'sign_in');

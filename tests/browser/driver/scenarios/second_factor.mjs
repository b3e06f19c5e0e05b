/* Signing in in two steps, and showing again who somebody is while another tab refreshes. */
import { codeOf } from '../totp.mjs';

/** Return what the newest access token in the store says. */
async function claimsIn(tab) {
  const { pair } = await tab.stored();
  return JSON.parse(Buffer.from(pair.access_token.split('.')[1], 'base64url'));
}

/** Two tabs of a person who has just added an app and signed in by a recovery code. */
export async function two_steps(world) {
  const [showing, other] = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  await showing.call('signIn', person);
  const { secret } = await showing.patiently('createTotp');
  const codes = await showing.patiently('confirmTotp', { code: codeOf(secret) });
  await showing.call('signOut');
  const { error } = await showing.attempt('signIn', person);
  const between = await showing.stored();
  const { sessionId } = await showing.call('signInWithCode', {
    ticket: error.ticket, code: codes[0] });
  await other.untilIn(sessionId);
  const signedIn = await claimsIn(showing);

  // The answer to a refresh comes after that to a step-up.
  await world.stale();
  const slow = world.proxy.hold('PUT', '/session');
  const waiting = other.attempt('user');
  await slow.arrived;
  await showing.patiently('reauthenticate', { code: codes[1] });
  const shown = await claimsIn(showing);
  // It would put back its pair.
  await showing.page.close();
  // What the other tab does next would mend it.
  const next = world.proxy.hold('GET', '/user', 'request');
  slow.release();
  await next.arrived;
  const afterRefresh = await claimsIn(other);
  next.lose();
  await waiting;

  // The answer to a step-up comes after that to a refresh.
  const late = world.proxy.hold('PUT', '/session/authentication');
  const again = other.attempt('reauthenticate', { code: codes[2] });
  await Promise.race([late.arrived, again]);
  await world.stale();
  const third = await world.tab();
  await third.user();
  const refreshed = await claimsIn(third);
  await third.page.close();
  late.release();
  const { error: late_error } = await again;
  const last = await claimsIn(other);
  const left = (await other.patiently('factors')).find(({ kind }) => kind === 'recovery_codes').left;
  return { first: error, between, signedIn, shown, afterRefresh, refreshed, last, left,
           late_error: late_error?.name ?? null, session_id: sessionId, told: await other.told() };
}

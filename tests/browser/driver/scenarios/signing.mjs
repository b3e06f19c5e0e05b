/* Signing in and out while something else is under way. */

const NEW_PASSWORD = 'eight analytical engines at dusk';

/* What can be under way in another tab when somebody signs out: its request, and how it begins. */
const UNDER_WAY = {
  refresh: ['PUT', '/session', (tab) => tab.attempt('user')],
  sign_in: ['POST', '/session', (tab, person) => tab.attempt('signIn', person)],
  change_password: ['PUT', '/user/password', (tab, { password }) => tab.attempt(
    'changePassword', { current_password: password, new_password: NEW_PASSWORD })],
};

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** Tabs are signed in, one of them waits for an answer, and another one signs out. */
async function signOutDuring(world, what) {
  const [waiting, leaving, watching] = [await world.tab(), await world.tab(), await world.tab()];
  const person = await world.api.person();
  const { sessionId, userId } = await leaving.call('signIn', person);
  await Promise.all([waiting, watching].map((tab) => tab.untilIn(sessionId)));
  await world.stale();
  const [method, path, begin] = UNDER_WAY[what];
  // The refresh that a change of the password needs first is not what is meant.
  if (what === 'change_password') await waiting.call('user');
  const held = world.proxy.hold(method, path);
  const begun = begin(waiting, person);
  const { body } = await held.arrived;
  const left = await leaving.attempt('signOut');
  await Promise.all([leaving, watching].map((tab) => tab.untilSignedOut()));
  held.release();
  const { error } = await begun;
  await waiting.untilSignedOut();
  const issued = JSON.parse(body);
  const told = await Promise.all(world.tabs.map((tab) => tab.told()));
  return { error: error?.name, left, told, session_id: sessionId, user_id: userId,
           issued_session_id: claims(issued.access_token).sid, stored: await watching.stored() };
}

export const sign_out_during_refresh = (world) => signOutDuring(world, 'refresh');
export const sign_out_during_sign_in = (world) => signOutDuring(world, 'sign_in');
export const sign_out_during_change_password = (world) => signOutDuring(world, 'change_password');

/** The same, for clients that may be wrong: what is wrong after the sign-out. */
export async function wrongIn(world, what) {
  const [waiting, leaving] = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  await leaving.call('signIn', person);
  await world.stale();
  const [method, path, begin] = UNDER_WAY[what];
  const held = world.proxy.hold(method, path);
  const begun = begin(waiting, person);
  await held.arrived;
  await leaving.attempt('signOut');
  // It would take back what another tab writes after its sign-out.
  await leaving.page.close();
  // The next request of the other tab would be refused, which would sign it out.
  const next = world.proxy.hold('GET', '/user', 'request');
  held.release();
  await Promise.race([begun, next.arrived]);
  const { pair } = await waiting.stored();
  next.lose();
  await begun;
  return { wrong: pair ? ['signed in again'] : [] };
}

/** One tab refreshes the session of a person, and in another somebody else signs in. */
export async function somebody_else(world) {
  const [waiting, other] = [await world.tab(), await world.tab()];
  await waiting.call('signIn', await world.api.person());
  await world.stale();
  const held = world.proxy.hold('PUT', '/session');
  const begun = waiting.attempt('user');
  await held.arrived;
  const { sessionId, userId } = await other.call('signIn', await world.api.person());
  held.release();
  const { error } = await begun;
  await waiting.untilIn(sessionId);
  const told = await Promise.all(world.tabs.map((tab) => tab.told()));
  return { error: error?.name, told, session_id: sessionId, user_id: userId,
           users: [(await waiting.call('user')).id, (await other.call('user')).id] };
}

/** Somebody clears what the page has stored, while a refresh is under way. */
export async function cleared(world) {
  const [waiting, other] = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  await waiting.call('signIn', person);
  await world.stale();
  const held = world.proxy.hold('PUT', '/session');
  const begun = waiting.attempt('user');
  await held.arrived;
  await other.page.evaluate(() => localStorage.clear());
  const idle = await other.attempt('user');
  held.release();
  const errors = [(await begun).error?.name, idle.error?.name];
  await Promise.all(world.tabs.map((tab) => tab.untilSignedOut()));
  const { sessionId } = await other.call('signIn', person);
  await waiting.untilIn(sessionId);
  return { errors, again: (await waiting.attempt('user')).value?.email === person.email };
}

/** Sessions of the person end on other devices, and then the own one does there. */
export async function other_sessions(world) {
  const [tab, watching] = [await world.tab(), await world.tab()];
  const person = await world.api.person();
  const { sessionId } = await tab.call('signIn', person);
  const phone = await world.api.signIn(person);
  const listed = await tab.call('sessions');
  await tab.call('endSession', listed.find(({ current }) => !current).id);
  const laptop = await world.api.signIn(person);
  await world.api.signIn(person);
  const ended = await tab.call('endOtherSessions');
  const stayed = await tab.attempt('user');
  const tablet = await world.api.signIn(person);
  await world.api.send('DELETE', `/sessions/${sessionId}`, { token: tablet.access_token });
  const { error } = await tab.attempt('user');
  await Promise.all(world.tabs.map((one) => one.untilSignedOut()));
  return { listed: listed.length, ended, stayed: Boolean(stayed.value), error: error?.name,
           live: [await world.lives(phone), await world.lives(laptop), await world.lives(tablet)],
           told: await watching.told(), session_id: sessionId };
}

/** Somebody signs out while nothing gets through. */
export async function offline(world) {
  const [leaving, watching] = [await world.tab(), await world.tab()];
  const { sessionId } = await leaving.call('signIn', await world.api.person());
  await watching.untilIn(sessionId);
  world.proxy.faults = () => ({ loseRequest: true });
  const left = leaving.attempt('signOut');
  await Promise.all(world.tabs.map((tab) => tab.untilSignedOut()));
  const { error } = await left;
  world.proxy.faults = () => ({});
  return { error: error?.name, stored: await watching.stored(),
           then: (await watching.attempt('user')).error?.name };
}

/** A page is left, meanwhile the person is signed out by `leave`, and somebody goes back to it. */
async function goBackAfter(world, leave) {
  const [away, other] = [await world.tab(), await world.tab()];
  const { sessionId } = await other.call('signIn', await world.api.person());
  await away.untilIn(sessionId);
  await away.page.evaluate(() => { window.wasHere = true; });
  await away.page.goto(`${world.settings.origin}/elsewhere`);
  await leave(other);
  // A page from the cache is not loaded once more.
  await away.page.goBack({ waitUntil: 'commit' });
  await away.until('window.told?.at(-1) === null');
  return { from_cache: await away.page.evaluate(() => Boolean(window.wasHere)) };
}

/** Chromium takes a page out of its cache when a message for it arrives. */
export const back_after_sign_out = (world) => goBackAfter(world, (tab) => tab.call('signOut'));

/** Nothing tells the page in the cache that what it had stored was cleared. */
export const back_after_clearing = (world) => goBackAfter(
  world, (tab) => tab.page.evaluate(() => localStorage.clear()));

/* What a page of the allowed origin may do, and one of a foreign origin may not. */

const WRONG = 'no difference engine at all';
const MOST_GUESSES = 8;

/** All methods, and the names and waits of refusals. */
export async function allowed_origin(world) {
  const tab = await world.tab();
  const person = await world.api.person();
  const weak = await tab.attempt('signUp', { email: 'no address', password: 'short' });
  await tab.call('signIn', person);
  await world.stale();
  const user = await tab.call('user');
  const sessions = await tab.call('endOtherSessions');
  const refused = await tab.page.evaluate(async (url) => {
    const answer = await fetch(url, { headers: { authorization: 'Bearer x',
                                                 'x-koms-clientid': 'test-app' } });
    return { status: answer.status, ...await answer.json() };
  }, `${world.proxy.baseUrl}/user`);
  await tab.call('signOut');
  const stranger = await world.api.person();
  const guesses = [];
  while (guesses.length < MOST_GUESSES && guesses.at(-1)?.status !== 429) {
    guesses.push((await tab.attempt('signIn', { email: stranger.email, password: WRONG })).error);
  }
  const methods = new Set(world.proxy.exchanges.map(({ method }) => method));
  return { weak: weak.error, email: user.email === person.email, sessions, refused,
           first: guesses[0], last: guesses.at(-1), methods: [...methods].sort() };
}

/** The browser refuses the answers, and sends nothing that needs a preflight. */
export async function foreign_origin(world) {
  const tab = await world.tab({ origin: world.settings.foreign_origin });
  const { error } = await tab.attempt('signIn', await world.api.person());
  const ping = await tab.page.evaluate(
    (url) => fetch(url).then(() => 'read', ({ name }) => name), `${world.proxy.baseUrl}/ping`);
  return { error, ping, sent: world.proxy.exchanges.map(({ method, path }) => `${method} ${path}`) };
}

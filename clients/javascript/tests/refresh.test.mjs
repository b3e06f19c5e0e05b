/** A refresh sends what the store holds, and keeps only what is not older than that. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { error, issued, outcome, settled, signedInTab, tab } from "./scripted_api.mjs";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1.8e12 });
});

/** Let the clock go on, and what waits for it. */
async function pass(milliseconds) {
  await settled();
  mock.timers.tick(milliseconds);
  await settled();
}

test("a fresh token is sent as it is", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR - 61 * SECOND);

  const account = {
    id: "user-ada", email: "ada@example.org", email_verified: true, roles: [] };
  const user = client.user();
  const request = await api.next("GET /user");
  request.answer(200, account);

  assert.equal(request.token, issued().access_token);
  assert.equal(request.headers.get("x-koms-clientid"), "web-app");
  assert.deepEqual(await user, account);
});

test("in its last minute a token is refreshed before it is sent", async () => {
  const { api, client, storage } = await signedInTab();
  await pass(HOUR - 60 * SECOND);

  const user = client.user();
  const refresh = await api.next("PUT /session");
  refresh.answer(200, issued({ gen: 1 }));
  const request = await api.next("GET /user");
  request.answer(200, { id: "user-ada", email: "", roles: [] });
  await user;

  assert.equal(refresh.token, issued().access_token);
  assert.deepEqual(refresh.body, { refresh_token: issued().refresh_token });
  assert.equal(request.token, issued({ gen: 1 }).access_token);
  assert.equal(storage.pair.gen, 1);
});

test("a token of a short life is refreshed in its last quarter", async () => {
  const { api, client } = await signedInTab({ lifetime: 8 });
  await pass(6 * SECOND - 1);
  void outcome(client.user());
  await api.next("GET /user");
  await pass(1);

  void outcome(client.user());

  await api.next("PUT /session");
});

test("a lifetime counts from when the pair was asked for", async () => {
  const { api, client } = await signedInTab({ lifetime: 8 });
  await pass(7 * SECOND);
  void outcome(client.user());
  const refresh = await api.next("PUT /session");
  await pass(7 * SECOND);
  refresh.answer(200, issued({ gen: 1, lifetime: 8 }));
  await api.next("GET /user");

  void outcome(client.user());

  await api.next("PUT /session");
});

test("a clock that was set back leads to a refresh", async () => {
  const { api, client } = await signedInTab();
  mock.timers.setTime(1.8e12 - 2 * HOUR);

  void outcome(client.user());

  await api.next("PUT /session");
});

test("calls at once share one refresh", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);

  const calls = [client.user(), client.sessions()].map(outcome);
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  await settled();

  assert.deepEqual(api.log.slice(1).sort(), ["GET /sessions", "GET /user", "PUT /session"]);
  assert.equal(calls.length, 2);
});

test("each try presents what the store holds then", async () => {
  const { api, client, storage } = await signedInTab();
  const other = tab(api, storage);
  await pass(HOUR);
  void outcome(client.user());
  const lost = await api.next("PUT /session");
  void outcome(other.user());
  (await api.next("PUT /session")).answer(200, issued({ gen: 1, lifetime: 4 }));
  await api.next("GET /user");

  await pass(4 * SECOND);
  lost.lose();
  await pass(SECOND / 2);

  const again = await api.next("PUT /session");
  assert.equal(again.token, issued({ gen: 1 }).access_token);
  assert.deepEqual(again.body, { refresh_token: issued({ gen: 1 }).refresh_token });
});

test("a try is not needed when another tab has refreshed meanwhile", async () => {
  const { api, client, storage } = await signedInTab();
  const other = tab(api, storage);
  await pass(HOUR);
  void outcome(client.user());
  const lost = await api.next("PUT /session");
  void outcome(other.sessions());
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  await api.next("GET /sessions");

  lost.lose();
  await pass(SECOND / 2);

  assert.equal((await api.next("GET /user")).token, issued({ gen: 1 }).access_token);
});

for (const [what, late, kept] of [
  ["an earlier generation", { gen: 0, iat: 5000 }, { gen: 2, iat: 2000 }],
  ["an earlier issue of the same generation", { gen: 2, iat: 1999 }, { gen: 2, iat: 2000 }],
]) {
  test(`a late answer with ${what} is not kept, and its call goes on with the newer pair`, async () => {
    const { api, client, storage } = await signedInTab();
    const other = tab(api, storage);
    await pass(HOUR);
    void outcome(client.user());
    const slow = await api.next("PUT /session");
    void outcome(other.sessions());
    (await api.next("PUT /session")).answer(200, issued(kept));
    await api.next("GET /sessions");

    slow.answer(200, issued(late));

    const call = await api.next("GET /user");
    assert.equal(call.token, issued(kept).access_token);
    assert.deepEqual([storage.pair.gen, storage.pair.iat], [kept.gen, kept.iat]);
  });
}

test("of two pairs that are equally new the later answer is kept: roles may differ", async () => {
  const { api, client, storage } = await signedInTab();
  await pass(HOUR);
  void outcome(client.user());
  const slow = await api.next("PUT /session");
  void outcome(tab(api, storage).user());
  (await api.next("PUT /session")).answer(200, { ...issued({ gen: 1 }), refresh_token: "former" });
  await api.next("GET /user");

  slow.answer(200, { ...issued({ gen: 1 }), refresh_token: "latter" });
  await api.next("GET /user");

  assert.equal(storage.pair.refresh_token, "latter");
});

test("a refused token is refreshed although it looks fresh, and the call repeated once", async () => {
  const { api, client } = await signedInTab();
  const user = outcome(client.user());
  (await api.next("GET /user")).answer(401, error("unauthorized"));
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  (await api.next("GET /user")).answer(401, error("unauthorized"));

  const refused = await user;

  assert.deepEqual([refused.name, refused.status], ["unauthorized", 401]);
  assert.equal(api.log.length, 4);
});

test("what is refused with the newest token is not repeated with the same", async () => {
  const { api, client } = await signedInTab();
  const user = outcome(client.user());
  (await api.next("GET /user")).answer(401, error("unauthorized"));
  (await api.next("PUT /session")).answer(200, issued());

  assert.equal((await user).name, "unauthorized");
  assert.equal(api.log.length, 3);
});

test("a refused token whose successor another tab has stored needs no refresh", async () => {
  const { api, client, storage } = await signedInTab();
  void outcome(client.user());
  const refused = await api.next("GET /user");
  void outcome(tab(api, storage).sessions());
  (await api.next("GET /sessions")).answer(401, error("unauthorized"));
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  await api.next("GET /sessions");

  refused.answer(401, error("unauthorized"));

  assert.equal((await api.next("GET /user")).token, issued({ gen: 1 }).access_token);
});

test("a wrong password is no refused token", async () => {
  const { api, client } = await signedInTab();
  const left = outcome(client.leave({ password: "wrong" }));
  (await api.next("DELETE /user")).answer(401, error("bad_credentials"));

  assert.equal((await left).name, "bad_credentials");
  assert.equal(api.log.length, 2);
});

test("while the last token lives, a refresh that cannot be had does not stop a call", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR - 30 * SECOND);
  void outcome(client.user());
  (await api.next("PUT /session")).lose();
  assert.equal((await api.next("GET /user")).token, issued().access_token);

  await pass(5 * SECOND - 1);
  void outcome(client.user());
  await api.next("GET /user");
  await pass(1);
  void outcome(client.user());

  await api.next("PUT /session");
});

test("while the last token lives, a refresh is left alone for as long as the API asks", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR - 50 * SECOND);
  void outcome(client.user());
  (await api.next("PUT /session")).answer(429, error("throttled"), { "retry-after": "20" });
  await api.next("GET /user");

  await pass(20 * SECOND - 1);
  void outcome(client.user());
  await api.next("GET /user");
  await pass(1);
  void outcome(client.user());

  await api.next("PUT /session");
});

test("a token that has died while its refresh hung is not sent", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR - 10 * SECOND);
  void outcome(client.user());
  await api.next("PUT /session");
  await pass(20 * SECOND);

  await api.next("PUT /session");
});

test("when the last token is dead, the call says after three tries that nothing answers", async () => {
  const { api, client, storage } = await signedInTab();
  await pass(HOUR);
  const user = outcome(client.user());
  for (const wait of [SECOND / 2, SECOND, 0]) {
    (await api.next("PUT /session")).lose();
    await pass(wait);
  }

  const failed = await user;

  assert.deepEqual([failed.name, failed.status], ["unreachable", 0]);
  assert.equal(failed.cause.message, "fetch failed");
  assert.equal(storage.pair.gen, 0);
});

test("a refresh that got no answer waits a little before it tries again", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);
  void outcome(client.user());
  (await api.next("PUT /session")).lose();
  await pass(SECOND / 2 - 1);
  assert.equal(api.log.length, 2);

  await pass(1);

  await api.next("PUT /session");
});

test("a session that has ended is not used, although its last token looks alive", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR - 30 * SECOND);
  const user = outcome(client.user());
  (await api.next("PUT /session")).answer(401, error("session_ended"));

  assert.equal((await user).name, "session_ended");
  assert.equal(api.log.length, 2);
});

test("a refresh waits as long as a busy API asks", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);
  void outcome(client.user());
  (await api.next("PUT /session")).answer(503, error("unavailable"), { "retry-after": "1" });
  await pass(SECOND);
  (await api.next("PUT /session")).answer(429, error("throttled"), { "retry-after": "3" });
  await pass(3 * SECOND - 1);
  assert.equal(api.log.length, 3);
  await pass(1);

  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));

  await api.next("GET /user");
});

test("a refresh does not wait for long, but says how long it would have been", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);
  const user = outcome(client.user());
  (await api.next("PUT /session")).answer(429, error("throttled"), { "retry-after": "30" });

  const failed = await user;

  assert.deepEqual([failed.name, failed.status, failed.retryAfterSeconds], ["throttled", 429, 30]);
});

test("a request is given up before the grace is over", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);
  const user = outcome(client.user());
  const stuck = await api.next("PUT /session");
  await pass(20 * SECOND - 1);
  assert.equal(stuck.signal.aborted, false);
  await pass(1);
  assert.equal(stuck.signal.aborted, true);
  await pass(SECOND / 2);

  const answered = await api.next("PUT /session");
  answered.answer(200, issued({ gen: 1 }));
  (await api.next("GET /user")).answer(200, { id: "user-ada", email: "", roles: [] });
  assert.equal((await user).id, "user-ada");
  await pass(21 * SECOND);
  assert.equal(answered.signal.aborted, false);
});

test("a request is given up after the time that an application chooses", async () => {
  const { api, client } = await signedInTab({ options: { timeoutSeconds: 3 } });
  const user = outcome(client.user());
  await api.next("GET /user");

  await pass(3 * SECOND);

  assert.equal((await user).name, "unreachable");
});

for (const [what, status, body] of [
  ["a page", 200, "<html>Sign in to the hotel's network</html>"],
  ["an object without tokens", 200, { welcome: true }],
  ["tokens that are none", 200, issued({ more: { access_token: "a.b.c" } })],
  ["a token without a generation", 200, issued({ gen: null, iat: 1000 })],
  ["a token without an end", 200, issued({ more: { access_token_expires_in: undefined } })],
  ["an error of another kind", 400, { name: 1, message: "no" }],
  ["a redirect", 302, { welcome: true }],
  ["a token without an instant", 200, issued({ iat: null })],
  ["an empty refresh token", 200, issued({ more: { refresh_token: "" } })],
  ["a page that refuses", 401, "<html>401</html>"],
  ["null", 200, "null"],
  ["a list", 200, [1]],
  ["somebody else's pair", 200, issued({ sub: "user-babbage" })],
  ["another session's pair", 200, issued({ sid: "session-2" })],
]) {
  test(`${what} in the place of the API's answer changes nothing`, async () => {
    const { api, client, storage } = await signedInTab();
    const before = storage.state;
    await pass(HOUR);
    const user = outcome(client.user());
    for (const wait of [SECOND / 2, SECOND, 0]) {
      const refresh = await api.next("PUT /session");
      assert.equal(refresh.init.redirect, "manual");
      refresh.answer(status, body);
      await pass(wait);
    }

    assert.equal((await user).name, "unexpected_answer");
    assert.deepEqual(storage.state, before);
  });
}

test("a client that is disabled keeps its tokens, because it may be enabled again", async () => {
  const { api, client, storage } = await signedInTab();
  await pass(HOUR);
  const user = outcome(client.user());
  (await api.next("PUT /session")).answer(401, error("unauthorized"));

  assert.equal((await user).name, "unauthorized");
  assert.equal(storage.pair.gen, 0);
  assert.equal(api.log.length, 2);
});

test("a pair of two halves is read anew", async () => {
  const { api, client } = await signedInTab();
  await pass(HOUR);
  void outcome(client.user());
  (await api.next("PUT /session")).answer(401, error("stale_access_token"));
  await pass(SECOND / 2);

  await api.next("PUT /session");
});

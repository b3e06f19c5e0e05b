/** A step-up renews the pair of the session that it is for, and a demand for one is no sign-out. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { boundTab } from "./bound_tab.mjs";
import { proofBy } from "./proofs.mjs";
import { ADA, error, issued, outcome, settled, signedInTab, tab } from "./scripted_api.mjs";

const HOUR = 3600 * 1000;
const ROUTE = "PUT /session/authentication";
const CODE = { code: "287082" };
const ORDERS = "https://orders.example.org";
const SHOWN = { iat: 2000, auth_time: 2000 };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1.8e12 });
});

/** Return a tab that waits for the answer to a step-up, which is `request`. */
async function steppingUp() {
  const world = await signedInTab();
  const done = outcome(world.client.reauthenticate(CODE));
  return { ...world, done, request: await world.api.next(ROUTE) };
}

for (const proof of [CODE, { password: "notes on an engine" }]) {
  test(`${Object.keys(proof)} renews the pair of the session, and nobody is told`, async () => {
    const { api, client, storage } = await signedInTab();
    const told = [];
    client.onChange((who) => told.push(who.sessionId));
    const done = client.reauthenticate(proof);
    const request = await api.next(ROUTE);
    request.answer(200, issued(SHOWN));
    await done;
    void outcome(client.user());

    assert.deepEqual([request.body, request.token], [proof, issued().access_token]);
    assert.equal((await api.next("GET /user")).token, issued(SHOWN).access_token);
    assert.deepEqual([storage.pair.auth_time, told], [2000, ["session-1"]]);
  });
}

for (const [what, prepare] of [
  ["stale", async () => mock.timers.tick(HOUR)],
  ["refused", async (api) => (await api.next(ROUTE)).answer(401, error("unauthorized"))],
]) {
  test(`a pair that is ${what} is refreshed for a step-up`, async () => {
    const { api, client, storage } = await signedInTab();
    if (what === "stale") await prepare();
    const done = client.reauthenticate(CODE);
    if (what === "refused") await prepare(api);
    (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
    const request = await api.next(ROUTE);
    request.answer(200, issued({ gen: 1, ...SHOWN }));
    await done;

    assert.deepEqual([request.body, request.token], [CODE, issued({ gen: 1 }).access_token]);
    assert.deepEqual([storage.pair.gen, storage.pair.auth_time], [1, 2000]);
  });
}

for (const [name, status, more] of [
  ["bad_credentials", 401], ["invalid_code", 401], ["too_many_attempts", 429],
  ["reauthentication_required", 401, { kinds: ["password"] }]]) {
  test(`a step-up that is answered ${name} changes nothing, and is not repeated`, async () => {
    const { api, storage, done, request } = await steppingUp();
    const { state } = storage;
    request.answer(status, error(name, more));

    const failed = await done;
    assert.deepEqual([failed.name, failed.kinds], [name, more?.kinds ?? []]);
    assert.deepEqual([storage.state, api.log.length], [state, 2]);
  });
}

test("a step-up whose answer is lost is not sent again: its code may be used", async () => {
  const { api, storage, done, request } = await steppingUp();
  request.lose();

  assert.equal((await done).name, "unreachable");
  assert.deepEqual([storage.pair.sid, api.log.length], ["session-1", 2]);
});

test("a session that has ended by its step-up is left, and told", async () => {
  const { client, storage, done, request } = await steppingUp();
  const told = [];
  client.onChange((who) => told.push(who?.sessionId ?? null));
  await settled();
  request.answer(401, error("session_ended"));

  assert.equal((await done).name, "session_ended");
  await settled();
  assert.deepEqual([storage.pair, told], [null, ["session-1", null]]);
});

test("a step-up that is answered after the sign-out writes nothing", async () => {
  const { api, client, storage, done, request } = await steppingUp();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  request.answer(200, issued(SHOWN));

  assert.equal((await done).name, "not_signed_in");
  assert.equal(storage.pair, null);
});

for (const [who, sub] of [["somebody else", "user-babbage"], ["the same person", ADA]]) {
  for (const [how, answer] of [["succeeds", [200, issued(SHOWN)]],
                               ["finds the end of its session", [401, error("session_ended")]]]) {
    test(`a step-up that ${how} after ${who} has signed in counts for nothing here`, async () => {
      const { api, client, storage, done, request } = await steppingUp();
      const signIn = client.signIn({ email: "b@example.org", password: "…" });
      (await api.next("POST /session")).answer(201, issued({ sid: "session-2", sub }));
      await signIn;
      request.answer(...answer);

      assert.equal((await done).name, "not_signed_in");
      assert.equal(storage.pair.sid, "session-2");
    });
  }
}

test("a step-up that is answered about another session changes nothing", async () => {
  const { storage, done, request } = await steppingUp();
  request.answer(200, issued({ sid: "session-2", ...SHOWN }));

  assert.equal((await done).name, "unexpected_answer");
  assert.equal(storage.pair.sid, "session-1");
});

for (const [what, late, kept] of [
  ["an earlier generation", SHOWN, { gen: 1, iat: 2001 }],
  ["an earlier issue", SHOWN, { iat: 2001, auth_time: 2001 }],
]) {
  test(`a late step-up with ${what} does not take the place of what another tab has`, async () => {
    const { api, client, storage, done, request } = await steppingUp();
    const refused = outcome(tab(api, storage).user());
    (await api.next("GET /user")).answer(401, error("unauthorized"));
    (await api.next("PUT /session")).answer(200, issued(kept));
    (await api.next("GET /user")).answer(200, { id: ADA });
    await refused;
    request.answer(200, issued(late));

    assert.equal(await done, undefined);
    assert.equal(storage.pair.access_token, issued(kept).access_token);
    void outcome(client.user());
    assert.equal((await api.next("GET /user")).token, issued(kept).access_token);
  });
}

test("a refresh of the same second does not take the place of a step-up", async () => {
  const { api, client, storage } = await signedInTab();
  mock.timers.tick(HOUR - 61_000);
  const done = client.reauthenticate(CODE);
  const request = await api.next(ROUTE);
  mock.timers.tick(2_000);
  const call = outcome(tab(api, storage).user());
  const slow = await api.next("PUT /session");
  const shown = issued({ gen: 1, ...SHOWN });
  request.answer(200, shown);
  await done;
  slow.answer(200, issued({ gen: 1, iat: SHOWN.iat }));

  assert.equal((await api.next("GET /user")).token, shown.access_token);
  assert.deepEqual([storage.pair.auth_time, api.log.length], [2000, 4]);
  void call;
});

for (const [what, call, route] of [
  ["a new factor", (tab) => tab.createTotp(), "POST /factors/totp"],
  ["leaving", (tab) => tab.leave({ password: "a" }), "DELETE /user"],
  ["another address", (tab) => tab.changeEmail({ email: "b@example.org" }), "PUT /user/email"],
]) {
  for (const [name, more] of [["reauthentication_required", { kinds: ["totp"] }],
                              ["enrolment_required"]]) {
    test(`${what} that is answered ${name} says so, and nobody is signed out`, async () => {
      const { api, client, storage } = await signedInTab();
      const { state } = storage;
      const called = outcome(call(client));
      (await api.next(route)).answer(401, error(name, more));

      const failed = await called;
      assert.deepEqual([failed.name, failed.kinds], [name, more?.kinds ?? []]);
      assert.deepEqual([storage.state, api.log.length], [state, 2]);
    });
  }
}

test("a change of the password that asks for a step-up is not tried in another way", async () => {
  const { api, client, storage } = await signedInTab();
  const change = outcome(client.changePassword({ current_password: "a", new_password: "b" }));
  (await api.next("GET /user")).answer(200, { id: ADA, email: "ada@example.org" });
  (await api.next("PUT /user/password")).answer(
    401, error("reauthentication_required", { kinds: ["recovery_code"] }));

  assert.deepEqual((await change).kinds, ["recovery_code"]);
  assert.deepEqual([storage.pair.sid, api.log.length], ["session-1", 3]);
});

for (const challenge of ['Bearer error="insufficient_user_authentication", max_age=600',
                         'DPoP error="insufficient_user_authentication", acr_values="aal2"']) {
  test(`a service that answers ${challenge} is passed on as it is`, async () => {
    const { api, client } = await signedInTab({ options: { apis: [ORDERS] } });
    const called = client.fetch(`${ORDERS}/refunds`);
    (await api.next(`GET ${ORDERS}/refunds`)).answer(
      401, "show again who you are", { "www-authenticate": challenge });

    const response = await called;
    assert.deepEqual([response.status, await response.text()], [401, "show again who you are"]);
    assert.equal(api.log.length, 2);
  });
}

test("an address that is confirmed renews the pair of the session", async () => {
  const { api, client, storage } = await signedInTab();
  const done = client.confirmEmail({ token: "mailed" });
  const request = await api.next("PUT /user/email/confirmation");
  request.answer(200, issued({ iat: 2000 }));

  assert.equal(await done, undefined);
  assert.deepEqual([request.body, request.token], [{ token: "mailed" }, issued().access_token]);
  assert.equal(storage.pair.iat, 2000);
});

test("a step-up of a session that is bound proves the key, and stays bound", async () => {
  const { api, client, storage, jkt, pair } = await boundTab();
  const done = client.reauthenticate(CODE);
  const request = await api.next(ROUTE);
  const renewed = issued({ jkt, ...SHOWN });
  request.answer(200, renewed);
  await done;
  const other = outcome(client.reauthenticate(CODE));
  const again = await api.next(ROUTE);
  again.answer(200, issued({ iat: 3000 }));

  assert.equal((await other).name, "unexpected_answer");
  assert.notEqual(proofBy(pair, request).jti, proofBy(renewed, again).jti);
  assert.deepEqual([storage.pair.jkt, storage.pair.auth_time], [jkt, 2000]);
});

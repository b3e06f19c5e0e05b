/** Nothing is written after a sign-out, and only the session that ended is left. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ADA, error, issued, KEY, MemoryStorage, outcome, ScriptedApi, settled, signedInTab,
         SlowStorage, tab } from "./scripted_api.mjs";

const HOUR = 3600 * 1000;
const BABBAGE = { sid: "session-2", sub: "user-babbage" };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1.8e12 });
});

async function refreshing(options) {
  const world = await signedInTab(options);
  mock.timers.tick(HOUR);
  const call = outcome(world.client.user());
  return { ...world, call, refresh: await world.api.next("PUT /session") };
}

/** Begin a change of the password; return its outcome, and its request, which waits. */
async function changing(api, client) {
  const change = outcome(client.changePassword({ current_password: "a", new_password: "b" }));
  (await api.next("GET /user")).answer(200, { id: ADA, email: "ada@example.org", roles: [] });
  return { change, request: await api.next("PUT /user/password") };
}

async function signedIn(api, client, who) {
  const done = client.signIn({ email: "b@example.org", password: "…" });
  (await api.next("POST /session")).answer(201, issued(who));
  await done;
}

for (const Storage of [MemoryStorage, SlowStorage]) {
  test(`a refresh that is answered after the sign-out writes nothing (${Storage.name})`, async () => {
    const { api, client, storage, call, refresh } = await refreshing({ storage: new Storage() });
    const out = client.signOut();
    const end = await api.next("DELETE /session");
    refresh.answer(200, issued({ gen: 1 }));

    assert.equal((await call).name, "not_signed_in");
    end.answer(200, { message: "session ended" });
    await out;
    assert.equal(storage.pair, null);
    assert.equal(api.log.length, 3);
  });
}

test("a refresh that is answered while a slow storage signs out writes nothing", async () => {
  const { api, client, storage, call, refresh } = await refreshing({ storage: new SlowStorage() });

  refresh.answer(200, issued({ gen: 1 }));
  const out = outcome(client.signOut());
  await call;
  await settled();

  assert.equal(storage.pair, null);
  (await api.next("DELETE /session")).answer(200, {});
  assert.equal(await out, undefined);
});

test("the tokens are forgotten before the API is told", async () => {
  const { api, client, storage } = await signedInTab();
  const out = client.signOut();
  const end = await api.next("DELETE /session");

  assert.equal(storage.pair, null);
  assert.equal(end.token, issued().access_token);
  assert.equal(end.init.keepalive, true, "it arrives although the page is left");
  end.answer(200, { message: "session ended" });
  await out;
});

for (const name of ["session_ended", "unauthorized"]) {
  test(`a sign-out is done when the API answers ${name}`, async () => {
    const { api, client } = await signedInTab();
    const out = client.signOut();
    (await api.next("DELETE /session")).answer(401, error(name));

    assert.equal(await out, undefined);
  });
}

test("a sign-out that does not reach the API says so, and is final here", async () => {
  const { api, client, storage } = await signedInTab();
  const out = outcome(client.signOut());
  for (const wait of [500, 1000, 0]) {
    (await api.next("DELETE /session")).lose();
    await settled();
    mock.timers.tick(wait);
  }

  assert.equal((await out).name, "unreachable");
  assert.equal(storage.pair, null);
  assert.equal((await outcome(client.user())).name, "not_signed_in");
});

test("a refresh is not tried again after the sign-out", async () => {
  const { api, client, call, refresh } = await refreshing();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  refresh.lose();
  await settled();
  mock.timers.tick(500);

  assert.equal((await call).name, "not_signed_in");
  assert.equal(api.log.length, 3);
});

test("nobody is signed in: nothing is sent", async () => {
  const api = new ScriptedApi();
  const client = tab(api, new MemoryStorage());

  await client.signOut();
  const called = await outcome(client.user());

  assert.deepEqual([called.name, called.status], ["not_signed_in", 0]);
  assert.deepEqual(api.log, []);
});

test("a sign-in that is answered after a sign-out is not kept, and its session ended", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const client = tab(api, storage);
  const signIn = outcome(client.signIn({ email: "ada@example.org", password: "…" }));
  const request = await api.next("POST /session");
  await client.signOut();

  request.answer(201, issued());
  const end = await api.next("DELETE /session");
  end.answer(200, { message: "session ended" });

  assert.equal(end.token, issued().access_token);
  assert.equal((await signIn).name, "signed_out");
  assert.equal(storage.pair, null);
});

test("a sign-in after a sign-out is kept", async () => {
  const { api, client, storage } = await signedInTab();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  const signIn = client.signIn({ email: "b@example.org", password: "…" });
  (await api.next("POST /session")).answer(201, issued(BABBAGE));

  assert.deepEqual(await signIn, { userId: "user-babbage", sessionId: "session-2" });
  assert.equal(storage.pair.sid, "session-2");
});

test("each sign-out counts, not only the first", async () => {
  const { api, client, storage } = await signedInTab();
  const first = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await first;
  const signIn = outcome(client.signIn({ email: "ada@example.org", password: "…" }));
  const request = await api.next("POST /session");
  await client.signOut();
  request.answer(201, issued({ sid: "session-2" }));
  const end = await api.next("DELETE /session");
  for (const wait of [500, 1000, 0]) {
    (wait === 500 ? end : await api.next("DELETE /session")).lose();
    await settled();
    mock.timers.tick(wait);
  }

  assert.equal((await signIn).name, "signed_out", "although its session could not be ended");
  assert.equal(storage.pair, null);
});

test("a store that was cleared during a refresh stays empty", async () => {
  const { storage, call, refresh } = await refreshing();
  storage.items.clear();
  refresh.answer(200, issued({ gen: 1 }));

  assert.equal((await call).name, "not_signed_in");
  assert.equal(storage.state, null);
});

test("a tab that had not seen the sign-out yet does not undo it", async () => {
  const { api, client, storage } = await signedInTab();
  const before = storage.getItem(KEY);
  const told = [];
  client.onChange((signedIn) => told.push(signedIn));
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;

  storage.setItem(KEY, before);

  assert.equal((await outcome(client.user())).name, "not_signed_in");
  assert.equal((await api.next("DELETE /session")).token, issued().access_token);
  assert.equal(storage.pair, null);
  assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }, null]);
});

test("what another tab stores without having seen the sign-out is taken out, and ended", async () => {
  const { api, client, storage } = await signedInTab();
  const before = storage.getItem(KEY);
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  storage.setItem(KEY, before.replaceAll("session-1", "session-2"));

  assert.equal((await outcome(client.user())).name, "not_signed_in");

  (await api.next("DELETE /session")).answer(200, {});
  assert.equal(storage.pair, null);
});

test("a change of the password that began before a sign-out is not kept by the tab that signed out, "
     + "whatever another tab has written", async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, client);
  const before = storage.getItem(KEY);
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  storage.setItem(KEY, before);

  request.answer(200, issued({ sid: "session-2" }));
  const ended = [await api.next("DELETE /session"), await api.next("DELETE /session")];
  for (const request of ended) request.answer(401, error("session_ended"));

  assert.equal((await change).name, "signed_out");
  assert.deepEqual(ended.map(({ token }) => token),
                   [issued().access_token, issued({ sid: "session-2" }).access_token]);
  assert.equal(storage.pair, null);
});

for (const [what, write] of [
  ["refreshes the former session", (text) => text],
  ["learns that the former session has ended", (text) => JSON.stringify(
    { ...JSON.parse(text), pair: null, version: 2 })],
]) {
  test(`a tab that has not seen the new session and ${what} does not take its place`, async () => {
    const { api, client, storage } = await signedInTab();
    const before = storage.getItem(KEY);
    await signedIn(api, client, BABBAGE);

    storage.setItem(KEY, write(before));

    void outcome(client.user());
    assert.equal((await api.next("GET /user")).token, issued(BABBAGE).access_token);
    assert.equal(storage.pair.sid, "session-2");
  });
}

test("the end of the former session, noticed before and written after the new one, does not end it",
     async () => {
       const { api, client, storage, call, refresh } = await refreshing();
       refresh.answer(401, error("session_ended"));
       await call;
       const ended = storage.getItem(KEY);
       await signedIn(api, client, BABBAGE);

       storage.setItem(KEY, ended);

       void outcome(client.user());
       assert.equal((await api.next("GET /user")).token, issued(BABBAGE).access_token);
     });

test("the end of a session that a tab has seen ends it there", async () => {
  const { api, client, storage } = await signedInTab();
  await signedIn(api, client, BABBAGE);
  const stored = storage.state;
  storage.setItem(KEY, JSON.stringify({ ...stored, pair: null, version: stored.version + 1 }));

  assert.equal((await outcome(client.user())).name, "not_signed_in");
});

test("a store that was cleared and used anew is not put back to what it was", async () => {
  const { api, client, storage } = await signedInTab();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  await signedIn(api, client, { sid: "session-3" });
  storage.items.clear();
  await signedIn(api, tab(api, storage), BABBAGE);

  void outcome(client.user());

  assert.equal((await api.next("GET /user")).token, issued(BABBAGE).access_token);
  assert.equal(storage.pair.sid, "session-2");
});

test("a sign-in that begins beside the first one of this store is kept, too", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const client = tab(api, storage);
  const first = client.signIn({ email: "ada@example.org", password: "…" });
  const second = tab(api, storage).signIn({ email: "b@example.org", password: "…" });
  (await api.next("POST /session")).answer(201, issued());
  await first;
  (await api.next("POST /session")).answer(201, issued(BABBAGE));

  assert.deepEqual(await second, { userId: "user-babbage", sessionId: "session-2" });
  assert.equal(storage.pair.sid, "session-2");
});

test("a store that is cleared in the moment of the sign-out does not keep the session alive", async () => {
  const { api, client, storage } = await signedInTab();
  const out = client.signOut();
  storage.items.clear();

  const end = await api.next("DELETE /session");
  end.answer(200, {});
  assert.equal(end.token, issued().access_token);
  assert.equal(await out, undefined);
});

test("tabs that know different states come to rest with the latest one", async () => {
  const { api, client: first, storage } = await signedInTab();
  const before = storage.getItem(KEY);
  const second = tab(api, storage);
  const tabs = [first, second];
  const told = [[], []];
  tabs.forEach((client, index) => client.onChange((who) => told[index].push(who && who.sessionId)));
  await settled();
  for (const client of tabs) {
    const out = outcome(client.signOut());
    (await api.next("DELETE /session")).answer(401, error("session_ended"));
    await out;
    storage.setItem(KEY, before);
  }

  let writes = 0;
  storage.setItem = (key, value) => { writes += 1; storage.items.set(key, value); };
  for (let turn = 0; turn < 20; turn += 1) {
    for (const client of tabs) await outcome(client.user());
  }

  assert.ok(writes <= 2, `${writes} writes`);
  assert.equal(storage.pair, null);
});

test("an older pair that another tab writes over a newer one does not stay", async () => {
  const { api, client, storage } = await signedInTab();
  const before = storage.getItem(KEY);
  mock.timers.tick(HOUR);
  void outcome(client.user());
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  await api.next("GET /user");

  storage.setItem(KEY, before);
  void outcome(client.sessions());

  assert.equal((await api.next("GET /sessions")).token, issued({ gen: 1 }).access_token);
  assert.equal(storage.pair.gen, 1);
});

test("a sign-out ends the session although nothing can be stored", async () => {
  const { api, client, storage } = await signedInTab();
  storage.setItem = () => { throw new Error("the disk is full"); };
  const out = outcome(client.signOut());
  const end = await api.next("DELETE /session");
  end.answer(200, { message: "session ended" });

  assert.equal(end.token, issued().access_token);
  assert.equal((await out).message, "the disk is full");
});

test("a store that is cleared after a sign-out does not bring back what began before", async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, tab(api, storage));
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  storage.items.clear();

  request.answer(200, issued({ sid: "session-2" }));
  (await api.next("DELETE /session")).answer(200, {});

  assert.equal((await change).name, "signed_out");
});

test("a store that another program has filled counts as empty", async () => {
  for (const text of ["{", "null", "[]", '"x"', '{"sign_outs": 0, "pair": {"sid": "x"}}',
                      '{"born": 1, "sign_outs": 0, "version": 0, "pair": null}',
                      '{"born": "1", "sign_outs": 0, "version": null, "pair": null}']) {
    const storage = new MemoryStorage();
    storage.getItem = () => text;
    const client = tab(new ScriptedApi(), storage);

    assert.equal((await outcome(client.user())).name, "not_signed_in", text);
    await client.signOut();
    assert.equal(JSON.parse(storage.items.get(KEY)).pair, null, text);
  }
});

test("the end of the stored session is left, and told", async () => {
  const { client, storage, call, refresh } = await refreshing();
  const told = [];
  client.onChange((signedIn) => told.push(signedIn));
  await settled();
  refresh.answer(401, error("session_ended"));

  const ended = await call;
  await settled();
  assert.deepEqual([ended.name, ended.status], ["session_ended", 401]);
  assert.equal(storage.pair, null);
  assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }, null]);
});

for (const [how, answer] of [
  ["is answered session_ended", [401, error("session_ended")]],
  ["brings a pair", [200, issued({ gen: 1 })]],
]) {
  test(`a refresh that ${how} after somebody else signed in leaves their session alone`, async () => {
    const { api, storage, call, refresh } = await refreshing();
    const signIn = tab(api, storage).signIn({ email: "b@example.org", password: "…" });
    (await api.next("POST /session")).answer(201, issued(BABBAGE));
    await signIn;

    refresh.answer(...answer);

    assert.equal((await call).name, "not_signed_in");
    assert.equal(storage.pair.sid, "session-2");
    assert.deepEqual(api.log.slice(2), ["POST /session"], "nothing was done in their name");
  });
}

test("a call goes on in the session that the same person has opened meanwhile", async () => {
  const { api, storage, call, refresh } = await refreshing();
  const signIn = tab(api, storage).signIn({ email: "ada@example.org", password: "…" });
  (await api.next("POST /session")).answer(201, issued({ sid: "session-3" }));
  await signIn;
  refresh.answer(401, error("session_ended"));

  const request = await api.next("GET /user");
  request.answer(200, { id: ADA, email: "", roles: [] });

  assert.equal(request.token, issued({ sid: "session-3" }).access_token);
  assert.equal((await call).id, ADA);
});

test("a changed password is kept although another tab has noticed the end of the session", async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, client);
  const other = outcome(tab(api, storage).user());
  (await api.next("GET /user")).answer(401, error("unauthorized"));
  (await api.next("PUT /session")).answer(401, error("session_ended"));
  await other;
  assert.equal(storage.pair, null);

  request.answer(200, issued({ sid: "session-2" }));

  assert.deepEqual(await change, { userId: ADA, sessionId: "session-2" });
  assert.equal(storage.pair.sid, "session-2");
});

test("a changed password is not kept after a sign-out, and its session ended", async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, client);
  const out = tab(api, storage).signOut();
  (await api.next("DELETE /session")).answer(401, error("session_ended"));
  await out;

  request.answer(200, issued({ sid: "session-2" }));
  const end = await api.next("DELETE /session");
  end.answer(200, {});

  assert.equal(end.token, issued({ sid: "session-2" }).access_token);
  assert.equal((await change).name, "signed_out");
  assert.equal(storage.pair, null);
});

test("a changed password is not stored in the place of somebody who has signed in", async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, client);
  await signedIn(api, tab(api, storage), BABBAGE);

  request.answer(200, issued({ sid: "session-3" }));
  const end = await api.next("DELETE /session");
  end.answer(200, {});

  assert.equal(end.token, issued({ sid: "session-3" }).access_token);
  assert.equal((await change).name, "signed_out");
  assert.equal(storage.pair.sid, "session-2");
});

test("who signs in takes the place of whoever was signed in", async () => {
  const { api, client, storage } = await signedInTab();
  await signedIn(api, client, BABBAGE);

  assert.equal(storage.pair.sub, "user-babbage");
});

for (const [what, happens] of [
  ["is lost", (request) => request.lose()],
  ["is that of a gateway", (request) => request.answer(504, { message: "Endpoint request timed out" })],
  ["says that a store is down", (request) => request.answer(503, error("unavailable"))],
]) test(`when the answer to a changed password ${what}, the new one signs in`, async () => {
  const { api, client, storage } = await signedInTab();
  const { change, request } = await changing(api, client);
  happens(request);
  const signIn = await api.next("POST /session");
  signIn.answer(201, issued({ sid: "session-2" }));
  const others = await api.next("DELETE /sessions");
  others.answer(200, { message: "sessions ended", ended: 0 });

  assert.equal(others.token, issued({ sid: "session-2" }).access_token);
  assert.deepEqual(signIn.body, { account_type: "traditional", email: "ada@example.org",
                                  password: "b" });
  assert.deepEqual(await change, { userId: ADA, sessionId: "session-2" });
  assert.equal(storage.pair.sid, "session-2");
});

test("when the request to change a password was lost, nothing has changed, and the call says so",
     async () => {
       const { api, client, storage } = await signedInTab();
       const { change, request } = await changing(api, client);
       request.lose();
       (await api.next("POST /session")).answer(401, error("bad_credentials"));

       assert.equal((await change).name, "unreachable");
       assert.equal(storage.pair.sid, "session-1");
     });

test("a change of the password that is refused is not tried in another way", async () => {
  const { api, client } = await signedInTab();
  const { change, request } = await changing(api, client);
  request.answer(400, error("weak_password"));

  assert.equal((await change).name, "weak_password");
  assert.equal(api.log.length, 3);
});

test("who ends the session that they are in is signed out", async () => {
  const { api, client, storage } = await signedInTab();
  const ended = client.endSession("session-1");
  (await api.next("DELETE /sessions/session-1")).answer(200, {});
  await ended;

  assert.equal(storage.pair, null);
});

for (const answer of [[200, { message: "session ended" }], [404, error("not_found")]]) {
  test(`another session ends at ${answer[0]}, and this one stays`, async () => {
    const { api, client, storage } = await signedInTab();
    const ended = client.endSession("session-9");
    (await api.next("DELETE /sessions/session-9")).answer(...answer);
    await ended;

    assert.equal(storage.pair.sid, "session-1");
  });
}

test("what began before somebody left is not kept", async () => {
  const { api, client, storage } = await signedInTab();
  const other = tab(api, storage);
  const { change, request } = await changing(api, other);
  const left = client.leave({ password: "a" });
  (await api.next("DELETE /user")).answer(200, { message: "account deleted" });
  await left;

  request.answer(200, issued({ sid: "session-2" }));
  (await api.next("DELETE /session")).answer(401, error("session_ended"));

  assert.equal((await change).name, "signed_out");
  assert.equal(storage.pair, null);
});

test("who leaves is signed out", async () => {
  const { api, client, storage } = await signedInTab();
  const left = client.leave({ password: "notes" });
  const request = await api.next("DELETE /user");
  request.answer(200, { message: "account deleted" });
  await left;

  assert.deepEqual(request.body, { password: "notes" });
  assert.equal(storage.pair, null);
});

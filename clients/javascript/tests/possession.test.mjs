/** Sessions are bound to a key that the tabs share, and each request proves that it is here. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { IDBDatabase, IDBFactory, IDBObjectStore } from "fake-indexeddb";

import { boundTab, keptKey, PERSON } from "./bound_tab.mjs";
import { proofBy, proofOf, signInProof } from "./proofs.mjs";
import { ADA, BASE_URL, CLIENT_ID, error, issued, MemoryStorage, outcome, ScriptedApi,
         tab } from "./scripted_api.mjs";
import { createClient } from "../dist/index.js";

const ORDERS = "https://orders.example.org";

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

test("a sign-in proves a key that nobody can read, and so does all that follows", async () => {
  const { api, client, jkt, pair } = await boundTab();
  const { privateKey } = await keptKey();
  const user = client.user();
  const call = await api.next("GET /user");
  call.answer(200, { id: ADA });
  await user;
  const refused = outcome(client.sessions());
  (await api.next("GET /sessions")).answer(401, error("unauthorized"));
  const refresh = await api.next("PUT /session");
  const next = issued({ jkt, gen: 1 });
  refresh.answer(200, next);
  const again = await api.next("GET /sessions");
  again.answer(200, { sessions: [] });
  await refused;
  const out = client.signOut();
  const end = await api.next("DELETE /session");
  end.answer(200, {});
  await out;

  assert.deepEqual([privateKey.extractable, privateKey.usages], [false, ["sign"]]);
  const proofs = [proofBy(pair, call), proofBy(pair, refresh), proofBy(next, again),
                  proofBy(next, end)];
  assert.deepEqual(proofs.map((proof) => proof.jkt), [jkt, jkt, jkt, jkt]);
  assert.equal(new Set(proofs.map(({ jti }) => jti)).size, 4);
  const now = Date.now() / 1000;
  assert.ok(proofs.every(({ iat }) => Number.isInteger(iat) && Math.abs(iat - now) < 60));
});

test("each try has a proof of its own, which is made for it", async () => {
  const { api, client, pair } = await boundTab({ lifetime: 0 });
  void outcome(client.user());
  const tries = [];
  for (let n = 0; n < 3; n += 1) {
    tries.push(await api.next("PUT /session"));
    tries.at(-1).lose();
  }

  assert.equal(new Set(tries.map((request) => proofBy(pair, request).jti)).size, 3);
});

for (const [address, htu] of [
  [`${ORDERS}/orders?all=1#top`, `${ORDERS}/orders`], [`${ORDERS}`, `${ORDERS}/`],
  [`${ORDERS}/caf\u00e9/%7e`, `${ORDERS}/caf%C3%A9/%7e`],
  [new URL(`${BASE_URL}/user?x=1`), `${BASE_URL}/user`],
]) {
  test(`a call to ${address} has a proof for ${htu}`, async () => {
    const { api, client, jkt } = await boundTab({ options: { apis: [ORDERS] } });
    const called = client.fetch(address, { method: "patch", headers: { "x-trace": "1" } });
    const request = await api.next(`PATCH ${String(address).replace(BASE_URL, "")}`);
    request.answer(200, "");
    await called;

    const proof = proofOf(request);
    assert.deepEqual([proof.htm, proof.htu, proof.jkt], ["PATCH", htu, jkt]);
    assert.equal(request.init.method, "PATCH");
    assert.equal(request.headers.get("x-trace"), "1");
  });
}

test("a verified address and a new password without an answer sign in with a proof", async () => {
  const { api, client, jkt, pair } = await boundTab();
  const verified = client.verifyEmail({ token: "mailed", password: "notes" });
  const verify = await api.next("PUT /user/email-verification");
  verify.answer(201, pair);
  await verified;
  const change = client.changePassword({ current_password: "a", new_password: "b" });
  (await api.next("GET /user")).answer(200, { id: ADA, email: "ada@example.org", roles: [] });
  const lost = await api.next("PUT /user/password");
  lost.lose();
  const signIn = await api.next("POST /session");
  const next = issued({ sid: "session-2", jkt });
  signIn.answer(201, next);
  const others = await api.next("DELETE /sessions");
  others.answer(200, { ended: 0 });
  await change;

  assert.deepEqual([signInProof(verify), signInProof(signIn)], [jkt, jkt]);
  assert.deepEqual([proofBy(pair, lost).jkt, proofBy(next, others).jkt], [jkt, jkt]);
});

test("what is no sign-in has no proof of its own", async () => {
  const { api, client, pair } = await boundTab();
  void outcome(client.signUp(PERSON));
  const signUp = await api.next("POST /user");
  void outcome(client.verifyEmail({ token: "mailed" }));

  assert.equal(signUp.headers.get("dpop"), null);
  proofBy(pair, await api.next("PUT /user/email-verification"));
});

test("two tabs that sign in at once on a new device have one key", async () => {
  const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
  for (let n = 0; n < 2; n += 1) void outcome(tab(api, storage).signIn(PERSON));
  const requests = [await api.next("POST /session"), await api.next("POST /session")];
  void outcome(tab(api, storage).signIn(PERSON));
  requests.push(await api.next("POST /session"));

  assert.equal(new Set(requests.map(signInProof)).size, 1);
});

test("a tab that is opened later has the key", async () => {
  const { jkt, storage, pair } = await boundTab();
  const api = new ScriptedApi();
  void outcome(tab(api, storage).user());

  assert.equal(proofBy(pair, await api.next("GET /user")).jkt, jkt);
});

test("no tab holds the database open, so that it can be deleted", async (test) => {
  const opened = test.mock.method(indexedDB, "open");
  const closed = test.mock.method(IDBDatabase.prototype, "close");

  await boundTab();

  assert.equal(closed.mock.callCount(), opened.mock.callCount());
  assert.ok(opened.mock.callCount() > 0);
});

test("without a storage that lasts, the key is in memory, too", async () => {
  const api = new ScriptedApi();
  delete globalThis.indexedDB;
  const keys = [];
  for (let n = 0; n < 2; n += 1) {
    const client = createClient({ baseUrl: BASE_URL, clientId: CLIENT_ID, fetch: api.fetch });
    const done = client.signIn(PERSON);
    const signIn = await api.next("POST /session");
    keys.push(signInProof(signIn));
    const pair = issued({ jkt: keys[n] });
    signIn.answer(201, pair);
    await done;
    void outcome(client.user());
    assert.equal(proofBy(pair, await api.next("GET /user")).jkt, keys[n]);
  }

  assert.notEqual(keys[0], keys[1]);
});

test("two sign-ins at once have one key, in memory, too", async () => {
  delete globalThis.indexedDB;
  const api = new ScriptedApi();
  const client = createClient({ baseUrl: BASE_URL, clientId: CLIENT_ID, fetch: api.fetch });
  void outcome(client.signIn(PERSON));
  void outcome(client.signIn(PERSON));

  assert.equal(signInProof(await api.next("POST /session")),
               signInProof(await api.next("POST /session")));
});

test("a sign-in after the key was deleted is bound to one that other tabs find", async () => {
  const { api, client, storage, jkt } = await boundTab();
  globalThis.indexedDB = new IDBFactory();
  const done = client.signIn(PERSON);
  const signIn = await api.next("POST /session");
  const next = signInProof(signIn);
  const pair = issued({ jkt: next, sid: "session-2" });
  signIn.answer(201, pair);
  await done;
  const other = new ScriptedApi();
  void outcome(tab(other, storage).user());

  assert.notEqual(next, jkt);
  assert.equal(proofBy(pair, await other.next("GET /user")).jkt, next);
});

const { crypto } = globalThis;
const setCrypto = (value) =>
  Object.defineProperty(globalThis, "crypto", { value, configurable: true });

for (const [what, prepare, options] of [
  ["the platform has no IndexedDB", () => { delete globalThis.indexedDB; }],
  ["pages may not use IndexedDB", () => {
    indexedDB.open = () => { throw new Error("insecure"); };
  }],
  ["IndexedDB does not open", () => {
    indexedDB.open = () => {
      const opening = { error: new Error("no room") };
      setImmediate(() => opening.onerror());
      return opening;
    };
  }],
  ["the disk is full", (test) => {
    test.mock.method(IDBObjectStore.prototype, "put", function put() { this.transaction.abort(); });
    test.mock.method(AbortSignal, "timeout", () => new AbortController().signal);
  }],
  ["IndexedDB does not answer", (test) => {
    indexedDB.open = () => ({});
    test.mock.method(AbortSignal, "timeout", (milliseconds) => {
      assert.equal(milliseconds, 5_000);
      return AbortSignal.abort();
    });
  }],
  ["the database is that of another program", () => new Promise((resolve) => {
    indexedDB.open("session-api.https___api.example.org_dev.web-app").onsuccess = resolve;
  })],
  ["the page is no secure context", () => setCrypto({})],
  ["the platform has no crypto", () => setCrypto(undefined)],
  ["it cannot make such keys", () => setCrypto({ subtle: { generateKey: async () => {
    throw new Error("NotSupportedError");
  } } })],
  ["the application does not want it", () => undefined, { possession: false }],
]) {
  test(`a sign-in is that of a bearer session where ${what}`, async (test) => {
    const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
    await prepare(test);
    try {
      const client = tab(api, storage, options);
      const done = client.signIn(PERSON);
      const signIn = await api.next("POST /session");
      signIn.answer(201, issued());
      await done;
      void outcome(client.user());
      const user = await api.next("GET /user");

      assert.equal(user.headers.get("authorization"), `Bearer ${issued().access_token}`);
      assert.deepEqual([signIn, user].map(({ headers }) => headers.get("dpop")), [null, null]);
    } finally {
      setCrypto(crypto);
    }
  });
}

test("a stage that binds nothing answers with a bearer session, which it stays", async () => {
  const { api, client } = await boundTab({ more: issued() });
  void outcome(client.user());
  const user = await api.next("GET /user");

  assert.deepEqual([user.headers.get("authorization"), user.headers.get("dpop")],
                   [`Bearer ${issued().access_token}`, null]);
});

test("a session that is bound stays so when the application wants no more of them", async () => {
  const { storage, jkt, pair } = await boundTab();
  const api = new ScriptedApi();
  void outcome(tab(api, storage, { possession: false }).user());

  assert.equal(proofBy(pair, await api.next("GET /user")).jkt, jkt);
});

for (const [what, answer] of [
  ["another type", { jkt: "x", more: { token_type: "MAC" } }],
  ["the type in small letters", { jkt: "x", more: { token_type: "dpop" } }],
  ["no type", { more: { token_type: undefined } }],
  ["a bound type, and no key in it", { more: { token_type: "DPoP" } }],
  ["a bearer's type, and a key in it", { jkt: "x", more: { token_type: "Bearer" } }],
]) {
  test(`a sign-in that is answered with a token of ${what} fails`, async () => {
    const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
    const signIn = outcome(tab(api, storage).signIn(PERSON));
    (await api.next("POST /session")).answer(201, issued(answer));

    assert.equal((await signIn).name, "unexpected_answer");
    assert.equal(storage.pair, undefined);
  });
}

for (const [what, other] of [["of another key", { jkt: "x" }], ["that is a bearer's", {}]]) {
  test(`a refresh that is answered with a pair ${what} changes nothing`, async () => {
    const { api, client, storage, jkt } = await boundTab({ lifetime: 0 });
    const user = outcome(client.user());
    for (let n = 0; n < 3; n += 1) {
      (await api.next("PUT /session")).answer(200, issued({ gen: 1, ...other }));
    }

    assert.equal((await user).name, "unexpected_answer");
    assert.deepEqual([storage.pair.gen, storage.pair.jkt], [0, jkt]);
  });
}

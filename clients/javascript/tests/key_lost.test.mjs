/** A session whose key is gone has ended here, and one whose key cannot be read for now has not. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { boundTab, keptKey, PERSON } from "./bound_tab.mjs";
import { proofBy, signInProof } from "./proofs.mjs";
import { ADA, error, issued, KEY, MemoryStorage, outcome, ScriptedApi, settled, tab
         } from "./scripted_api.mjs";

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

/** Make another key, as the sign-in of another profile does. */
async function otherKey() {
  globalThis.indexedDB = new IDBFactory();
  const api = new ScriptedApi();
  void outcome(tab(api, new MemoryStorage()).signIn(PERSON));
  signInProof(await api.next("POST /session"));
}

const LOSSES = [
  ["is gone", () => { globalThis.indexedDB = new IDBFactory(); }],
  ["is another one", otherKey],
  ["cannot be kept on this platform", () => { delete globalThis.indexedDB; }],
];
for (const [what, lose] of LOSSES) {
  test(`a session whose key ${what} is left, and nothing is sent`, async () => {
    const { storage } = await boundTab();
    await lose();
    const api = new ScriptedApi();
    const client = tab(api, storage);
    const told = [];
    client.onChange((who) => told.push(who));
    await settled();

    const lost = await outcome(client.user());

    await settled();
    assert.deepEqual([lost.name, lost.status], ["key_lost", 0]);
    assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }, null]);
    assert.deepEqual([storage.pair, storage.state.sign_outs], [null, 0]);
    assert.equal((await outcome(client.user())).name, "not_signed_in");
    assert.deepEqual(api.log, []);
  });
}

for (const [what, call] of [
  ["a refresh", (client) => client.user()],
  ["a call to a service", (client) => client.fetch("https://api.example.org/dev/x")],
  ["a change of the password", (client) => client.changePassword({ current_password: "a",
                                                                   new_password: "b" })],
  ["a sign-out", (client) => client.signOut()],
]) {
  test(`${what} says that the key is lost`, async () => {
    const { storage } = await boundTab({ lifetime: what === "a refresh" ? 0 : 3600 });
    globalThis.indexedDB = new IDBFactory();
    const api = new ScriptedApi();

    const lost = await outcome(call(tab(api, storage)));

    assert.equal(lost.name, "key_lost");
    assert.equal(storage.pair, null);
    assert.deepEqual(api.log, []);
  });
}

test("a tab that still has the key goes on with it", async () => {
  const { api, client, jkt, pair } = await boundTab();
  globalThis.indexedDB = new IDBFactory();
  void outcome(client.user());

  assert.equal(proofBy(pair, await api.next("GET /user")).jkt, jkt);
});

test("a tab that has a former key reads that of the session of another tab", async () => {
  const { api, client, storage } = await boundTab();
  globalThis.indexedDB = new IDBFactory();
  storage.items.clear();
  const { pair, jkt } = await boundTab({ storage, sid: "session-2" });
  void outcome(client.user());

  assert.equal(proofBy(pair, await api.next("GET /user")).jkt, jkt);
});

test("a lost key leaves alone whoever has signed in meanwhile", async () => {
  const { storage } = await boundTab();
  globalThis.indexedDB = new IDBFactory();
  const lost = outcome(tab(new ScriptedApi(), storage).user());
  await Promise.resolve();
  const state = storage.state;
  await new Promise((resolve) => { queueMicrotask(resolve); });
  const pair = { ...state.pair, sid: "session-2" };
  storage.setItem(KEY, JSON.stringify({ ...state, pair, version: state.version + 1 }));

  assert.equal((await lost).name, "key_lost");
  assert.equal(storage.pair.sid, "session-2");
});

test("a sign-in that began before the key was lost is kept", async () => {
  const { storage } = await boundTab();
  globalThis.indexedDB = new IDBFactory();
  const api = new ScriptedApi();
  const client = tab(api, storage);
  const signIn = client.signIn(PERSON);
  const request = await api.next("POST /session");
  assert.equal((await outcome(tab(api, storage).user())).name, "key_lost");
  request.answer(201, issued({ sid: "session-2", jkt: signInProof(request) }));

  assert.equal((await signIn).sessionId, "session-2");
});

test("an IndexedDB that fails for now signs nobody out", async (test) => {
  const { storage, jkt, pair } = await boundTab();
  const api = new ScriptedApi();
  const client = tab(api, storage);
  const failing = test.mock.method(indexedDB, "open", () => {
    const opening = { error: new Error("UnknownError") };
    setImmediate(() => opening.onerror());
    return opening;
  });
  const failed = await outcome(client.user());
  const slow = test.mock.method(AbortSignal, "timeout", () => AbortSignal.abort(new Error("slow")));
  failing.mock.restore();
  const late = await outcome(client.user());
  slow.mock.restore();
  const user = client.user();
  const request = await api.next("GET /user");
  request.answer(200, { id: ADA });

  assert.deepEqual([failed.message, late.message], ["UnknownError", "slow"]);
  assert.equal((await user).id, ADA);
  assert.equal(proofBy(pair, request).jkt, jkt);
});

test("a network that is down signs nobody out", async () => {
  const { api, client, storage } = await boundTab();
  const user = outcome(client.user());
  (await api.next("GET /user")).lose();

  assert.equal((await user).name, "unreachable");
  assert.equal(storage.pair.sid, "session-1");
});

test("a refused proof of a key that is here signs nobody out", async () => {
  const { api, client, storage } = await boundTab();
  const user = outcome(client.user());
  (await api.next("GET /user")).answer(401, error("invalid_dpop_proof"));

  assert.equal((await user).name, "invalid_dpop_proof");
  assert.equal(storage.pair.sid, "session-1");
  assert.equal((await keptKey()).privateKey.type, "private");
});

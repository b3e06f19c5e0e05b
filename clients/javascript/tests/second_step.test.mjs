/** A sign-in in two steps: the password is answered with a ticket, and a code takes it on. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { boundTab, PERSON } from "./bound_tab.mjs";
import { signInProof } from "./proofs.mjs";
import { ADA, error, issued, KEY, MemoryStorage, outcome, ScriptedApi, settled, signedInTab,
         tab } from "./scripted_api.mjs";
import { ApiError } from "../dist/index.js";

const CHALLENGE = error("second_factor_required", {
  ticket: "ticket-1", kinds: ["totp", "recovery_code"], ticket_expires_in: 300 });
const STEP = { ticket: "ticket-1", code: "287082" };

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

/** Take the first step; return the tab, the request, and what the step failed with. */
async function challenged(storage = new MemoryStorage()) {
  const api = new ScriptedApi();
  const client = tab(api, storage);
  const signIn = outcome(client.signIn(PERSON));
  const first = await api.next("POST /session");
  first.answer(401, CHALLENGE);
  return { api, client, storage, first, failed: await signIn };
}

test("the first step says what the second one needs, and signs nobody in", async () => {
  const { client, storage, failed } = await challenged();
  const told = [];
  client.onChange((who) => told.push(who));
  await settled();

  assert.ok(failed instanceof ApiError);
  assert.deepEqual([failed.name, failed.status, failed.ticket, failed.kinds,
                    failed.ticketExpiresInSeconds],
                   ["second_factor_required", 401, "ticket-1", ["totp", "recovery_code"], 300]);
  assert.deepEqual([told, storage.state], [[null], null]);
});

test("the second step signs in, and keeps the device token for the next first step", async () => {
  const storage = new MemoryStorage();
  storage.setItem(`${KEY}.device`, "device-1");
  const { api, client, first } = await challenged(storage);
  const signIn = client.signInWithCode(STEP);
  const second = await api.next("POST /session");
  second.answer(201, issued({ more: { device_token: "device-2" } }));

  assert.deepEqual(await signIn, { userId: ADA, sessionId: "session-1" });
  assert.equal(first.body.device_token, "device-1");
  assert.deepEqual(second.body, { account_type: "second_factor", ...STEP });
  assert.equal(second.token, undefined);
  assert.equal(storage.pair.sid, "session-1");
  assert.equal(storage.getItem(`${KEY}.device`), "device-2");
});

test("the session of a second step is bound to the key of the first one", async () => {
  const { api, client, storage, first } = await challenged();
  const signIn = client.signInWithCode(STEP);
  const second = await api.next("POST /session");
  const jkt = signInProof(second);
  second.answer(201, issued({ jkt }));
  await signIn;

  assert.equal(signInProof(first), jkt);
  assert.deepEqual([storage.pair.jkt, storage.pair.token_type], [jkt, "DPoP"]);
});

test("a second step that is answered after a sign-out is not kept, and its session ended", async () => {
  const { api, client, storage } = await challenged();
  const signIn = outcome(client.signInWithCode(STEP));
  const second = await api.next("POST /session");
  await client.signOut();
  second.answer(201, issued());
  const end = await api.next("DELETE /session");
  end.answer(200, { message: "session ended" });

  assert.equal((await signIn).name, "signed_out");
  assert.equal(end.token, issued().access_token);
  assert.equal(storage.pair, null);
});

for (const [name, status] of [["invalid_code", 401], ["invalid_ticket", 401], ["bad_credentials", 401],
                              ["account_blocked", 401], ["too_many_attempts", 429]]) {
  test(`a second step that is answered ${name} says so, and leaves who is signed in alone`, async () => {
    const { api, client, storage } = await signedInTab();
    const { state } = storage;
    const signIn = outcome(client.signInWithCode(STEP));
    (await api.next("POST /session")).answer(status, error(name));

    const failed = await signIn;
    assert.deepEqual([failed.name, failed.ticket, failed.kinds], [name, undefined, []]);
    assert.deepEqual(storage.state, state);
    assert.equal(api.log.length, 2);
  });
}

test("a second step whose answer is lost is not sent again: its ticket and its code may be used",
     async () => {
       const { api, client, storage } = await challenged();
       const signIn = outcome(client.signInWithCode(STEP));
       (await api.next("POST /session")).lose();

       assert.equal((await signIn).name, "unreachable");
       assert.deepEqual([api.log.length, storage.state], [2, null]);
     });

test("an address that is verified with the password can ask for a second factor, too", async () => {
  const api = new ScriptedApi();
  const client = tab(api, new MemoryStorage());
  const verified = outcome(client.verifyEmail({ token: "mailed", password: "notes" }));
  (await api.next("PUT /user/email-verification")).answer(401, CHALLENGE);

  assert.equal((await verified).ticket, "ticket-1");
});

test("where the answer to a change of the password is lost, the new one alone may not sign in",
     async () => {
       const { api, client, storage } = await boundTab();
       const change = outcome(client.changePassword({ current_password: "a", new_password: "b" }));
       (await api.next("GET /user")).answer(200, { id: ADA, email: "ada@example.org" });
       (await api.next("PUT /user/password")).lose();
       (await api.next("POST /session")).answer(401, CHALLENGE);

       assert.equal((await change).name, "unreachable");
       assert.equal(storage.pair.sid, "session-1");
     });

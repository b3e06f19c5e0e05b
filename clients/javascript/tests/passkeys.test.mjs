/** Passkeys: what the API is asked, what the browser is, and what comes of their answers. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { boundTab } from "./bound_tab.mjs";
import { proofBy, signInProof } from "./proofs.mjs";
import { ADA, error, issued, KEY, MemoryStorage, outcome, ScriptedApi, settled, signedInTab,
         tab } from "./scripted_api.mjs";
import { creation, named, passkey, request, RP_ID, ScriptedBrowser } from "./scripted_browser.mjs";
import { ApiError } from "../dist/index.js";
import { arePasskeysSupported } from "../dist/passkeys.js";

const OPTIONS = "POST /session/passkey/options";
const SIGN_IN = "POST /session/passkey";
const REGISTER = "POST /factors/passkey";
const SIGN_UP = "POST /user/passkey";
const SHOW = "PUT /session/passkey";
const CODES = ["AAAA-BBBB"];

let browser;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  browser = new ScriptedBrowser().install();
});

/** Return somebody who is not signed in. */
function stranger() {
  const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
  return { api, storage, client: tab(api, storage) };
}

/** Return a tab in which the browser asks for a passkey, to sign in. */
async function asking(how, world = stranger()) {
  const done = outcome(world.client.signInWithPasskey(how));
  const begun = await world.api.next(OPTIONS);
  begun.answer(200, request());
  return { ...world, done, begun, demand: await browser.next("get") };
}

/** Return a tab in which a passkey has answered, and waits for the API. */
async function answering(how, world) {
  const asked = await asking(how, world);
  asked.demand.answer(passkey());
  return { ...asked, sent: await asked.api.next(SIGN_IN) };
}

test("a passkey signs in without an address", async () => {
  const { storage, done, begun, demand, sent } = await answering();
  sent.answer(201, issued({ more: { device_token: "device-1" } }));

  assert.deepEqual(await done, { userId: ADA, sessionId: "session-1" });
  assert.deepEqual([begun.body, begun.token], [{}, undefined]);
  assert.deepEqual([demand.options, demand.mediation], [request().public_key, undefined]);
  assert.deepEqual([sent.body, sent.token], [{ ticket: "ticket-1", credential: passkey() },
                                             undefined]);
  assert.equal(storage.pair.sid, "session-1");
  assert.equal(storage.getItem(`${KEY}.device`), "device-1");
});

test("the session of a passkey is bound to a key", async () => {
  const { storage, done, sent } = await answering();
  const jkt = signInProof(sent);
  sent.answer(201, issued({ jkt }));
  await done;

  assert.deepEqual([storage.pair.jkt, storage.pair.token_type], [jkt, "DPoP"]);
});

test("a passkey takes the second step of a sign-in by its ticket", async () => {
  const { begun, done, sent } = await answering({ ticket: "step-1" });
  sent.answer(201, issued());
  await done;

  assert.deepEqual(begun.body, { ticket: "step-1" });
  assert.equal(sent.body.ticket, "ticket-1");
});

for (const [said, name] of [
  ["NotAllowedError", "passkey_cancelled"], ["SecurityError", "passkeys_not_possible"],
  ["NotSupportedError", "passkeys_not_possible"], ["UnknownError", "passkeys_not_possible"]]) {
  test(`a browser that says ${said} ends the call, and leaves who is signed in alone`, async () => {
    const world = await signedInTab();
    const { state } = world.storage;
    const { api, storage, done, demand } = await asking({}, world);
    demand.fail(said);

    const failed = await done;
    assert.ok(failed instanceof ApiError);
    assert.deepEqual([failed.name, failed.status, failed.cause.name], [name, 0, said]);
    assert.deepEqual([storage.state, api.log.length], [state, 2]);
  });
}

test("a browser that answers nothing is one whose person has cancelled", async () => {
  const { done, demand } = await asking();
  demand.answer(null);

  assert.equal((await done).name, "passkey_cancelled");
});

test("what another program answers in the browser's place may have no JSON", async () => {
  const { done, demand } = await asking();
  demand.resolve({});

  const failed = await done;
  assert.deepEqual([failed.name, failed.cause.name], ["passkeys_not_possible", "TypeError"]);
});

test("in a browser without passkeys, nobody asks the API", async () => {
  const { api, client } = stranger();
  const { parseCreationOptionsFromJSON: _, ...old } = globalThis.PublicKeyCredential;
  for (const found of [undefined, old]) {
    globalThis.PublicKeyCredential = found;

    assert.equal(arePasskeysSupported(), false);
    for (const call of [client.signInWithPasskey(), client.registerPasskey(),
                        client.signUpWithPasskey({ token: "mailed" }),
                        client.reauthenticateWithPasskey()]) {
      assert.equal((await outcome(call)).name, "passkeys_not_possible");
    }
  }
  assert.deepEqual(api.log, []);
});

test("a passkey that the API does not know is one that the browser is to forget", async () => {
  const { done, sent } = await answering();
  sent.answer(401, error("unknown_passkey"));

  assert.equal((await done).name, "unknown_passkey");
  assert.deepEqual(browser.forgotten, [{ rpId: RP_ID, credentialId: "passkey-1" }]);
});

for (const [what, signal] of [
  ["cannot forget", undefined],
  ["does not want to", async () => { throw named("SecurityError"); }]]) {
  test(`a browser that ${what} changes nothing about the refusal`, async () => {
    globalThis.PublicKeyCredential.signalUnknownCredential = signal;
    const { done, sent } = await answering();
    sent.answer(401, error("unknown_passkey"));

    assert.equal((await done).name, "unknown_passkey");
  });
}

for (const [name, status] of [["invalid_passkey", 401], ["invalid_ticket", 401],
                              ["bad_credentials", 401], ["account_blocked", 401],
                              ["too_many_attempts", 429]]) {
  test(`a passkey that is answered ${name} is kept, and not sent again`, async () => {
    const { api, storage, done, sent } = await answering();
    sent.answer(status, error(name));

    assert.equal((await done).name, name);
    assert.deepEqual([browser.forgotten, storage.state, api.log.length], [[], null, 2]);
  });
}

test("a passkey whose answer is lost is not sent again: its ticket may be used", async () => {
  const { api, done, sent } = await answering();
  sent.lose();

  assert.equal((await done).name, "unreachable");
  assert.deepEqual([api.log.length, browser.count], [2, 1]);
});

test("a stage without passkeys says so before the browser asks", async () => {
  const { api, client } = stranger();
  const done = outcome(client.signInWithPasskey());
  (await api.next(OPTIONS)).answer(404, error("passkeys_not_configured"));

  assert.equal((await done).name, "passkeys_not_configured");
  assert.equal(browser.count, 0);
});

test("a sign-in that is answered after a sign-out is not kept, and its session ended", async () => {
  const { api, client, storage, done, sent } = await answering();
  await client.signOut();
  sent.answer(201, issued());
  const end = await api.next("DELETE /session");
  end.answer(200, {});

  assert.equal((await done).name, "signed_out");
  assert.equal(end.token, issued().access_token);
  assert.equal(storage.pair, null);
});

test("a passkey that is shown after a sign-out signs in: that was done later", async () => {
  const { api, client, storage, done, demand } = await asking({}, await signedInTab());
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  demand.answer(passkey());
  (await api.next(SIGN_IN)).answer(201, issued({ sid: "session-2" }));

  assert.equal((await done).sessionId, "session-2");
  assert.equal(storage.pair.sid, "session-2");
});

test("of two tabs that sign in at once, both have the session that came last", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  // Each page has a browser of its own.
  const one = await answering({}, { api, client: tab(api, storage) });
  const two = await answering({}, { api, client: tab(api, storage) });
  two.sent.answer(201, issued({ sid: "session-2" }));
  await two.done;
  one.sent.answer(201, issued());

  assert.equal((await one.done).sessionId, "session-1");
  assert.equal(storage.pair.sid, "session-1");
  void outcome(two.client.user());
  assert.equal((await api.next("GET /user")).token, issued().access_token);
});

test("a signal that was given before keeps the API from being asked", async () => {
  const { api, client } = stranger();
  const reason = new Error("the page is left");

  assert.equal(await outcome(client.signInWithPasskey({ signal: AbortSignal.abort(reason) })),
               reason);
  assert.deepEqual(api.log, []);
});

test("a signal ends the waiting for the API, and the browser is not asked", async () => {
  const { api, client } = stranger();
  const leaving = new AbortController();
  const done = outcome(client.signInWithPasskey({ signal: leaving.signal }));
  const begun = await api.next(OPTIONS);
  leaving.abort();

  assert.equal((await done).name, "AbortError");
  begun.answer(200, request());
  await settled();
  assert.equal(browser.count, 0);
});

test("a signal ends the waiting for the person", async () => {
  const leaving = new AbortController();
  const { api, done, demand } = await asking({ signal: leaving.signal });
  leaving.abort();

  assert.equal((await done).name, "AbortError");
  assert.ok(demand.signal.aborted);
  assert.equal(api.log.length, 1);
});

test("a signal that comes after the person has answered changes nothing", async () => {
  const leaving = new AbortController();
  const { storage, done, sent } = await answering({ signal: leaving.signal });
  leaving.abort();
  sent.answer(201, issued());

  assert.equal((await done).sessionId, "session-1");
  assert.equal(storage.pair.sid, "session-1");
});

test("a call ends the one before it, because a page can have but one", async () => {
  const first = await asking();
  const second = await asking({}, first);

  assert.equal((await first.done).name, "AbortError");
  assert.ok(first.demand.signal.aborted && !second.demand.signal.aborted);
});

/** Return a tab in which the browser makes a passkey for the person who is signed in. */
async function making(name, world) {
  const { api, ...rest } = world ?? await signedInTab();
  const done = outcome(rest.client.registerPasskey(name));
  const begun = await api.next(`${REGISTER}/options`);
  begun.answer(200, creation());
  return { ...rest, api, done, begun, demand: await browser.next("create") };
}

for (const [name, more] of [[undefined, {}], ["Ada's phone", { name: "Ada's phone" }]]) {
  test(`a passkey of the name ${name} is added by who is signed in`, async () => {
    const { api, begun, done, demand } = await making(name);
    demand.answer(passkey());
    const sent = await api.next(REGISTER);
    const added = { id: "an-id", kind: "passkey", recovery_codes: CODES };
    sent.answer(201, added);

    assert.deepEqual(await done, added);
    assert.deepEqual(demand.options, creation().public_key);
    assert.deepEqual([begun.token, sent.token], [issued().access_token, issued().access_token]);
    assert.deepEqual(sent.body, { ticket: "ticket-1", credential: passkey(), ...more });
  });
}

test("a session whose person has to show something says so before the browser asks", async () => {
  const { api, client } = await signedInTab();
  const done = outcome(client.registerPasskey());
  (await api.next(`${REGISTER}/options`)).answer(
    401, error("reauthentication_required", { kinds: ["password"] }));

  assert.deepEqual((await done).kinds, ["password"]);
  assert.equal(browser.count, 0);
});

test("a device that has a passkey of the account makes no other", async () => {
  const { api, done, demand } = await making();
  demand.fail("InvalidStateError");

  const failed = await done;
  assert.deepEqual([failed.name, failed.status], ["factor_exists", 0]);
  assert.equal(api.log.length, 2);
});

test("a passkey that is made after the sign-out is not sent", async () => {
  const { api, client, done, demand } = await making();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  demand.answer(passkey());

  assert.equal((await done).name, "not_signed_in");
  assert.equal(api.log.length, 3);
});

/** Return a tab in which a passkey was made for a new account, and waits for the API. */
async function signingUp(link) {
  const { api, client, storage } = stranger();
  const done = outcome(client.signUpWithPasskey(link));
  const begun = await api.next(`${SIGN_UP}/options`);
  begun.answer(200, creation());
  (await browser.next("create")).answer(passkey());
  return { api, client, storage, done, begun, sent: await api.next(SIGN_UP) };
}

const ACCOUNT =
  { id: ADA, passkey: { id: "an-id" }, recovery_codes: CODES, device_token: "device-1" };

test("a mailed link and a passkey create an account and sign in", async () => {
  const { storage, done, begun, sent } = await signingUp({ token: "mailed", name: "phone" });
  const jkt = signInProof(sent);
  sent.answer(201, issued({ jkt, more: ACCOUNT }));

  assert.deepEqual(await done, { userId: ADA, sessionId: "session-1", passkey: { id: "an-id" },
                                 recovery_codes: CODES });
  assert.deepEqual(begun.body, { token: "mailed" });
  assert.deepEqual(sent.body, { token: "mailed", name: "phone", ticket: "ticket-1",
                                credential: passkey() });
  assert.deepEqual([storage.pair.jkt, storage.getItem(`${KEY}.device`)], [jkt, "device-1"]);
});

test("a sign-up that is answered after a sign-out is not kept", async () => {
  const { api, client, storage, done, sent } = await signingUp({ token: "mailed" });
  await client.signOut();
  sent.answer(201, issued({ more: ACCOUNT }));
  (await api.next("DELETE /session")).answer(200, {});

  assert.equal((await done).name, "signed_out");
  assert.equal(storage.pair, null);
});

/** Return a tab in which a passkey shows again who its person is, and waits for the API. */
async function showing(world) {
  const { api, ...rest } = world ?? await signedInTab();
  const done = outcome(rest.client.reauthenticateWithPasskey());
  const begun = await api.next(OPTIONS);
  begun.answer(200, request());
  (await browser.next("get")).answer(passkey());
  return { ...rest, api, done, begun, sent: await api.next(SHOW) };
}

test("a passkey renews the pair of the session, and nobody is told", async () => {
  const { client, storage, done, begun, sent } = await showing();
  const told = [];
  client.onChange((who) => told.push(who.sessionId));
  sent.answer(200, issued({ iat: 2000, auth_time: 2000 }));

  assert.equal(await done, undefined);
  assert.deepEqual([begun.body, begun.token], [{}, issued().access_token]);
  assert.deepEqual([sent.body, sent.token],
                   [{ ticket: "ticket-1", credential: passkey() }, issued().access_token]);
  assert.deepEqual([storage.pair.auth_time, told], [2000, ["session-1"]]);
});

test("a passkey that is shown in a bound session is sent with a proof of the key", async () => {
  const world = await boundTab();
  const { storage, done, sent } = await showing(world);
  proofBy(world.pair, sent);
  sent.answer(200, issued({ jkt: world.jkt, iat: 2000, auth_time: 2000 }));
  await done;

  assert.equal(storage.pair.auth_time, 2000);
});

test("a passkey that is shown again, and answered after the sign-out, writes nothing", async () => {
  const { api, client, storage, done, sent } = await showing();
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  sent.answer(200, issued({ iat: 2000 }));

  assert.equal((await done).name, "not_signed_in");
  assert.equal(storage.pair, null);
});

test("a passkey that was removed shows nothing again, and is to be forgotten", async () => {
  const { storage, done, sent } = await showing();
  sent.answer(401, error("unknown_passkey"));

  assert.equal((await done).name, "unknown_passkey");
  assert.equal(browser.forgotten.length, 1);
  assert.equal(storage.pair.sid, "session-1");
});

test("a passkey gets another name", async () => {
  const { api, client } = await signedInTab();
  const done = client.renamePasskey("an_id-1", "old phone");
  const sent = await api.next("PUT /factors/passkey/an_id-1");
  sent.answer(200, { id: "an_id-1", name: "old phone" });

  assert.deepEqual(await done, { id: "an_id-1", name: "old phone" });
  assert.deepEqual(sent.body, { name: "old phone" });
});

for (const [status, body] of [[200, { message: "passkey removed" }], [404, error("not_found")]]) {
  test(`a passkey is removed although the API answers ${status}`, async () => {
    const { api, client } = await signedInTab();
    const done = client.deletePasskey("an-id");
    (await api.next("DELETE /factors/passkey/an-id")).answer(status, body);

    assert.equal(await done, undefined);
  });
}

test("the last way into an account is not removed", async () => {
  const { api, client } = await signedInTab();
  const done = outcome(client.deletePasskey("an-id"));
  (await api.next("DELETE /factors/passkey/an-id")).answer(409, error("last_way_in"));

  assert.equal((await done).name, "last_way_in");
});

test("an id that leads elsewhere is none", async () => {
  const { api, client } = await signedInTab();
  for (const id of ["../totp", "", undefined]) {
    await assert.rejects(async () => client.deletePasskey(id), TypeError);
    await assert.rejects(async () => client.renamePasskey(id, "phone"), TypeError);
  }
  assert.equal(api.log.length, 1);
});

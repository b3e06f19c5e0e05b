/** What each method sends and answers, what other services get, and what listeners are told. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { ADA, BASE_URL, CLIENT_ID, error, issued, KEY, MemoryStorage, outcome, ScriptedApi, settled,
         signedInTab, tab } from "./scripted_api.mjs";
import { ApiError, createClient } from "../dist/index.js";

const ORDERS = "https://orders.example.org";

test("a sign-up sends what it is given and signs nobody in", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const signUp = tab(api, storage).signUp({ email: "ada@example.org", password: "notes" });
  const request = await api.next("POST /user");
  request.answer(201, { id: ADA, email: "ada@example.org", message: "account created" });

  assert.deepEqual(request.body, { email: "ada@example.org", password: "notes" });
  assert.equal(request.headers.get("content-type"), "application/json");
  assert.equal(request.token, undefined);
  assert.deepEqual(await signUp, { id: ADA, email: "ada@example.org", message: "account created" });
  assert.deepEqual([...storage.items], []);
});

test("a device token is sent with the next sign-in and the next request for mail", async () => {
  const { api, client, storage } = await signedInTab({ more: { device_token: "device-1" } });
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;

  const signIn = client.signIn({ email: "ada@example.org", password: "notes" });
  const request = await api.next("POST /session");
  request.answer(201, issued({ more: { device_token: "device-2" } }));
  await signIn;
  const asked = client.requestPasswordReset({ email: "ada@example.org" });
  const mail = await api.next("POST /user/password-reset");
  mail.answer(202, { message: "if the address has an account, a mail is on its way" });

  assert.deepEqual(request.body, { account_type: "traditional", email: "ada@example.org",
                                   password: "notes", device_token: "device-1" });
  assert.deepEqual(mail.body, { email: "ada@example.org", device_token: "device-2" });
  const verify = client.requestEmailVerification({ email: "ada@example.org" });
  const other = await api.next("POST /user/email-verification");
  other.answer(202, { message: "…" });
  await verify;
  assert.deepEqual(other.body, mail.body);
  assert.equal(await asked, undefined);
  assert.equal(storage.getItem(`${KEY}.device`), "device-2");
});

test("a reset keeps the device token of its answer", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const reset = tab(api, storage).resetPassword({ token: "mailed", new_password: "new" });
  const request = await api.next("PUT /user/password-reset");
  request.answer(200, { message: "password changed", device_token: "device-1" });
  await reset;

  assert.deepEqual(request.body, { token: "mailed", new_password: "new" });
  assert.equal(storage.getItem(`${KEY}.device`), "device-1");
  assert.equal(storage.state, null);
});

test("an address is verified with the password, which signs in", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const verified = tab(api, storage).verifyEmail({ token: "mailed", password: "notes" });
  const request = await api.next("PUT /user/email-verification");
  request.answer(201, issued());
  await verified;

  assert.deepEqual(request.body, { token: "mailed", password: "notes" });
  assert.equal(request.token, undefined);
  assert.equal(storage.pair.sub, ADA);
});

test("an address is verified by the person who is signed in", async () => {
  const { api, client, storage } = await signedInTab();
  const verified = client.verifyEmail({ token: "mailed" });
  const request = await api.next("PUT /user/email-verification");
  request.answer(200, { message: "address verified" });
  await verified;

  assert.equal(request.token, issued().access_token);
  assert.equal(storage.pair.sid, "session-1");
});

for (const [call, route, answer, value] of [
  [(client) => client.sessions(), "GET /sessions", { sessions: [{ id: "s" }] }, [{ id: "s" }]],
  [(client) => client.endOtherSessions(), "DELETE /sessions", { message: "…", ended: 3 }, 3],
  [(client) => client.export(), "GET /user/export", { account: {} }, { account: {} }],
  [(client) => client.changeEmail({ email: "b@example.org" }), "PUT /user/email", { message: "…" },
   undefined],
  [(client) => client.factors(), "GET /factors", { factors: [{ id: "totp" }] }, [{ id: "totp" }]],
  [(client) => client.createTotp(), "POST /factors/totp", { secret: "JBSW", otpauth_uri: "otpauth:" },
   { secret: "JBSW", otpauth_uri: "otpauth:" }],
  [(client) => client.confirmTotp({ code: "287082" }), "PUT /factors/totp",
   { recovery_codes: ["a", "b"] }, ["a", "b"]],
  [(client) => client.createRecoveryCodes(), "POST /factors/recovery-codes",
   { recovery_codes: ["c"] }, ["c"]],
  [(client) => client.deleteTotp(), "DELETE /factors/totp", { message: "…" }, undefined],
  [(client) => client.requestEmailVerification({ email: "a@example.org" }),
   "POST /user/email-verification", { message: "…" }, undefined],
]) {
  test(`${route} is answered with what it holds`, async () => {
    const { api, client } = await signedInTab();
    const called = call(client);
    (await api.next(route)).answer(200, answer);

    assert.deepEqual(await called, value);
  });
}

test("an app that is gone already is removed, and what else is said of it is an error", async () => {
  const { api, client } = await signedInTab();
  const removed = client.deleteTotp();
  (await api.next("DELETE /factors/totp")).answer(404, error("not_found"));
  assert.equal(await removed, undefined);

  const refused = outcome(client.deleteTotp());
  (await api.next("DELETE /factors/totp")).answer(401, error("reauthentication_required"));
  assert.equal((await refused).name, "reauthentication_required");
});

test("ids of any characters are read from the token", async () => {
  const { storage } = await signedInTab({ sid: "???>>>~~~", sub: ADA });

  assert.equal(storage.pair.sid, "???>>>~~~");
});

test("an error without fields has none", async () => {
  const api = new ScriptedApi();
  const signUp = outcome(tab(api, new MemoryStorage()).signUp({ email: "ada", password: "1" }));
  (await api.next("POST /user")).answer(400, error("invalid_request", { fields: null }));

  assert.deepEqual((await signUp).fields, []);
});

test("an error says all that the answer says", async () => {
  const api = new ScriptedApi();
  const signUp = outcome(tab(api, new MemoryStorage()).signUp({ email: "ada", password: "1" }));
  const fields = [{ field: "password", message: "must have at least 15 characters" }];
  (await api.next("POST /user")).answer(400, error("weak_password", { fields }));

  const failed = await signUp;
  assert.ok(failed instanceof ApiError && failed instanceof Error);
  assert.deepEqual([failed.name, failed.message, failed.status, failed.fields, failed.retryAfterSeconds],
                   ["weak_password", "the message of weak_password", 400, fields, undefined]);
});

test("a call to a service of one's own has the token, the client id and its own headers", async () => {
  const { api, client } = await signedInTab({ options: { apis: [`${ORDERS}/`] } });
  const called = client.fetch(new URL(`${ORDERS}/orders?all=1`), {
    method: "POST", headers: { "x-trace": "1" }, body: '{"item": 1}' });
  const request = await api.next(`POST ${ORDERS}/orders?all=1`);
  request.answer(404, "no such item");

  const response = await called;
  assert.equal(request.token, issued().access_token);
  assert.equal(request.headers.get("x-koms-clientid"), CLIENT_ID);
  assert.equal(request.headers.get("x-trace"), "1");
  assert.deepEqual(request.body, { item: 1 });
  assert.deepEqual([response.status, await response.text()], [404, "no such item"]);
});

for (const address of [ORDERS, `${ORDERS}/`, `${ORDERS}/a..b/.well-known/x?next=/../y`, `${ORDERS}?all=1`,
                       `${ORDERS}#all`, `${BASE_URL}/ping`, BASE_URL, `${BASE_URL}?x`]) {
  test(`the token is sent to ${address}`, async () => {
    const { api, client } = await signedInTab({ options: { apis: [`${ORDERS}//`] } });
    const called = client.fetch(address);
    const request = await api.next(`GET ${address.replace(BASE_URL, "")}`);
    request.answer(200, "");

    assert.equal((await called).status, 200);
    assert.equal(request.token, issued().access_token);
  });
}

test("a call that a service refuses is repeated once with a new pair", async () => {
  const { api, client } = await signedInTab({ options: { apis: [ORDERS] } });
  const called = client.fetch(`${ORDERS}/orders`, { method: "PUT", body: '{"item": 1}' });
  (await api.next(`PUT ${ORDERS}/orders`)).answer(401, "");
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  const again = await api.next(`PUT ${ORDERS}/orders`);
  again.answer(401, "still not");

  assert.deepEqual([again.token, again.body], [issued({ gen: 1 }).access_token, { item: 1 }]);
  assert.equal((await called).status, 401);
});

for (const address of ["https://orders.example.org.evil.example/", "https://evil.example/",
                       "https://orders.example.org@evil.example/", "//orders.example.org/",
                       "https://orders.example.org\\@evil.example/", "/orders",
                       "https://orders.example.org/a/..\\b", "https://orders.example.org/ a",
                       "https://orders.example.org/a/..\u0001",
                       "https://api.example.org/development", "https://api.example.org/",
                       "https://api.example.org/dev/../prod", "https://api.example.org/dev/%2E%2e",
                       "https://api.example.org/dev/a/.%2e/..?x", "HTTPS://ORDERS.example.org/"]) {
  test(`the token is not sent to ${address}`, async () => {
    const { api, client } = await signedInTab({ options: { apis: [ORDERS] } });

    const refused = await outcome(client.fetch(address));

    assert.ok(refused instanceof TypeError, refused);
    assert.equal(api.log.length, 1);
  });
}

for (const options of [{ baseUrl: "/api" }, { baseUrl: "api.example.org" }, { clientId: "" },
                       { apis: ["orders"] },
                       { baseUrl: "file:///api" }, { baseUrl: "https://" },
                       { baseUrl: `${BASE_URL}?x=1` }, { baseUrl: `${BASE_URL}#x` },
                       { baseUrl: "https://ada@api.example.org" }, { timeoutSeconds: Infinity },
                       { timeoutSeconds: 301 }, { timeoutSeconds: 0 }, { timeoutSeconds: NaN },
                       { baseUrl: undefined }]) {
  test(`${JSON.stringify(options)} cannot be right`, () => {
    assert.throws(() => createClient({ baseUrl: BASE_URL, clientId: CLIENT_ID, ...options }), TypeError);
  });
}

test("listeners hear who is signed in: at first, and at each change in any tab", async () => {
  const { api, client, storage } = await signedInTab();
  const told = { here: [], there: [], stopped: [] };
  client.onChange((signedIn) => told.here.push(signedIn?.userId ?? null));
  const other = tab(api, storage);
  other.onChange((signedIn) => told.there.push(signedIn?.userId ?? null));
  const stop = other.onChange((signedIn) => told.stopped.push(signedIn?.userId ?? null));
  await settled();
  stop();

  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(told.there, [ADA, null], "by the other tab");
  const signIn = other.signIn({ email: "b@example.org", password: "…" });
  (await api.next("POST /session")).answer(201, issued({ sid: "session-2", sub: "user-babbage" }));
  await signIn;
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.deepEqual(told, { here: [ADA, null, "user-babbage"], there: [ADA, null, "user-babbage"],
                           stopped: [ADA] });
});

test("a listener that another one stops hears nothing more", async () => {
  const { api, client } = await signedInTab();
  const told = [];
  let stop;
  client.onChange((signedIn) => signedIn || stop());
  stop = client.onChange((signedIn) => told.push(signedIn));
  await settled();

  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  await settled();

  assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }]);
});

test("a refresh is no change", async () => {
  const { api, client } = await signedInTab();
  const told = [];
  client.onChange((signedIn) => told.push(signedIn));
  const user = client.user();
  (await api.next("GET /user")).answer(401, error("unauthorized"));
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  (await api.next("GET /user")).answer(200, { id: ADA, email: "", roles: [] });
  await user;
  await settled();

  assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }]);
});

test("a client and its listener do not keep a program from ending", () => {
  const program = `
    import { createClient } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    createClient({ baseUrl: "${BASE_URL}", clientId: "x" }).onChange((who) => console.log(who));`;
  const ended = spawnSync(process.execPath, ["--input-type=module", "--eval", program],
                          { encoding: "utf-8", timeout: 20_000 });

  assert.deepEqual([ended.status, ended.stdout], [0, "null\n"]);
});

test("a session that cannot be stored is ended, because nobody would use it", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  const signIn = outcome(tab(api, storage).signIn({ email: "ada@example.org", password: "notes" }));
  const request = await api.next("POST /session");
  storage.setItem = () => { throw new Error("the disk is full"); };
  request.answer(201, issued({ more: { device_token: "device-1" } }));
  const end = await api.next("DELETE /session");
  end.answer(200, { message: "session ended" });

  assert.equal((await signIn).message, "the disk is full");
  assert.equal(end.token, issued().access_token);
});

test("a device token that cannot be stored does not stop a sign-in", async () => {
  const api = new ScriptedApi();
  const storage = new MemoryStorage();
  storage.setItem = (key, value) => {
    if (key !== KEY) throw new Error("the disk is full");
    storage.items.set(key, value);
  };
  const signIn = tab(api, storage).signIn({ email: "ada@example.org", password: "notes" });
  (await api.next("POST /session")).answer(201, issued({ more: { device_token: "device-1" } }));

  assert.deepEqual(await signIn, { userId: ADA, sessionId: "session-1" });
});

test("a listener is told of nobody where nothing can be read", async () => {
  const storage = new MemoryStorage();
  storage.getItem = () => { throw new Error("the keychain is locked"); };
  const told = [];
  const client = tab(new ScriptedApi(), storage);
  client.onChange((signedIn) => told.push(signedIn));
  await settled();
  assert.deepEqual(told, [null]);

  storage.getItem = MemoryStorage.prototype.getItem;
  storage.setItem(KEY, JSON.stringify({ born: "1", sign_outs: 0, version: 1, pair: { ...issued(), asked_at: Date.now(), sub: ADA,
                                                             sid: "session-1", gen: 0, iat: 1, auth_time: 1 } }));
  const later = [];
  client.onChange((signedIn) => later.push(signedIn));
  await settled();
  storage.getItem = () => { throw new Error("the keychain is locked"); };
  await outcome(client.user());
  client.onChange(() => undefined);
  await settled();

  assert.deepEqual(later, [{ userId: ADA, sessionId: "session-1" }], "a read that fails is no sign-out");
});

test("clients that nobody listens to hear nothing of each other", async () => {
  const { api, client } = await signedInTab();
  const quiet = new MemoryStorage();
  let reads = 0;
  quiet.getItem = () => { reads += 1; return null; };
  tab(api, quiet);
  const stop = tab(api, quiet).onChange(() => undefined);
  await settled();
  stop();
  reads = 0;

  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, {});
  await out;
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.equal(reads, 0);
});

test("a platform that forbids channels has all the rest", async () => {
  const { BroadcastChannel } = globalThis;
  globalThis.BroadcastChannel = class { constructor() { throw new Error("The operation is insecure."); } };
  try {
    const { api, client } = await signedInTab();
    const told = [];
    client.onChange((signedIn) => told.push(signedIn));
    const out = client.signOut();
    (await api.next("DELETE /session")).answer(200, {});
    await out;
    await settled();

    assert.deepEqual(told, [{ userId: ADA, sessionId: "session-1" }, null]);
  } finally {
    globalThis.BroadcastChannel = BroadcastChannel;
  }
});

test("a refused answer that has broken off does not matter", async () => {
  const { api, client } = await signedInTab({ options: { apis: [ORDERS] } });
  const called = client.fetch(`${ORDERS}/orders`);
  const broken = new ReadableStream({ start: (body) => body.error(new Error("broken off")) });
  (await api.next(`GET ${ORDERS}/orders`)).answer(401, broken);
  (await api.next("PUT /session")).answer(200, issued({ gen: 1 }));
  (await api.next(`GET ${ORDERS}/orders`)).answer(200, "orders");

  assert.equal(await (await called).text(), "orders");
});

test("a call ends when its signal says so, also while it waits for a refresh", async () => {
  const { api, client } = await signedInTab({ lifetime: 0, options: { apis: [ORDERS] } });
  const given = new AbortController();
  const called = outcome(client.fetch(`${ORDERS}/orders`, { signal: given.signal }));
  const refresh = await api.next("PUT /session");

  given.abort(new Error("the person has left the page"));

  assert.equal((await called).message, "the person has left the page");
  refresh.answer(200, issued({ gen: 1 }));
  const early = await outcome(client.fetch(`${ORDERS}/orders`, { signal: given.signal }));
  assert.equal(early.message, "the person has left the page");
});

for (const id of ["", ".", "..", "a/b", "?include=current", "#", undefined]) {
  test(`${id} is no id of a session, and ends none`, async () => {
    const { api, client } = await signedInTab();

    assert.ok(await outcome(client.endSession(id)) instanceof TypeError);
    assert.equal(api.log.length, 1);
  });
}

test("a storage that fails is said, and no call goes on without it", async () => {
  const { api, client, storage } = await signedInTab();
  storage.getItem = () => { throw new Error("the disk is full"); };

  assert.equal((await outcome(client.user())).message, "the disk is full");
  assert.equal(api.log.length, 1);
});

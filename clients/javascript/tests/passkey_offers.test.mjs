/** Passkeys that the browser offers where it fills in forms, while a page is open for hours. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { error, issued, MemoryStorage, outcome, ScriptedApi, settled,
         tab } from "./scripted_api.mjs";
import { passkey, request, ScriptedBrowser } from "./scripted_browser.mjs";

const OPTIONS = "POST /session/passkey/options";
// When the next ticket is asked for, and when one has died.
const RENEWAL_MS = 270_000;
const DEAD_MS = 300_000;
const REST_MS = 30_000;

let browser, leaving;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  leaving = new AbortController();
  browser = new ScriptedBrowser().install();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1.8e12 });
});

// An offer that went on would clear timers of the next test.
afterEach(async () => {
  leaving.abort();
  await settled();
});

/** Return a tab in which the browser offers passkeys. */
async function offering(how = {}) {
  const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
  const client = tab(api, storage, { possession: false });
  const done = outcome(client.signInWithPasskey({
    conditional: true, signal: leaving.signal, ...how }));
  (await api.next(OPTIONS)).answer(200, request());
  return { api, client, storage, done, demand: await browser.next("get") };
}

test("the passkey that the person takes signs in", async () => {
  const { api, storage, done, demand } = await offering();
  demand.answer(passkey());
  (await api.next("POST /session/passkey")).answer(201, issued());

  assert.equal((await done).sessionId, "session-1");
  assert.equal(demand.mediation, "conditional");
  assert.equal(storage.pair.sid, "session-1");
});

test("where the browser cannot offer any, nobody asks the API", async () => {
  const api = new ScriptedApi();
  const client = tab(api, new MemoryStorage());
  for (const can of [async () => false, undefined]) {
    globalThis.PublicKeyCredential.isConditionalMediationAvailable = can;

    const failed = await outcome(client.signInWithPasskey({ conditional: true }));
    assert.equal(failed.name, "passkeys_not_possible");
  }
  assert.deepEqual(api.log, []);
});

test("before its ticket dies, the browser gets the next one, and the offer goes on", async () => {
  const { api, done, demand } = await offering({ ticket: "step-1" });
  mock.timers.tick(RENEWAL_MS);
  const again = await api.next(OPTIONS);
  again.answer(200, request("ticket-2"));
  const next = await browser.next("get");
  next.answer(passkey());
  const sent = await api.next("POST /session/passkey");
  sent.answer(201, issued());

  assert.equal((await done).sessionId, "session-1");
  assert.ok(demand.signal.aborted);
  assert.deepEqual(again.body, { ticket: "step-1" });
  assert.deepEqual([next.mediation, next.options], ["conditional", request("ticket-2").public_key]);
  assert.equal(sent.body.ticket, "ticket-2");
});

test("a passkey that is taken when its ticket has died is asked for once more", async () => {
  const { api, demand } = await offering();
  // The device slept: the clock has gone on, and no timer has gone off.
  Date.now = () => 1.8e12 + DEAD_MS;
  demand.answer(passkey());
  (await api.next(OPTIONS)).answer(200, request("ticket-2"));

  assert.equal((await browser.next("get")).options.challenge, "of ticket-2");
  assert.equal(api.log.length, 2);
});

test("a page that nobody sees asks for no ticket until it is seen", async () => {
  const { api } = await offering();
  browser.hide(true);
  mock.timers.tick(RENEWAL_MS);
  await settled();
  assert.equal(api.log.length, 1);
  browser.hide(true);
  await settled();
  assert.equal(api.log.length, 1);

  browser.hide(false);
  await api.next(OPTIONS);
});

test("without a network, a page asks for the next ticket until an answer comes", async () => {
  const { api } = await offering();
  mock.timers.tick(RENEWAL_MS);
  for (const wait of [500, 1_000, REST_MS]) {
    (await api.next(OPTIONS)).lose();
    await settled();
    mock.timers.tick(wait);
  }
  (await api.next(OPTIONS)).answer(200, request("ticket-2"));

  assert.equal((await browser.next("get")).options.challenge, "of ticket-2");
});

test("an offer ends when its next ticket is refused", async () => {
  const { api, done } = await offering({ ticket: "step-1" });
  mock.timers.tick(RENEWAL_MS);
  (await api.next(OPTIONS)).answer(401, error("invalid_ticket"));

  assert.equal((await done).name, "invalid_ticket");
});

for (const [when, wait] of [["the browser waits", 0],
                            ["the next ticket is asked for", RENEWAL_MS]]) {
  test(`a signal ends an offer while ${when}`, async () => {
    const { api, done } = await offering();
    mock.timers.tick(wait);
    const renewal = wait ? await api.next(OPTIONS) : null;
    leaving.abort();
    renewal?.answer(200, request("ticket-2"));

    assert.equal((await done).name, "AbortError");
    await settled();
    mock.timers.tick(RENEWAL_MS);
    await settled();
    assert.deepEqual([browser.count, api.log.length], [1, wait ? 2 : 1]);
  });
}

test("a button takes the place of an offer, which does not come back", async () => {
  const { api, client, done } = await offering();
  const asked = client.signInWithPasskey();
  (await api.next(OPTIONS)).answer(200, request("ticket-2"));
  const demand = await browser.next("get");

  assert.equal((await done).name, "AbortError");
  mock.timers.tick(RENEWAL_MS);
  await settled();
  assert.equal(api.log.length, 2);
  demand.answer(passkey());
  (await api.next("POST /session/passkey")).answer(201, issued());
  assert.equal((await asked).sessionId, "session-1");
});

test("an offer that the person turns down says so", async () => {
  const { done, demand } = await offering();
  demand.fail("NotAllowedError");

  assert.equal((await done).name, "passkey_cancelled");
});

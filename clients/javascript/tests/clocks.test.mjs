/** A clock that is wrong is corrected from the API's answer before anybody is refused. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { boundTab, PERSON } from "./bound_tab.mjs";
import { proofOf } from "./proofs.mjs";
import { ADA, error, issued, MemoryStorage, outcome, ScriptedApi, tab } from "./scripted_api.mjs";

const NOW = 1_800_000_000;
const ORDERS = "https://orders.example.org";
const REFUSED = [401, error("invalid_dpop_proof")];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: NOW * 1000 });
});

/** The header by which the API says that this device's clock is wrong by so many seconds. */
const dated = (seconds) => ({ date: new Date((NOW + seconds) * 1000).toUTCString() });

for (const seconds of [300, -300]) {
  test(`a sign-in with a clock that is off by ${seconds} s is sent again, and is right then`,
       async () => {
         const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
         const client = tab(api, storage);
         const signIn = client.signIn(PERSON);
         const first = await api.next("POST /session");
         first.answer(...REFUSED, dated(seconds));
         const second = await api.next("POST /session");
         const { jkt, jti, iat } = proofOf(second);
         second.answer(201, issued({ jkt }));
         await signIn;
         void outcome(client.user());
         const call = await api.next("GET /user");

         assert.deepEqual([proofOf(first).iat, iat, proofOf(call).iat],
                          [NOW, NOW + seconds, NOW + seconds]);
         assert.deepEqual([first.body, proofOf(first).jkt], [second.body, jkt]);
         assert.notEqual(proofOf(first).jti, jti);
         assert.equal(storage.pair.asked_at, NOW * 1000, "it counts by its own clock");
       });
}

test("an answer that has nothing to do with the proof is sent once", async () => {
  const api = new ScriptedApi();
  const signIn = outcome(tab(api, new MemoryStorage()).signIn(PERSON));
  (await api.next("POST /session")).answer(401, error("bad_credentials"), dated(300));

  assert.equal((await signIn).name, "bad_credentials");
  assert.equal(api.log.length, 1);
});

for (const [what, begin, route] of [
  ["call", (client) => client.user(), "GET /user"],
  ["refresh", (client) => client.user(), "PUT /session"],
  ["sign-out", (client) => client.signOut(), "DELETE /session"],
]) {
  const lifetime = what === "refresh" ? 0 : 3600;

  test(`a ${what} with a clock that is off is sent again once`, async () => {
    const { api, client, storage } = await boundTab({ lifetime });
    const done = outcome(begin(client));
    (await api.next(route)).answer(...REFUSED, dated(300));
    const again = await api.next(route);
    again.answer(...REFUSED, dated(300));

    assert.deepEqual([proofOf(again).iat, (await done).name], [NOW + 300, "invalid_dpop_proof"]);
    assert.equal(api.log.length, 3);
    assert.equal(Boolean(storage.pair), what !== "sign-out");
  });

  for (const [date, more] of [["no date", {}], ["a date that is none", { date: "today" }]]) {
    test(`a ${what} whose refusal has ${date} is not sent again`, async () => {
      const { api, client, storage } = await boundTab({ lifetime });
      const done = outcome(begin(client));
      (await api.next(route)).answer(...REFUSED, more);

      assert.equal((await done).name, "invalid_dpop_proof");
      assert.equal(api.log.length, 2);
      assert.equal(Boolean(storage.pair), what !== "sign-out");
    });
  }
}

for (const [what, refuse] of [
  ["service", (request) => request.answer(401, "")],
  ["service that says so", (request) => request.answer(...REFUSED, dated(300))],
]) {
  test(`a ${what} that refuses a wrong clock is called again when the API has told the time`,
       async () => {
         const { api, client, jkt } = await boundTab({ options: { apis: [ORDERS] } });
         const called = client.fetch(`${ORDERS}/orders`);
         refuse(await api.next(`GET ${ORDERS}/orders`));
         (await api.next("PUT /session")).answer(...REFUSED, dated(300));
         (await api.next("PUT /session")).answer(200, issued({ jkt }));
         const again = await api.next(`GET ${ORDERS}/orders`);
         again.answer(200, "orders");

         assert.equal(await (await called).text(), "orders");
         assert.equal(proofOf(again).iat, NOW + 300);
       });
}

test("calls at once that a wrong clock has refused are all called again", async () => {
  const { api, client, jkt } = await boundTab({ options: { apis: [ORDERS] } });
  const calls = [1, 2].map((id) => client.fetch(`${ORDERS}/${id}`));
  const [first, second] = [await api.next(`GET ${ORDERS}/1`), await api.next(`GET ${ORDERS}/2`)];
  first.answer(401, "");
  (await api.next("PUT /session")).answer(...REFUSED, dated(300));
  (await api.next("PUT /session")).answer(200, issued({ jkt }));
  (await api.next(`GET ${ORDERS}/1`)).answer(200, "");
  second.answer(401, "");
  (await api.next("PUT /session")).answer(200, issued({ jkt }));
  (await api.next(`GET ${ORDERS}/2`)).answer(200, "");

  assert.deepEqual((await Promise.all(calls)).map(({ status }) => status), [200, 200]);
});

test("a call that is refused by a right clock, too, is not sent again", async () => {
  const { api, client, jkt } = await boundTab({ options: { apis: [ORDERS] } });
  const called = client.fetch(`${ORDERS}/orders`);
  (await api.next(`GET ${ORDERS}/orders`)).answer(401, "");
  (await api.next("PUT /session")).answer(200, issued({ jkt }));

  assert.equal((await called).status, 401);
  assert.equal(api.log.length, 3);
});

test("an application that must prove and cannot is refused once", async () => {
  const api = new ScriptedApi();
  const signIn = outcome(tab(api, new MemoryStorage(), { possession: false }).signIn(PERSON));
  (await api.next("POST /session")).answer(...REFUSED, dated(0));

  assert.equal((await signIn).name, "invalid_dpop_proof");
  assert.equal(api.log.length, 1);
});

test("a clock that is set while the page is open is corrected again", async () => {
  const { api, client } = await boundTab();
  mock.timers.setTime((NOW + 1000) * 1000);
  const user = client.user();
  (await api.next("GET /user")).answer(...REFUSED, dated(1));
  const again = await api.next("GET /user");
  again.answer(200, { id: ADA });
  await user;

  assert.equal(proofOf(again).iat, NOW + 1);
});

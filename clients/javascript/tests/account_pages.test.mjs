/** The account pages: where a tab is led, what it keeps until it is back, and what it does then. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { signInProof } from "./proofs.mjs";
import { ADA, BASE_URL, CLIENT_ID, error, issued, KEY, MemoryStorage, outcome, ScriptedApi,
         settled, signedInTab, tab } from "./scripted_api.mjs";
import { accountPagesOf } from "../dist/account_pages.js";
import { ApiError } from "../dist/index.js";

const EXCHANGE = "POST /session/authorization-code";
const HERE = "https://app.example.org/shop/";

/** One tab of a browser: its address, how it got there, and its sessionStorage. */
class Tab {
  #kept = new Map();
  address = HERE;
  /** Where it was led, and what the address bar was told to show. */
  led = [];
  shown = [];

  /** Take the place of the browser until the test is over. */
  install() {
    const browser = this;
    for (const [name, value] of Object.entries({
      location: {
        get href() { return browser.address; },
        get origin() { return new URL(browser.address).origin; },
        get pathname() { return new URL(browser.address).pathname; },
        assign: (address) => { browser.led.push(new URL(address)); } },
      history: {
        state: "of the page",
        replaceState: (state, _, address) => {
          browser.shown.push(state);
          browser.address = String(address);
        } },
      sessionStorage: {
        getItem: (key) => browser.#kept.get(key) ?? null,
        setItem: (key, value) => browser.#kept.set(key, value),
        removeItem: (key) => browser.#kept.delete(key) },
    })) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    return this;
  }

  get kept() { return [...this.#kept.values()]; }
}

let browser;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  browser = new Tab().install();
});

/** Return somebody who is not signed in. */
function stranger(options) {
  const [api, storage] = [new ScriptedApi(), new MemoryStorage()];
  const client = tab(api, storage, options);
  return { api, storage, client, pages: accountPagesOf(client) };
}

/** Return what the pages are asked, by parameter. */
async function begun(pages, how) {
  await pages.start(how);
  return Object.fromEntries(browser.led.at(-1).searchParams);
}

/** Let the pages lead back. */
function leadBack({ state, redirect_uri }, code = "code-1") {
  const back = new URL(redirect_uri);
  back.searchParams.set("code", code);
  back.searchParams.set("state", state);
  browser.address = back.href;
}

/** Return a page to which the pages have led back, with the request that it sends. */
async function returned(how, world = stranger()) {
  const asked = await begun(world.pages, how);
  leadBack(asked);
  const done = outcome(world.pages.finish());
  return { ...world, asked, done, sent: await world.api.next(EXCHANGE) };
}

test("the pages are asked for a code that only this tab can use", async () => {
  const { pages } = stranger();
  const { state, code_challenge, ...others } = await begun(pages);

  const [led] = browser.led;
  assert.equal(led.origin + led.pathname, `${BASE_URL}/account/sign-in`);
  assert.deepEqual(others, { response_type: "code", client_id: CLIENT_ID, redirect_uri: HERE,
                             code_challenge_method: "S256" });
  assert.match(state, /^[\w-]{43}$/);
  const { verifier } = JSON.parse(browser.kept[0]);
  assert.match(verifier, /^[\w-]{43}$/);
  assert.equal(code_challenge, createHash("sha256").update(verifier).digest("base64url"));
  assert.ok(!led.href.includes(verifier));
});

test("each time they are asked with another state and another secret", async () => {
  const { pages } = stranger();
  const asked = [await begun(pages), await begun(pages)];

  assert.notEqual(asked[0].state, asked[1].state);
  assert.notEqual(asked[0].code_challenge, asked[1].code_challenge);
});

test("an application says where to lead back, with which page to begin, and in which language", async () => {
  const { pages } = stranger();
  const asked = await begun(pages, {
    redirectUri: "https://app.example.org/back?to=cart", page: "sign-up", locales: ["de", "en"],
    prompt: "login" });

  assert.equal(browser.led[0].pathname, "/dev/account/sign-up");
  assert.deepEqual([asked.redirect_uri, asked.ui_locales, asked.prompt],
                   ["https://app.example.org/back?to=cart", "de en", "login"]);
});

test("the page itself is led back to without its query and fragment", async () => {
  browser.address = `${HERE}?campaign=7#top`;
  const { pages } = stranger();

  assert.equal((await begun(pages)).redirect_uri, HERE);
});

test("whoever comes back is signed in", async () => {
  const { storage, done, sent } = await returned();
  const { verifier } = JSON.parse(browser.kept[0] ?? "{}");
  sent.answer(201, issued({ more: { device_token: "device-1" } }));

  assert.deepEqual(await done, { userId: ADA, sessionId: "session-1" });
  assert.equal(verifier, undefined);
  assert.deepEqual([sent.body.code, sent.body.redirect_uri, sent.token], ["code-1", HERE, undefined]);
  assert.equal(storage.pair.sid, "session-1");
  assert.equal(storage.getItem(`${KEY}.device`), "device-1");
});

test("the code goes with the secret that its challenge was made of", async () => {
  const { asked, sent } = await returned();

  assert.equal(createHash("sha256").update(sent.body.code_verifier).digest("base64url"),
               asked.code_challenge);
});

test("the session is bound to a key of this application", async () => {
  const { storage, done, sent } = await returned();
  const jkt = signInProof(sent);
  sent.answer(201, issued({ jkt }));
  await done;

  assert.deepEqual([storage.pair.jkt, storage.pair.token_type], [jkt, "DPoP"]);
});

test("code and state are out of the address before anything is sent, and all else stays", async () => {
  const { done, sent } = await returned({ redirectUri: `${HERE}?page=2` });

  assert.equal(browser.address, `${HERE}?page=2`);
  assert.deepEqual(browser.shown, ["of the page"]);
  sent.answer(401, error("invalid_authorization_code"));
  assert.equal((await done).name, "invalid_authorization_code");
});

for (const query of ["", "?page=2", "?code=1", "?state=1", "?code=&state=1", "?error=access_denied"]) {
  test(`a page that was opened with ${query || "nothing"} has nothing to finish`, async () => {
    browser.address = HERE + query;
    const { api, pages } = stranger();

    assert.equal(await pages.finish(), null);
    assert.deepEqual([api.log, browser.address], [[], HERE + query]);
  });
}

test("what this tab has not begun is not finished, and nothing is sent", async () => {
  const { api, pages, storage } = stranger();
  await begun(pages);
  leadBack({ state: "x".repeat(43), redirect_uri: HERE });

  const refusal = await outcome(pages.finish());

  assert.ok(refusal instanceof ApiError);
  assert.deepEqual([refusal.name, refusal.status], ["unknown_state", 0]);
  assert.deepEqual([api.log, storage.pair, browser.address], [[], undefined, HERE]);
});

test("what another tab has begun is not finished here", async () => {
  const { pages } = stranger();
  const asked = await begun(pages);
  browser = new Tab().install();
  leadBack(asked);

  assert.equal((await outcome(pages.finish())).name, "unknown_state");
});

test("what was begun for another application or stage is not finished by this one", async () => {
  const asked = await begun(stranger().pages);

  for (const other of [{ clientId: "other-app" }, { baseUrl: "https://api.example.org/prod" }]) {
    leadBack(asked);
    assert.equal((await outcome(stranger(other).pages.finish())).name, "unknown_state");
  }
});

test("nothing is finished twice", async () => {
  const { pages, asked, done, sent } = await returned();
  leadBack(asked, "code-2");

  assert.equal((await outcome(pages.finish())).name, "unknown_state");
  sent.answer(201, issued());
  await done;
  assert.deepEqual(browser.kept, []);
});

test("a page that asks twice, as frameworks do while one develops, is signed in once", async () => {
  const { api, pages, done, sent } = await returned();

  assert.equal(await pages.finish(), null);
  sent.answer(201, issued());
  assert.equal((await done).sessionId, "session-1");
  assert.deepEqual(api.log, [EXCHANGE]);
});

test("two sign-ins that were begun in one tab do not mix", async () => {
  const world = stranger();
  const first = await begun(world.pages, { redirectUri: `${HERE}first` });
  const second = await returned({ redirectUri: `${HERE}second` }, world);
  second.sent.answer(201, issued());
  await second.done;

  leadBack(first);
  void outcome(world.pages.finish());
  const sent = await world.api.next(EXCHANGE);
  assert.equal(sent.body.redirect_uri, `${HERE}first`);
});

test("a lost answer is told, and the code is not sent again", async () => {
  const { api, storage, done, sent } = await returned();
  sent.lose();

  assert.equal((await done).name, "unreachable");
  await settled();
  assert.deepEqual([api.log, storage.pair], [[EXCHANGE], undefined]);
});

test("a refusal leaves whoever was signed in here", async () => {
  const { api, client, storage } = await signedInTab();
  const { done, sent } = await returned(undefined, { api, client, storage,
                                                    pages: accountPagesOf(client) });
  sent.answer(401, error("invalid_authorization_code"));

  assert.equal((await done).name, "invalid_authorization_code");
  assert.equal(storage.pair.sid, "session-1");
});

test("a sign-out meanwhile is final", async () => {
  const { api, client, storage } = await signedInTab();
  const { done, sent } = await returned(undefined, { api, client, storage,
                                                    pages: accountPagesOf(client) });
  const out = client.signOut();
  (await api.next("DELETE /session")).answer(200, { message: "session ended" });
  await out;
  sent.answer(201, issued({ sid: "session-2" }));
  (await api.next("DELETE /session")).answer(200, { message: "session ended" });

  assert.equal((await done).name, "signed_out");
  assert.equal(storage.pair, null);
});

/** An API whose every answer the test gives by hand, and tabs that share one store. */

import { accountOf } from "../dist/account.js";
import { createClient } from "../dist/index.js";
import { passkeysOf } from "../dist/passkeys.js";

export const BASE_URL = "https://api.example.org/dev";
export const CLIENT_ID = "web-app";
export const KEY = "session-api.https___api.example.org_dev.web-app";
export const ADA = "user-ada";

// A busy machine needs several times as long as an idle one.
const LONGEST_PROOF_MS = 20_000;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Return what the API answers for this generation of a session, which may be bound to the key of
 *  the thumbprint `jkt`; it is signed by nobody. */
export function issued({ sid = "session-1", gen = 0, iat = 1000 + gen, auth_time = 1000, sub = ADA,
                         lifetime = 3600, jkt, more = {} } = {}) {
  const claims = { sub, sid, gen, iat, auth_time, ...(jkt && { cnf: { jkt } }) };
  return {
    access_token: `${encoded({ alg: "ES256" })}.${encoded(claims)}.s`,
    refresh_token: `refresh-${sid}-${gen}-${iat}`,
    access_token_expires_in: lifetime,
    refresh_token_expires_in: 1209600,
    token_type: jkt ? "DPoP" : "Bearer",
    ...more,
  };
}

export const error = (name, more = {}) => ({ name, message: `the message of ${name}`, ...more });

/** Let everything that waits for no timer and no answer come to rest. */
export async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

export class ScriptedApi {
  #arrived = [];
  #seen = 0;
  /** All requests so far, as `PUT /session`. */
  get log() { return this.#arrived.map(({ method, path }) => `${method} ${path}`); }

  fetch = (url, init = {}) => new Promise((resolve, reject) => {
    const headers = new Headers(init.headers);
    init.signal?.addEventListener("abort", () => reject(init.signal.reason));
    this.#arrived.push({
      method: (init.method ?? "GET").toUpperCase(),
      path: url.replace(BASE_URL, ""),
      headers,
      token: headers.get("authorization")?.replace(/^(Bearer|DPoP) /, ""),
      body: init.body && JSON.parse(init.body),
      init,
      signal: init.signal,
      lose: () => reject(new TypeError("fetch failed")),
      answer: (status, body, more) => resolve(new Response(
        typeof body === "string" || body instanceof ReadableStream ? body : JSON.stringify(body),
        { status, headers: more })),
    });
  });

  /** Return the next request, which must be on its way by now, or when its proof is made. */
  async next(expected) {
    const end = performance.now() + LONGEST_PROOF_MS;
    do await settled(); while (!this.#arrived[this.#seen] && performance.now() < end);
    const request = this.#arrived[this.#seen];
    if (!request) throw new Error(`no request is under way; there were ${this.log}`);
    this.#seen += 1;
    if (`${request.method} ${request.path}` !== expected) {
      throw new Error(`${request.method} ${request.path} came instead of ${expected}`);
    }
    return request;
  }
}

export class MemoryStorage {
  items = new Map();
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, value) { this.items.set(key, value); }
  /** What is stored about the session. */
  get state() { return JSON.parse(this.getItem(KEY) ?? "null"); }
  get pair() { return this.state?.pair; }
}

/** A storage that answers when it likes, as that of React Native. */
export class SlowStorage extends MemoryStorage {
  async getItem(key) { await new Promise(setImmediate); return this.items.get(key) ?? null; }
  async setItem(key, value) { await new Promise(setImmediate); this.items.set(key, value); }
  get state() { return JSON.parse(this.items.get(KEY) ?? "null"); }
}

/** Return a tab, with the methods of all entry points. */
export function tab(api, storage, options = {}) {
  const client = createClient({
    baseUrl: BASE_URL, clientId: CLIENT_ID, storage, fetch: api.fetch, ...options });
  return { ...client, ...accountOf(client), ...passkeysOf(client) };
}

/** Return one tab of somebody who has signed in, with the API and the storage. */
export async function signedInTab({ storage = new MemoryStorage(), options, ...first } = {}) {
  const api = new ScriptedApi();
  const client = tab(api, storage, options);
  const done = client.signIn({ email: "ada@example.org", password: "notes on an engine" });
  (await api.next("POST /session")).answer(201, issued(first));
  await done;
  return { api, client, storage };
}

/** Return a promise's outcome: its value, or what it was rejected with. */
export const outcome = (promise) => promise.catch((reason) => reason);

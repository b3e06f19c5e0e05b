/** Calls every method of all entry points, and prints which operations of the API that has called. */

import { createClient } from "session-api-client";
import { accountOf } from "session-api-client/account";
import { accountPagesOf } from "session-api-client/account-pages";
import { passkeysOf } from "session-api-client/passkeys";

const BASE_URL = "https://sessions.example.org";
const asked = new Set();
let now = 1_800_000_000;
let isRefused = false;

// What all answers hold at once. The signature is the business of nobody but the API.
function answer(operation, token) {
  now += 1;
  // A pair of the session that has asked, or of a new one.
  const { sid } = token && operation !== "put /user/password" ? JSON.parse(atob(token.split(".")[1]))
    : { sid: `session ${now}` };
  const claims = { sub: "ada", sid, gen: 0, iat: now, auth_time: now };
  return { access_token: `e30.${btoa(JSON.stringify(claims))}.e30`, refresh_token: "e30",
           access_token_expires_in: 3600, token_type: "Bearer", sessions: [], ended: 1,
           factors: [], recovery_codes: [], ticket: "e30", public_key: {} };
}

// A browser with a passkey.
const credential = { toJSON: () => ({ id: "e30", type: "public-key", response: {} }) };
for (const [name, value] of Object.entries({
  PublicKeyCredential: { parseCreationOptionsFromJSON: (options) => options,
                         parseRequestOptionsFromJSON: (options) => options },
  navigator: { credentials: { create: async () => credential, get: async () => credential } },
  // To which the account pages have led back, from whatever was begun here.
  location: { href: "https://app.example.org/?code=e30&state=e30" },
  history: { replaceState() {} },
  sessionStorage: { getItem: () => "{}", removeItem() {} },
})) Object.defineProperty(globalThis, name, { value });

async function send(url, { method, headers }) {
  const operation = `${method} ${url.slice(BASE_URL.length).replace("an-id", "{id}")}`;
  asked.add(operation);
  const status = isRefused ? 401 : 200;
  isRefused = false;
  const body = status === 401 ? { name: "unauthorized" }
    : answer(operation, headers.authorization);
  return new Response(JSON.stringify(body), { status });
}

const client = createClient({ baseUrl: BASE_URL, clientId: "web-app", fetch: send });
const account = accountOf(client);
const { signOut, leave, fetch, onChange, ...others } =
  { ...client, ...account, ...passkeysOf(client) };
const args = { endSession: ["an-id"], registerPasskey: ["phone"], renamePasskey: ["an-id", "phone"],
               deletePasskey: ["an-id"] };

await client.signIn({ email: "", password: "" });
for (const [name, method] of Object.entries(others)) await method(...args[name] ?? [{}]);
await accountPagesOf(client).finish();
await account.verifyEmail({ token: "", password: "" });
isRefused = true;
await client.user();
await leave({ password: "" });
await client.signIn({ email: "", password: "" });
await signOut();
console.log(JSON.stringify([...asked]));

/** The first entry point: who is signed in, and what is done in their name. */

import { withCore, type Core } from "./core.js";
import { createCredentials } from "./credentials.js";
import type { Client, Options } from "./interface.js";
import { databaseKeys, memoryKeys } from "./keys.js";
import { bodyOf, createAsk, isRefused } from "./requests.js";
import { bare, createFetch } from "./services.js";
import { createSession, end } from "./session.js";
import { memoryStorage, pageStorage } from "./storages.js";
import { createStore, replaced } from "./store.js";

// The grace has at most so many (docs/settings.md).
const MOST_SECONDS = 300;

/** Return a client of the stage at `baseUrl`; TypeError if an option cannot be right. */
export function createClient(options: Options): Client {
  const { clientId, apis = [], timeoutSeconds = 20, possession = true } = options;
  const send: typeof globalThis.fetch = options.fetch ?? ((...request) => fetch(...request));
  const baseUrl = bare(options.baseUrl);
  if (!clientId) throw new TypeError("clientId is missing");
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MOST_SECONDS)) {
    throw new TypeError(`timeoutSeconds is not within 0 and ${MOST_SECONDS}`);
  }
  // Some storages take no other characters.
  const key = `session-api.${baseUrl}.${clientId}`.replace(/[^\w.-]/g, "_");
  const deviceKey = `${key}.device`;
  const lasting = options.storage ?? pageStorage();
  const storage = lasting ?? memoryStorage();
  // A key has to last for as long as the tokens that are bound to it.
  const credentials = createCredentials(
    clientId, lasting ? globalThis.indexedDB && databaseKeys(key) : memoryKeys(), possession,
    ({ sid }) => store.change((state) => state.pair?.sid === sid ? replaced(state, null) : state));
  const ask = createAsk(send, baseUrl, credentials, timeoutSeconds);
  const store = createStore(storage, key, (pair) => void end(ask, pair).catch(() => undefined));
  const session = createSession(store, ask, credentials);

  const anonymously: Core["anonymously"] = async (method, path, body, by) =>
    bodyOf(await ask(method, path, body, by));

  const asCaller: Core["asCaller"] = async (method, path, body, address = path) =>
    bodyOf(await session.withPair((pair) => ask(method, address, body, pair), isRefused));

  const device: Core["device"] = async () => {
    const device_token = await storage.getItem(deviceKey);
    return device_token ? { device_token } : {};
  };

  const keepDevice: Core["keepDevice"] = async ({ device_token }) => {
    try {
      if (device_token) await storage.setItem(deviceKey, device_token);
    } catch {
      // Without it this device counts as a stranger's, which is no reason to fail.
    }
  };

  const open: Core["open"] = async (issue, ofSamePerson) => {
    const [who, issued] = await session.open(issue, ofSamePerson);
    await keepDevice(issued);
    return who;
  };

  const issueByPassword: Core["issueByPassword"] = async (email, password) =>
    anonymously("post", "/session", {
      account_type: "traditional", email, password, ...await device() }, "key");

  return withCore({
    signUp: (account) => anonymously("post", "/user", account),
    signIn: ({ email, password }) => open(() => issueByPassword(email, password)),
    signInWithCode: ({ ticket, code }) => open(() => anonymously("post", "/session", {
      account_type: "second_factor", ticket, code }, "key")),
    reauthenticate: (proof) => session.renew(
      (pair) => ask("put", "/session/authentication", proof, pair)),
    signOut: session.signOut,
    user: () => asCaller("get", "/user"),
    fetch: createFetch(send, credentials, [baseUrl, ...apis.map(bare)], session),
    onChange: store.listen,
  }, { baseUrl, clientId, ask, store, session, anonymously, asCaller, device, keepDevice, open,
       issueByPassword });
}

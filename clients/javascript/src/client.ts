/** The client: every route of the API that acts for a person, as a method. */

import type { Answered, Body, Method, Path } from "./api.js";
import { createCredentials } from "./credentials.js";
import type { Client, Options } from "./interface.js";
import { databaseKeys, memoryKeys } from "./keys.js";
import { pairOf, type Issued } from "./pairs.js";
import { bodyOf, createAsk, isUnclear, withRetries, type Answer } from "./requests.js";
import { bare, createFetch } from "./services.js";
import { createSession, end } from "./session.js";
import { memoryStorage, pageStorage } from "./storages.js";
import { createStore, replaced, type SignedIn } from "./store.js";

// The grace has at most so many (docs/settings.md).
const MOST_SECONDS = 300;

/** Return a client of the stage at `baseUrl`; TypeError if an option cannot be right. */
export function createClient(options: Options): Client {
  const { clientId, apis = [], timeoutSeconds = 20, possession = true } = options;
  const send: typeof globalThis.fetch = options.fetch ?? ((...request) => fetch(...request));
  const baseUrl = bare(options.baseUrl);
  if (!clientId) throw new TypeError("clientId is missing");
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MOST_SECONDS)) {
    throw new TypeError(`timeoutSeconds must be within 0 and ${MOST_SECONDS}`);
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

  async function anonymously<M extends Method, P extends Path>(
    method: M, path: P, body: Body<P, M>, by?: "key",
  ): Promise<Answered<P, M>> {
    return bodyOf(await ask(method, path, body, by));
  }

  async function asCaller<M extends Method, P extends Path>(
    method: M, path: P, body?: Body<P, M>, address: string = path,
  ): Promise<Answered<P, M>> {
    return bodyOf(await session.withPair(
      (pair) => ask(method, address, body, pair), isRefused));
  }

  /** What shows that this device has signed in before, so that attempts of strangers elsewhere do
   *  not count for it. It stays when the person signs out. */
  async function device(): Promise<Pick<Body<"/session", "post">, "device_token">> {
    const device_token = await storage.getItem(deviceKey);
    return device_token ? { device_token } : {};
  }

  async function keepDevice({ device_token }: { device_token?: string }): Promise<void> {
    try {
      if (device_token) await storage.setItem(deviceKey, device_token);
    } catch {
      // Without it this device counts as a stranger's, which is no reason to fail.
    }
  }

  async function open(issue: () => Promise<Issued & { device_token?: string }>,
                      ofSamePerson?: boolean): Promise<SignedIn> {
    const [who, issued] = await session.open(issue, ofSamePerson);
    await keepDevice(issued);
    return who;
  }

  const issueByPassword = async (email: string, password: string) => anonymously("post", "/session", {
    account_type: "traditional", email, password, ...await device() }, "key");

  return {
    signUp: (account) => anonymously("post", "/user", account),
    signIn: ({ email, password }) => open(() => issueByPassword(email, password)),
    signOut: session.signOut,
    user: () => asCaller("get", "/user"),
    sessions: async () => (await asCaller("get", "/sessions")).sessions,
    async endSession(id) {
      // An id that changes the path would end other sessions.
      if (!/^[\w-]+$/.test(id ?? "")) throw new TypeError(`${id} is no id of a session`);
      await asCaller("delete", "/sessions/{id}", undefined, `/sessions/${id}`).catch((error) => {
        if (error.name !== "not_found") throw error;
      });
      await session.forget((pair) => pair.sid === id);
    },
    endOtherSessions: async () => (await asCaller("delete", "/sessions")).ended,
    async changePassword(passwords) {
      const { email } = await asCaller("get", "/user");
      return open(() => asCaller("put", "/user/password", passwords).catch(async (error) => {
        if (!isUnclear(error)) throw error;
        // If only the answer was lost, this session has ended, and the new password signs in.
        const issued = await withRetries(() => issueByPassword(email, passwords.new_password))
          .catch(() => { throw error; });
        // The others have ended then, but for those of tries whose answers were lost.
        const pair = pairOf(issued, Date.now());
        await ask("delete", "/sessions", undefined, pair).catch(() => undefined);
        return issued;
      }), true);
    },
    async requestPasswordReset({ email }) {
      await anonymously("post", "/user/password-reset", { email, ...await device() });
    },
    async resetPassword(reset) {
      await keepDevice(await anonymously("put", "/user/password-reset", reset));
    },
    async requestEmailVerification({ email }) {
      await anonymously("post", "/user/email-verification", { email, ...await device() });
    },
    async verifyEmail(link) {
      const path = "/user/email-verification";
      if (link.password === undefined) await asCaller("put", path, link);
      else await open(async () => await anonymously("put", path, link, "key") as Issued);
    },
    export: () => asCaller("get", "/user/export"),
    async leave(confirmation) {
      let user = "";
      bodyOf(await session.withPair((pair) => {
        user = pair.sub;
        return ask("delete", "/user", confirmation, pair);
      }, isRefused));
      await session.forget((pair) => pair.sub === user);
    },
    fetch: createFetch(send, credentials, [baseUrl, ...apis.map(bare)], session),
    onChange: store.listen,
  };
}

/** Whether the API did not take the access token, rather than a password. */
const isRefused = ({ body }: Answer): boolean => body?.name === "unauthorized";

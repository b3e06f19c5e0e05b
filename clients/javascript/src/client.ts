/** The client: every route of the API that acts for a person, as a method. */

import type { Answered, Body, Method, Path } from "./api.js";
import type { Issued } from "./pairs.js";
import { bodyOf, createAsk, isUnclear, withRetries, type Answer } from "./requests.js";
import { bare, createFetch } from "./services.js";
import { createSession, end } from "./session.js";
import { defaultStorage, type TokenStorage } from "./storages.js";
import { createStore, type Listener, type SignedIn } from "./store.js";

export interface Options {
  /** The address of the stage, as `make deploy` and `make run` print it. */
  readonly baseUrl: string;
  /** The id under which the application is registered (`make client`). */
  readonly clientId: string;
  /** Where the tokens are kept: `localStorage` in a page, else the memory of this process. */
  readonly storage?: TokenStorage;
  /** What sends requests; the global `fetch` if it is not given. */
  readonly fetch?: typeof globalThis.fetch;
  /** The addresses of the other services to which `client.fetch` may send the access token. */
  readonly apis?: readonly string[];
  /** When a request to the API is given up; it must be less than the stage's GRACE_SECONDS. */
  readonly timeoutSeconds?: number;
}

type Session = Answered<"/sessions", "get">["sessions"][number];

// The grace has at most so many (docs/settings.md).
const MOST_SECONDS = 300;

export interface Client {
  /** Create an account; nobody is signed in by it (POST /user). */
  signUp(account: Body<"/user", "post">): Promise<Answered<"/user", "post">>;
  /** Open a session and store its tokens (POST /session). */
  signIn(credentials: Pick<Body<"/session", "post">, "email" | "password">): Promise<SignedIn>;
  /** Forget the tokens, here and in all tabs, then end the session (DELETE /session). */
  signOut(): Promise<void>;
  /** The caller's account (GET /user). */
  user(): Promise<Answered<"/user", "get">>;
  /** The caller's live sessions, the newest first (GET /sessions). */
  sessions(): Promise<readonly Session[]>;
  /** End one session of the caller; it may be gone already (DELETE /sessions/{id}). */
  endSession(id: string): Promise<void>;
  /** End all sessions of the caller but this one; how many there were (DELETE /sessions). */
  endOtherSessions(): Promise<number>;
  /** Change the password; all sessions end, and a new one is stored (PUT /user/password). */
  changePassword(passwords: Body<"/user/password", "put">): Promise<SignedIn>;
  /** Ask for a mail with a link that resets the password (POST /user/password-reset). */
  requestPasswordReset(address: Pick<Body<"/user/password-reset", "post">, "email">): Promise<void>;
  /** Set a password by the token of that link (PUT /user/password-reset). */
  resetPassword(reset: Body<"/user/password-reset", "put">): Promise<void>;
  /** Ask for a mail with a link that verifies the address (POST /user/email-verification). */
  requestEmailVerification(
    address: Pick<Body<"/user/email-verification", "post">, "email">): Promise<void>;
  /** Verify the address by the token of that link: with the password, which also signs in, or
   *  as the person who is signed in (PUT /user/email-verification). */
  verifyEmail(link: Body<"/user/email-verification", "put">): Promise<void>;
  /** Everything that is held about the caller (GET /user/export). */
  export(): Promise<Answered<"/user/export", "get">>;
  /** Delete the caller's account (DELETE /user). */
  leave(confirmation: Body<"/user", "delete">): Promise<void>;
  /** Call the API or one of `apis` as the person who is signed in. The token is refreshed before it
   *  is due, and a request is repeated once after a 401; so a `body` must not be a stream. */
  fetch(address: string | URL, init?: RequestInit): Promise<Response>;
  /** Tell `listener` who is signed in: now, and whenever that changes, in any tab. Returns what
   *  stops it. */
  onChange(listener: Listener): () => void;
}

/** Return a client of the stage at `baseUrl`; TypeError if an option cannot be right. */
export function createClient(options: Options): Client {
  const { clientId, storage = defaultStorage(), apis = [], timeoutSeconds = 20 } = options;
  const send: typeof globalThis.fetch = options.fetch ?? ((...request) => fetch(...request));
  const baseUrl = bare(options.baseUrl);
  if (!clientId) throw new TypeError("clientId is missing");
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MOST_SECONDS)) {
    throw new TypeError(`timeoutSeconds must be more than 0 and at most ${MOST_SECONDS}`);
  }
  // Some storages take no other characters.
  const key = `session-api.${baseUrl}.${clientId}`.replace(/[^\w.-]/g, "_");
  const deviceKey = `${key}.device`;
  const ask = createAsk(send, baseUrl, clientId, timeoutSeconds);
  const store = createStore(storage, key, (pair) => void end(ask, pair).catch(() => undefined));
  const session = createSession(store, ask);

  async function anonymously<M extends Method, P extends Path>(
    method: M, path: P, body: Body<P, M>,
  ): Promise<Answered<P, M>> {
    return bodyOf(await ask(method, path, body));
  }

  async function asCaller<M extends Method, P extends Path>(
    method: M, path: P, body?: Body<P, M>, address: string = path,
  ): Promise<Answered<P, M>> {
    return bodyOf(await session.withPair(
      ({ access_token }) => ask(method, address, body, access_token), isRefused));
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
    account_type: "traditional", email, password, ...await device() });

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
        await ask("delete", "/sessions", undefined, issued.access_token).catch(() => undefined);
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
      else await open(async () => await anonymously("put", path, link) as Issued);
    },
    export: () => asCaller("get", "/user/export"),
    async leave(confirmation) {
      let user = "";
      bodyOf(await session.withPair((pair) => {
        user = pair.sub;
        return ask("delete", "/user", confirmation, pair.access_token);
      }, isRefused));
      await session.forget((pair) => pair.sub === user);
    },
    fetch: createFetch(send, clientId, [baseUrl, ...apis.map(bare)], session),
    onChange: store.listen,
  };
}

/** Whether the API did not take the access token, rather than a password. */
const isRefused = ({ body }: Answer): boolean => body?.name === "unauthorized";

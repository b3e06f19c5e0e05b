/** What an application hands to the client, and what it gets from it. */

import type { Answered, Body } from "./api.js";
import type { TokenStorage } from "./storages.js";
import type { Listener, SignedIn } from "./store.js";

export interface Options {
  /** The address of the stage, as `make deploy` and `make run` print it. */
  readonly baseUrl: string;
  /** The id under which the application is registered (`make client`). */
  readonly clientId: string;
  /** Where the tokens are kept: `localStorage` in a page, else the memory of this process. */
  readonly storage?: TokenStorage;
  /** Whether a sign-in binds its session to a key of this device, where one can be kept; true if it
   *  is not given. */
  readonly possession?: boolean;
  /** What sends requests; the global `fetch` if it is not given. */
  readonly fetch?: typeof globalThis.fetch;
  /** The addresses of the other services to which `client.fetch` may send the access token. */
  readonly apis?: readonly string[];
  /** When a request to the API is given up; it must be less than the stage's GRACE_SECONDS. */
  readonly timeoutSeconds?: number;
}

type Session = Answered<"/sessions", "get">["sessions"][number];

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

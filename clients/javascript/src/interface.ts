/** What an application hands to the client, and what it gets from it. */

import type { Answered, Body, SecondStep, WithPassword } from "./api.js";
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

/** By what a person shows again who they are: one of the two. */
export type Proof = { readonly password: string; readonly code?: never }
  | { readonly code: string; readonly password?: never };

export interface Client {
  /** Create an account; nobody is signed in by it (POST /user). */
  signUp(account: Body<"/user", "post">): Promise<Answered<"/user", "post">>;
  /** Open a session and store its tokens (POST /session). Of an account with a second factor, this
   *  fails with an ApiError `second_factor_required`, which has a `ticket`. */
  signIn(credentials: Pick<WithPassword, "email" | "password">): Promise<SignedIn>;
  /** Open it by that ticket, and a code of the app or a recovery code (POST /session). */
  signInWithCode(step: Pick<SecondStep, "ticket" | "code">): Promise<SignedIn>;
  /** Show again who the person is, in the same session (PUT /session/authentication). */
  reauthenticate(proof: Proof): Promise<void>;
  /** Forget the tokens, here and in all tabs, then end the session (DELETE /session). */
  signOut(): Promise<void>;
  /** The caller's account (GET /user). */
  user(): Promise<Answered<"/user", "get">>;
  /** Call the API or one of `apis` as the person who is signed in. The token is refreshed before it
   *  is due, and a request is repeated once after a 401; so a `body` must not be a stream. */
  fetch(address: string | URL, init?: RequestInit): Promise<Response>;
  /** Tell `listener` who is signed in: now, and whenever that changes, in any tab. Returns what
   *  stops it. */
  onChange(listener: Listener): () => void;
}

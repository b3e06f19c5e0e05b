/** What the methods of all entry points are made of. */

import type { Answered, Body, Method, Path, WithPassword } from "./api.js";
import type { Client } from "./interface.js";
import type { Issued } from "./pairs.js";
import type { Ask } from "./requests.js";
import type { Session } from "./session.js";
import type { SignedIn, Store } from "./store.js";

export interface Core {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly ask: Ask;
  readonly store: Store;
  readonly session: Session;
  /** Return the answer to a request of nobody; with "key", it opens a session. */
  anonymously<M extends Method, P extends Path>(
    method: M, path: P, body: Body<P, M>, by?: "key"): Promise<Answered<P, M>>;
  /** Return the answer to a request of the person who is signed in. */
  asCaller<M extends Method, P extends Path>(
    method: M, path: P, body?: Body<P, M>, address?: string): Promise<Answered<P, M>>;
  /** Return what shows that this device has signed in before, so that attempts of strangers
   *  elsewhere do not count for it. It stays when the person signs out. */
  device(): Promise<Pick<WithPassword, "device_token">>;
  keepDevice(answer: { readonly device_token?: string }): Promise<void>;
  /** Store the session that `issue` answers with, and the device token. */
  open(issue: () => Promise<Issued & { readonly device_token?: string }>, ofSamePerson?: boolean
       ): Promise<SignedIn>;
  issueByPassword(email: string, password: string): Promise<Answered<"/session", "post">>;
}

const CORE = Symbol();

/** Return `client`, from which `coreOf` gets `core`. */
export const withCore = (client: Client, core: Core): Client =>
  Object.assign(client, { [CORE]: core });

/** Return what the methods of `client` are made of. */
export const coreOf = (client: Client): Core =>
  (client as Client & { readonly [CORE]: Core })[CORE];

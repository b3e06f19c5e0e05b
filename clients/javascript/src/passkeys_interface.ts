/** What a person can do with passkeys. */

import type { Answered, Body } from "./api.js";
import type { SignedIn } from "./store.js";

export type Passkey = Answered<"/factors/passkey/{id}", "put">;

/** A passkey that was just added. The recovery codes come with the first factor, and nobody can see
 *  them again. */
export type NewPasskey = Answered<"/factors/passkey", "post">;

/** Who has just signed up. */
export type SignedUp =
  SignedIn & Pick<Answered<"/user/passkey", "post">, "passkey" | "recovery_codes">;

export interface PasskeySignIn {
  /** Whether the browser is to offer the passkeys where it fills in forms, and to wait until the
   *  person takes one; false if it is not given. */
  readonly conditional?: boolean;
  /** The ticket of the ApiError `second_factor_required`, if the passkey is the second step. */
  readonly ticket?: string;
  /** What ends the waiting for the person. */
  readonly signal?: AbortSignal;
}

export interface Passkeys {
  /** Open a session by a passkey, and store its tokens (POST /session/passkey). */
  signInWithPasskey(how?: PasskeySignIn): Promise<SignedIn>;
  /** Make a passkey on this device and add it to the account (POST /factors/passkey). */
  registerPasskey(name?: string): Promise<NewPasskey>;
  /** Create an account with a passkey and without a password, by the token of a mailed link, and
   *  sign in (POST /user/passkey). */
  signUpWithPasskey(link: Pick<Body<"/user/passkey", "post">, "token" | "name">): Promise<SignedUp>;
  /** Show again who the person is, in the same session (PUT /session/passkey). */
  reauthenticateWithPasskey(): Promise<void>;
  /** Give a passkey another name (PUT /factors/passkey/{id}). */
  renamePasskey(id: string, name: string): Promise<Passkey>;
  /** Remove a passkey; it may be gone already (DELETE /factors/passkey/{id}). */
  deletePasskey(id: string): Promise<void>;
}

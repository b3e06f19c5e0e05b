/** The one error of this library. */

import type { Failed } from "./api.js";

/** By what a person shows who they are. */
export type Kind = NonNullable<Failed["kinds"]>[number];

/** What is wrong with one field of a request body. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * A call that did not succeed.
 *
 * `name` is that of the API's answer (api-reference.md, "Errors"), or one of ours:
 * - `unreachable`: no answer came, so it is not known whether the call took effect;
 * - `unexpected_answer`: the answer is not one of the API's, such as the page of a captive portal;
 * - `not_signed_in`: nobody is signed in here, or another session has begun since the call did;
 * - `key_lost`: the session is bound to a key that is not here, and is of no more use here;
 * - `signed_out`: somebody signed out while this sign-in or change of password was under way;
 * - `unknown_state`: the account pages lead back from a sign-in that this tab has not begun;
 * - `passkey_cancelled`: the person cancelled, or did nothing, or has no passkey here;
 * - `passkeys_not_possible`: the browser can make or use no passkey here.
 */
export class ApiError extends Error {
  /** The HTTP status, or 0 where no answer came or nothing was sent. */
  declare readonly status: number;
  /** What is wrong with each field of the body, where the API says so. */
  declare readonly fields: readonly FieldError[];
  /** How long to wait before another try, where the API says so (`Retry-After`). */
  declare readonly retryAfterSeconds: number | undefined;

  /** What the person can show now, where the API asks for it. */
  declare readonly kinds: readonly Kind[];
  /** What takes the sign-in on, by `signInWithCode` or a passkey; only of
   *  `second_factor_required`. */
  declare readonly ticket: string | undefined;
  /** How long that can be used. */
  declare readonly ticketExpiresInSeconds: number | undefined;

  constructor(name: string, message: string, status = 0, more: Partial<ApiError> = {}) {
    super(message);
    Object.assign(this, { name, status, fields: [], kinds: [], ...more });
  }
}

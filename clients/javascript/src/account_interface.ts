/** What a person can do with an account. */

import type { Answered, Body } from "./api.js";
import type { SignedIn } from "./store.js";

export type ListedSession = Answered<"/sessions", "get">["sessions"][number];
export type Factor = Answered<"/factors", "get">["factors"][number];

export interface Account {
  /** The caller's live sessions, the newest first (GET /sessions). */
  sessions(): Promise<readonly ListedSession[]>;
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
  /** Ask for a mail with a link, to the address that the account is to have (PUT /user/email). */
  changeEmail(address: Body<"/user/email", "put">): Promise<void>;
  /** Take that address by the token of the link; all other sessions end
   *  (PUT /user/email/confirmation). */
  confirmEmail(link: Body<"/user/email/confirmation", "put">): Promise<void>;
  /** The caller's second factors (GET /factors). */
  factors(): Promise<readonly Factor[]>;
  /** Begin to add an app that makes codes; it draws `otpauth_uri` (POST /factors/totp). */
  createTotp(): Promise<Answered<"/factors/totp", "post">>;
  /** Turn it on by a code of it; the recovery codes, which nobody can see again. All other
   *  sessions end (PUT /factors/totp). */
  confirmTotp(confirmation: Body<"/factors/totp", "put">): Promise<readonly string[]>;
  /** Replace the recovery codes; those of before no longer work (POST /factors/recovery-codes). */
  createRecoveryCodes(): Promise<readonly string[]>;
  /** Remove the app, and with it the recovery codes; it may be gone already
   *  (DELETE /factors/totp). */
  deleteTotp(): Promise<void>;
  /** Everything that is held about the caller (GET /user/export). */
  export(): Promise<Answered<"/user/export", "get">>;
  /** Delete the caller's account (DELETE /user). */
  leave(confirmation: Body<"/user", "delete">): Promise<void>;
}

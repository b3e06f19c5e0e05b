/** The pair of tokens of a session: what is stored, and which of two pairs is the newer one. */

import type { Answered } from "./api.js";
import { ApiError } from "./errors.js";

/** The pair as it is stored, with what its access token says. */
export interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
  /** "Bearer", or "DPoP" if it is of use only with the key of the thumbprint `jkt` (RFC 9449). */
  readonly token_type: string;
  readonly jkt: string | undefined;
  /** Seconds, from `asked_at` on. */
  readonly access_token_expires_in: number;
  /** When it was asked for, in milliseconds of this device's clock, which may be wrong. */
  readonly asked_at: number;
  /** The user, the session, its generation, and in epoch seconds the issue (RFC 7519) and when the
   *  person has last shown who they are (OpenID Connect). */
  readonly sub: string;
  readonly sid: string;
  readonly gen: number;
  readonly iat: number;
  readonly auth_time: number;
}

/** The part of an answer that a pair is made of. */
export type Issued = Pick<Answered<"/session", "put">,
  "access_token" | "refresh_token" | "access_token_expires_in" | "token_type">;

interface Claims extends Pick<Pair, "sub" | "sid" | "gen" | "iat" | "auth_time"> {
  readonly cnf?: { readonly jkt: string };
}

const MOST_MARGIN_SECONDS = 60;

/** Return the pair that `issued` is; an ApiError `unexpected_answer` if it is none. */
export function pairOf(issued: Issued, asked_at: number): Pair {
  const { access_token, refresh_token, access_token_expires_in, token_type } = issued;
  try {
    const payload = access_token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const { sub, sid, gen, iat, auth_time, cnf } = JSON.parse(atob(payload)) as Claims;
    const pair = { access_token, refresh_token, access_token_expires_in, token_type,
                   jkt: cnf?.jkt, asked_at, sub, sid, gen, iat, auth_time };
    if (isPair(pair)) return pair;
  } catch {
    // It is refused below.
  }
  throw new ApiError("unexpected_answer", "the answer holds no tokens", 200);
}

/** Whether `value`, which a store or an answer held, has all that a pair has. */
export function isPair(value: unknown): value is Pair {
  const pair = (value ?? {}) as Partial<Pair>;
  return [pair.access_token, pair.refresh_token, pair.sub, pair.sid].every(
    (text) => text && typeof text === "string")
    && [pair.access_token_expires_in, pair.asked_at, pair.gen, pair.iat, pair.auth_time].every(
      Number.isFinite)
    && pair.token_type === (pair.jkt ? "DPoP" : "Bearer");
}

/** Whether `pair` was minted before `other`, of the same session. */
export const isOlder = (pair: Pair, other: Pair): boolean =>
  (pair.gen - other.gen || pair.iat - other.iat || pair.auth_time - other.auth_time) < 0;

/** Whether both are of one session and equally new; their tokens may differ in more than that. */
export const isSame = (pair: Pair, other: Pair): boolean =>
  pair.sid === other.sid && pair.gen === other.gen && pair.iat === other.iat;

/** Whether the access token has more than `marginSeconds` left, by our own clock alone. A clock
 *  that was set back makes the age negative: then nothing is known, and the answer is no. */
export function isLive(pair: Pair, marginSeconds = 0): boolean {
  const ageSeconds = (Date.now() - pair.asked_at) / 1000;
  return ageSeconds >= 0 && ageSeconds < pair.access_token_expires_in - marginSeconds;
}

/** Whether the access token can be used without a refresh. The last quarter of a short life, and
 *  the last minute of a long one, are left for the refresh. */
export const isFresh = (pair: Pair): boolean =>
  isLive(pair, Math.min(MOST_MARGIN_SECONDS, pair.access_token_expires_in / 4));

/**
 * How a client stays signed in (docs/stay-signed-in.md).
 *
 * All tabs share one store. Each try of a refresh sends what the store holds then. Its answer is
 * kept only if the store still holds that session and no newer pair; the API does the rest, so
 * there is no lock, no leading tab and no timer.
 */

import type { Body } from "./api.js";
import type { Credentials } from "./credentials.js";
import { ApiError } from "./errors.js";
import { isFresh, isLive, isOlder, isSame, pairOf, type Issued, type Pair } from "./pairs.js";
import { bodyOf, isRefused, withRetries, type Answer, type Ask } from "./requests.js";
import { left, replaced, signedIn, type SignedIn, type Store } from "./store.js";

export interface Session {
  /** Return what `send` answers with a pair, sent again with its successor if that was refused. */
  withPair<R>(send: (pair: Pair) => Promise<R>, isRefused: (answer: R) => boolean): Promise<R>;
  /** Store the pair that `send` answers with, which is a newer one of the same session. */
  renew(send: (pair: Pair) => Promise<Answer>): Promise<void>;
  /** Store the pair of what `issue` answers, and return both; not if somebody signs out meanwhile,
   *  nor over another person's pair if it is `ofSamePerson`. */
  open<T extends Issued>(issue: () => Promise<T>, ofSamePerson?: boolean): Promise<[SignedIn, T]>;
  /** Forget the pair; only then tell the API. */
  signOut(): Promise<void>;
}

// While the last access token lives, a refresh that failed is left alone for so long.
const REST_SECONDS = 5;

export function createSession(store: Store, ask: Ask, credentials: Credentials): Session {
  let flight: Promise<Pair> | null = null;
  let restUntil = 0;

  /** Return a pair that can be used in the place of `former`, which is stale or was refused. */
  async function successor(former: Pair, tries?: number): Promise<Pair> {
    const pair = await withRetries(
      () => flight ??= refresh(former).finally(() => { flight = null; }), tries);
    // What one person has begun is not to be done as another one.
    if (pair.sub !== former.sub) throw notSignedIn("another session has begun here");
    return pair;
  }

  async function refresh(former: Pair): Promise<Pair> {
    const { pair } = await store.read();
    if (!pair) throw notSignedIn();
    if (!isSame(pair, former) && isFresh(pair)) return pair;
    const asked_at = Date.now();
    const body: Body<"/session", "put"> = { refresh_token: pair.refresh_token };
    return keep(await ask("put", "/session", body, pair), pair, asked_at);
  }

  /** Store the pair in `answer` to a request with `pair`, unless the store holds a newer one or
   *  another session. Forget a session that has ended by then. Return what is stored. */
  async function keep(answer: Answer, pair: Pair, asked_at: number): Promise<Pair> {
    const isEnded = answer.body?.name === "session_ended";
    const next = isEnded ? null : pairOf(bodyOf<Issued>(answer), asked_at);
    if (next && (next.sid !== pair.sid || next.sub !== pair.sub || next.jkt !== pair.jkt)) {
      throw new ApiError("unexpected_answer", "the answer is about another session", answer.status);
    }
    const { pair: stored } = await store.change((state) => {
      if (state.pair?.sid !== pair.sid || (next && isOlder(next, state.pair))) return state;
      return next ? { ...state, pair: next } : replaced(state, null);
    });
    if (stored) return stored;
    throw isEnded ? ended() : notSignedIn();
  }

  async function usable(): Promise<Pair> {
    const { pair } = await store.read();
    if (!pair) throw notSignedIn();
    if (isFresh(pair)) return pair;
    if (!isLive(pair)) return successor(pair);
    if (Date.now() < restUntil) return pair;
    try {
      return await successor(pair, 1);
    } catch (error) {
      if ((await store.read()).pair?.sid !== pair.sid) throw error;
      // The network is down or the API is busy, and the last token still works.
      const { retryAfterSeconds = REST_SECONDS } = error as Partial<ApiError>;
      restUntil = Date.now() + retryAfterSeconds * 1000;
      return isLive(pair) ? pair : successor(pair);
    }
  }

  async function withPair<R>(send: (pair: Pair) => Promise<R>,
                             isRefused: (answer: R) => boolean): Promise<R> {
    const pair = await usable();
    const { aheadMs } = credentials;
    const answer = await send(pair);
    if (!isRefused(answer)) return answer;
    const next = await successor(pair);
    // Otherwise it was refused for another reason than its age or a clock, which it would be again.
    return isSame(next, pair) && credentials.aheadMs === aheadMs ? answer : send(next);
  }

  async function renew(send: (pair: Pair) => Promise<Answer>): Promise<void> {
    const [answer, pair, asked_at] = await withPair(async (pair) => {
      const asked_at = Date.now();
      return [await send(pair), pair, asked_at] as const;
    }, ([answer]) => isRefused(answer));
    const { sid } = await keep(answer, pair, asked_at);
    // What was shown counts for that session only.
    if (sid !== pair.sid) throw notSignedIn("another session has begun here");
  }

  async function open<T extends Issued>(issue: () => Promise<T>, ofSamePerson = false
                                        ): Promise<[SignedIn, T]> {
    const begun = await store.read();
    const asked_at = Date.now();
    const issued = await issue();
    const pair = pairOf(issued, asked_at);
    let isKept = false;
    try {
      const state = await store.change((stored) =>
        stored.sign_outs !== begun.sign_outs || (begun.born && stored.born !== begun.born)
        || (ofSamePerson && stored.pair && stored.pair.sub !== pair.sub)
          ? stored : replaced(stored, pair));
      isKept = state.pair === pair;
    } finally {
      // Nobody would ever use it.
      if (!isKept) await end(ask, pair).catch(() => undefined);
    }
    if (isKept) return [signedIn(pair), issued];
    throw new ApiError("signed_out", "somebody signed out meanwhile");
  }

  async function signOut(): Promise<void> {
    let last: Pair | null = null as Pair | null;
    try {
      await store.change((state, known) => {
        // The store may have been cleared in the same moment.
        last = state.pair ?? known.pair;
        return left(state);
      });
    } finally {
      // Also if it cannot be forgotten here, it is to be of no more use.
      if (last) await end(ask, last);
    }
  }

  return { withPair, renew, open, signOut };
}

/** End the session of `pair`. It may have ended already, and its tokens may be of no more use. */
export async function end(ask: Ask, pair: Pair): Promise<void> {
  await withRetries(async () => {
    const answer = await ask("delete", "/session", undefined, pair);
    if (answer.body?.name !== "session_ended" && !isRefused(answer)) bodyOf(answer);
  });
}

const notSignedIn = (message = "nobody is signed in here") => new ApiError("not_signed_in", message);
const ended = () => new ApiError("session_ended", "the session has ended", 401);

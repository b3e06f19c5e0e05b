/**
 * How a client stays signed in (docs/stay-signed-in.md).
 *
 * All tabs share one store. Each try of a refresh sends what the store holds then. Its answer is
 * kept only if the store still holds that session and no newer pair; the API does the rest, so
 * there is no lock, no leading tab and no timer.
 */

import type { Body } from "./api.js";
import { ApiError } from "./errors.js";
import { isFresh, isLive, isOlder, pairOf, type Issued, type Pair } from "./pairs.js";
import { bodyOf, withRetries, type Ask } from "./requests.js";
import { signedIn, type SignedIn, type Store } from "./store.js";

export interface Session {
  /** Return what `send` answers with a pair, sent again with its successor if that was refused. */
  withPair<R>(send: (pair: Pair) => Promise<R>, isRefused: (answer: R) => boolean): Promise<R>;
  /** Store the pair of what `issue` answers, and return both, unless somebody signs out meanwhile. */
  open<T extends Issued>(issue: () => Promise<T>): Promise<[SignedIn, T]>;
  /** Forget the pair; only then tell the API. */
  signOut(): Promise<void>;
  /** Forget the pair if its session is one that the API has ended at our wish. */
  forget(isEnded: (pair: Pair) => boolean): Promise<void>;
}

export function createSession(store: Store, ask: Ask): Session {
  let flight: Promise<Pair> | null = null;

  /** Return a pair that can be used in the place of `former`, which is stale or was refused. */
  async function successor(former: Pair): Promise<Pair> {
    flight ??= withRetries(() => refresh(former)).finally(() => { flight = null; });
    const pair = await flight;
    // What one person has begun is not to be done as another one.
    if (pair.sub !== former.sub) throw ended();
    return pair;
  }

  async function refresh(former: Pair): Promise<Pair> {
    const { pair } = await store.read();
    if (!pair) throw notSignedIn();
    if (pair.access_token !== former.access_token && isFresh(pair)) return pair;
    const asked_at = Date.now();
    const body: Body<"/session", "put"> = { refresh_token: pair.refresh_token };
    const answer = await ask("put", "/session", body, pair.access_token);
    const isEnded = answer.body?.name === "session_ended";
    const next = isEnded ? null : pairOf(bodyOf<Issued>(answer), asked_at);
    const { pair: stored } = await store.change((state) =>
      state.pair?.sid !== pair.sid || (next && isOlder(next, state.pair))
        ? state : { ...state, pair: next });
    if (stored) return stored;
    throw isEnded ? ended() : notSignedIn();
  }

  async function usable(): Promise<Pair> {
    const { pair } = await store.read();
    if (!pair) throw notSignedIn();
    if (isFresh(pair)) return pair;
    try {
      return await successor(pair);
    } catch (error) {
      const isOver = (await store.read()).pair?.sid !== pair.sid;
      if (isOver || !isLive(pair)) throw error;
      // The network is down or the API is busy, and the last token still works.
      return pair;
    }
  }

  async function withPair<R>(send: (pair: Pair) => Promise<R>,
                             isRefused: (answer: R) => boolean): Promise<R> {
    const pair = await usable();
    const answer = await send(pair);
    return isRefused(answer) ? send(await successor(pair)) : answer;
  }

  async function open<T extends Issued>(issue: () => Promise<T>): Promise<[SignedIn, T]> {
    const { sign_outs } = await store.read();
    const asked_at = Date.now();
    const issued = await issue();
    const pair = pairOf(issued, asked_at);
    let isKept = false;
    try {
      const state = await store.change((stored) =>
        stored.sign_outs === sign_outs ? { pair, sign_outs } : stored);
      isKept = state.pair === pair;
    } finally {
      // Nobody would ever use it.
      if (!isKept) await end(pair).catch(() => undefined);
    }
    if (isKept) return [signedIn(pair), issued];
    throw new ApiError("signed_out", "somebody signed out here meanwhile");
  }

  async function signOut(): Promise<void> {
    let last: Pair | null = null as Pair | null;
    await store.change(({ pair, sign_outs }) => {
      last = pair;
      return { pair: null, sign_outs: sign_outs + 1 };
    });
    if (last) await end(last);
  }

  /** End the session of `pair`. It may have ended already, and its tokens may be of no more use. */
  async function end(pair: Pair): Promise<void> {
    await withRetries(async () => {
      const answer = await ask("delete", "/session", undefined, pair.access_token);
      if (answer.body?.name !== "session_ended" && answer.body?.name !== "unauthorized") bodyOf(answer);
    });
  }

  async function forget(isEnded: (pair: Pair) => boolean): Promise<void> {
    await store.change((state) => state.pair && isEnded(state.pair)
      ? { pair: null, sign_outs: state.sign_outs + 1 } : state);
  }

  return { withPair, open, signOut, forget };
}

const notSignedIn = () => new ApiError("not_signed_in", "nobody is signed in here");
const ended = () => new ApiError("session_ended", "the session has ended; sign in again", 401);

/** The one place that holds the pair, for all tabs; each change is a read, a decision, a write. */

import { isOlder, isPair, type Pair } from "./pairs.js";
import type { TokenStorage } from "./storages.js";
import { createTabs } from "./tabs.js";

/** Who is signed in. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
}

/** Is given who is signed in, or null. */
export type Listener = (signedIn: SignedIn | null) => void;

/** What is stored. States of one store have an order, so that a tab knows one that was written by a
 *  tab that had not seen the last one yet. */
export interface State {
  readonly pair: Pair | null;
  /** A random text of this store, which a store that was cleared does not have any more. */
  readonly born: string;
  /** How many sign-outs there were; what began before one knows by it that it may not write. */
  readonly sign_outs: number;
  /** How often another session, or none, took the place of what was stored. */
  readonly version: number;
}

export interface Store {
  read(): Promise<State>;
  /** Write what `decide` makes of the stored state, unless that is the same; return it. `known` is
   *  what this tab has seen last. */
  change(decide: (stored: State, known: State) => State): Promise<State>;
  /** Tell `listener` now, and after each change, also by another tab; return how to stop. */
  listen(listener: Listener): () => void;
}

const EMPTY: State = { pair: null, born: "", sign_outs: 0, version: 0 };

export const signedIn = (pair: Pair): SignedIn => ({ userId: pair.sub, sessionId: pair.sid });

/** Return the state that follows when `pair` takes the place of the session in `state`. */
export const replaced = (state: State, pair: Pair | null): State =>
  ({ ...state, pair, version: state.version + 1 });

/** Return the state that follows when somebody signs out. */
export const left = (state: State): State =>
  ({ ...replaced(state, null), sign_outs: state.sign_outs + 1 });

/** Return the store under `key`; `abandon` gets a pair that was stored after a sign-out, by a tab
 *  that had not seen it. */
export function createStore(storage: TokenStorage, key: string,
                            abandon: (pair: Pair) => void): Store {
  // Each with the session that it was told of; undefined before the first time.
  const listeners = new Set<{ readonly listener: Listener; told: string | null | undefined }>();
  let turn: Promise<unknown> = Promise.resolve();
  // Browsers hand a write on to other tabs a moment later, so one that did not see it yet may write
  // over it. Who knows the later state puts it back.
  let known = EMPTY;

  /** Do `work` when this tab's earlier work on a slow storage is done. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function load(): Promise<State> {
    const stored = parsed(await storage.getItem(key));
    if (!isBehind(stored, known)) return settle(stored);
    if (stored.pair && stored.sign_outs < known.sign_outs) abandon(stored.pair);
    const state = await save(known);
    tabs.post();
    return state;
  }

  async function save(state: State): Promise<State> {
    await storage.setItem(key, JSON.stringify(state));
    return settle(state);
  }

  function settle(state: State): State {
    known = state;
    tell(state.pair);
    return state;
  }

  function tell(pair: Pair | null, all = true): void {
    const session = pair?.sid ?? null;
    for (const one of listeners) {
      if (one.told === session || !(all || one.told === undefined)) continue;
      one.told = session;
      // What a listener throws is its own affair, and none of the call that changed the state.
      queueMicrotask(() => listeners.has(one) && one.listener(pair && signedIn(pair)));
    }
  }

  const read = () => inTurn(load);

  const change = (decide: (stored: State, known: State) => State) => inTurn(async () => {
    const before = known;
    const stored = await load();
    const next = decide(stored, before);
    if (next === stored) return next;
    await save({ ...next, born: next.born || Math.random().toString(36).slice(2) });
    if (next.version !== stored.version) tabs.post();
    return next;
  });

  // A storage that fails here fails the next call too, which says so.
  const look = () => void read().catch(() => tell(null, false));
  const tabs = createTabs(key, look);

  function listen(listener: Listener): () => void {
    const one = { listener, told: undefined };
    if (!listeners.size) tabs.hear();
    listeners.add(one);
    look();
    return () => {
      if (listeners.delete(one) && !listeners.size) tabs.stopHearing();
    };
  }

  return { read, change, listen };
}

/** Whether `state` was written by a tab that had not seen `known`, which is of the same store. */
function isBehind(state: State, known: State): boolean {
  if (state.born !== known.born) return false;
  if (state.sign_outs !== known.sign_outs) return state.sign_outs < known.sign_outs;
  if (state.version !== known.version) return state.version < known.version;
  if (!state.pair || !known.pair) return !state.pair && known.pair !== null;
  return state.pair.sid === known.pair.sid && isOlder(state.pair, known.pair);
}

/** Return the state that `text` holds; an empty one if it is not one of ours. */
function parsed(text: string | null): State {
  try {
    const { pair, born, sign_outs, version } = JSON.parse(text ?? "") as State;
    if (typeof born === "string" && [sign_outs, version].every(Number.isFinite)) {
      return { pair: isPair(pair) ? pair : null, born, sign_outs, version };
    }
  } catch {
    // Nobody has signed in here, or the store was cleared or written by another program.
  }
  return EMPTY;
}

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

/** What is stored. */
export interface State {
  readonly pair: Pair | null;
  /** Another one after each sign-out, so that what began before it knows that it may not write. */
  readonly epoch: string;
  /** The session whose end has left the store without a pair. */
  readonly ended?: string;
}

export interface Store {
  read(): Promise<State>;
  /** Write what `decide` makes of the stored state, unless that is the same; return it. */
  change(decide: (stored: State) => State): Promise<State>;
  /** Tell `listener` now, and after each change, also by another tab; return how to stop. */
  listen(listener: Listener): () => void;
}

const EMPTY: State = { pair: null, epoch: "" };

export const signedIn = (pair: Pair): SignedIn => ({ userId: pair.sub, sessionId: pair.sid });

export const newEpoch = (): string => Math.random().toString(36).slice(2);

/** Return the store under `key`; `abandon` gets a pair that somebody has stored too late. */
export function createStore(storage: TokenStorage, key: string,
                            abandon: (pair: Pair) => void): Store {
  // Each with the session that it was told of; undefined before the first time.
  const listeners = new Map<object, { listener: Listener; told: string | null | undefined }>();
  let turn: Promise<unknown> = Promise.resolve();
  // Browsers hand a write on to other tabs a moment later. A tab that did not see ours yet may
  // write over it; it is known by the epochs and sessions that we have left.
  const left = new Set<string | undefined>();
  let known = EMPTY;

  /** Do `work` when this tab's earlier work on a slow storage is done. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function load(): Promise<State> {
    const stored = parsed(await storage.getItem(key));
    if (!isBehind(stored)) return settle(stored);
    const { pair } = stored;
    if (pair && pair.sid !== known.pair?.sid && !left.has(pair.sid)) abandon(pair);
    return save(known);
  }

  function isBehind({ pair, epoch, ended }: State): boolean {
    if (left.has(epoch)) return true;
    if (!pair) return !!(known.pair && epoch === known.epoch && ended && left.has(ended));
    return left.has(pair.sid)
      || (pair.sid === known.pair?.sid && isOlder(pair, known.pair));
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
    for (const [id, { listener, told }] of listeners) {
      if (told === session || !(all || told === undefined)) continue;
      listeners.set(id, { listener, told: session });
      // What a listener throws is its own affair, and none of the call that changed the state.
      queueMicrotask(() => listeners.has(id) && listener(pair && signedIn(pair)));
    }
  }

  const read = () => inTurn(load);

  const change = (decide: (stored: State) => State) => inTurn(async () => {
    const stored = await load();
    const next = decide(stored);
    if (next === stored) return next;
    await save(next);
    if (stored.epoch && stored.epoch !== next.epoch) left.add(stored.epoch);
    if (stored.pair?.sid !== next.pair?.sid) {
      left.add(stored.pair?.sid ?? stored.ended);
      tabs.post();
    }
    return next;
  });

  // A storage that fails here fails the next call too, which says so.
  const look = () => void read().catch(() => tell(null, false));
  const tabs = createTabs(key, look);

  function listen(listener: Listener): () => void {
    const id = {};
    if (!listeners.size) tabs.hear();
    listeners.set(id, { listener, told: undefined });
    look();
    return () => {
      if (listeners.delete(id) && !listeners.size) tabs.stopHearing();
    };
  }

  return { read, change, listen };
}

/** Return the state that `text` holds; an empty one if it is not one of ours. */
function parsed(text: string | null): State {
  try {
    const { pair, epoch, ended } = JSON.parse(text ?? "") as State;
    if (typeof epoch === "string") {
      return { pair: isPair(pair) ? pair : null, epoch, ...(ended && { ended }) };
    }
  } catch {
    // Nobody has signed in here, or the store was cleared or written by another program.
  }
  return EMPTY;
}

/** The one place that holds the pair, for all tabs; each change is a read, a decision, a write. */

import { isPair, type Pair } from "./pairs.js";

/** Where the tokens are kept: `localStorage` fits, and so does React Native's AsyncStorage. */
export interface TokenStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
}

/** Who is signed in. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
}

/** Is given who is signed in, or null. */
export type Listener = (signedIn: SignedIn | null) => void;

/** What is stored. The count lets that which began before a sign-out know that it may not write. */
export interface State {
  readonly pair: Pair | null;
  readonly sign_outs: number;
}

export interface Store {
  read(): Promise<State>;
  /** Write what `decide` makes of the stored state, unless that is the same; return it. */
  change(decide: (stored: State) => State): Promise<State>;
  /** Tell `listener` now, and after each change, also by another tab; return how to stop. */
  listen(listener: Listener): () => void;
}

export const signedIn = (pair: Pair): SignedIn => ({ userId: pair.sub, sessionId: pair.sid });

export function createStore(storage: TokenStorage, key: string): Store {
  // Each with the session that it was told of; undefined before the first time.
  const listeners = new Map<object, { listener: Listener; told: string | null | undefined }>();
  // Browsers hand a write on to other tabs a moment later: one that did not see the sign-out yet
  // may put the pair back.
  const left = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  // For storages that tell nobody. It carries no tokens: there is only something new to read.
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(key);

  /** Do `work` when this tab's earlier work on a slow storage is done. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function load(): Promise<State> {
    const stored = parsed(await storage.getItem(key));
    if (!stored.pair || !left.has(stored.pair.sid)) return tell(stored);
    return save({ ...stored, pair: null });
  }

  async function save(state: State): Promise<State> {
    await storage.setItem(key, JSON.stringify(state));
    return tell(state);
  }

  function tell(state: State): State {
    const { pair } = state;
    const session = pair?.sid ?? null;
    for (const [id, { listener, told }] of listeners) {
      if (told === session) continue;
      listeners.set(id, { listener, told: session });
      // What a listener throws is its own affair, and none of the call that changed the state.
      queueMicrotask(() => listeners.has(id) && listener(pair && signedIn(pair)));
    }
    return state;
  }

  const read = () => inTurn(load);

  const change = (decide: (stored: State) => State) => inTurn(async () => {
    const stored = await load();
    const next = decide(stored);
    if (next === stored) return next;
    if (stored.pair && !next.pair) left.add(stored.pair.sid);
    await save(next);
    if (next.pair?.sid !== stored.pair?.sid) channel?.postMessage(null);
    return next;
  });

  // A storage that fails here fails the next call too, which says so.
  const look = () => void read().catch(() => undefined);

  function listen(listener: Listener): () => void {
    const id = {};
    listeners.set(id, { listener, told: undefined });
    look();
    return () => void listeners.delete(id);
  }

  // This one comes when the write has arrived here, and also when something else clears the store.
  globalThis.addEventListener?.("storage", look);
  // A page that comes back from the back/forward cache was told nothing meanwhile.
  globalThis.addEventListener?.("pageshow", look);
  if (channel) {
    channel.onmessage = look;
    // In Node.js, an open channel would keep the process from ending.
    (channel as { unref?: () => void }).unref?.();
  }
  return { read, change, listen };
}

/** Return the state that `text` holds; that of an empty store if it is not one of ours. */
function parsed(text: string | null): State {
  try {
    const { pair, sign_outs } = JSON.parse(text ?? "") as State;
    return { pair: isPair(pair) ? pair : null, sign_outs: Number(sign_outs) || 0 };
  } catch {
    // Nobody has signed in here, or the store was cleared or written by another program.
    return { pair: null, sign_outs: 0 };
  }
}

/** Where the key pair is kept that sessions are bound to; no script can read its private key. */

import { unlessAborted } from "./signals.js";

/** Return the key pair that is kept. If there is none, keep `candidate`, and return that. */
export type Keys = (candidate?: CryptoKeyPair) => Promise<CryptoKeyPair | undefined>;

// Some browsers have had databases that never opened.
const LONGEST_WAIT_MS = 5_000;
const STORE = "keys";

/** Return a place that ends with this process. */
export function memoryKeys(): Keys {
  let kept: CryptoKeyPair | undefined;
  return async (candidate) => kept ??= candidate;
}

/** Return the place that all tabs share: the IndexedDB of this `name`. */
export function databaseKeys(name: string): Keys {
  async function keep(candidate?: CryptoKeyPair): Promise<CryptoKeyPair | undefined> {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    const database = await done(opening);
    try {
      // The key must not be lost in a crash that the tokens survive.
      const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
      const keys = transaction.objectStore(STORE);
      const kept: CryptoKeyPair | undefined = await done(keys.get(0));
      if (kept || !candidate) return kept;
      keys.put(candidate, 0);
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      return candidate;
    } finally {
      database.close();
    }
  }

  return (candidate) => unlessAborted(AbortSignal.timeout(LONGEST_WAIT_MS), keep(candidate));
}

const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

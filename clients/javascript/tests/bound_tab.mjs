/** Tabs whose session is bound to a key, and the database that holds it. */

import { signInProof } from "./proofs.mjs";
import { issued, KEY, MemoryStorage, ScriptedApi, tab } from "./scripted_api.mjs";

export const PERSON = { email: "ada@example.org", password: "notes on an engine" };

/** Sign in, bound; return the tab with its pair and its API. */
export async function boundTab({ storage = new MemoryStorage(), options, ...first } = {}) {
  const api = new ScriptedApi();
  const client = tab(api, storage, options);
  const done = client.signIn(PERSON);
  const request = await api.next("POST /session");
  const jkt = signInProof(request);
  const pair = issued({ jkt, ...first });
  request.answer(201, pair);
  await done;
  return { api, client, storage, jkt, pair };
}

/** Return the key pair in the database of the client, and then `change` what holds it. */
export function keptKey(change = () => undefined) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(KEY);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("keys", "readwrite");
      const keys = transaction.objectStore("keys");
      const reading = keys.get(0);
      reading.onsuccess = () => change(keys);
      transaction.oncomplete = () => { opening.result.close(); resolve(reading.result); };
      transaction.onerror = reject;
    };
  });
}

/**
 * The headers by which a request shows who sends it: the client id, the access token, and a proof
 * that the sender has the key to which the token is bound (RFC 9449).
 */

import { ApiError } from "./errors.js";
import type { Keys } from "./keys.js";
import type { Pair } from "./pairs.js";

export interface Credentials {
  /** How far the API's clock is ahead of this device's, in milliseconds: 0 until an answer has
   *  told. */
  aheadMs: number;
  /** Return the headers of one try of a request. It is sent with the pair `by`; with "key", it
   *  opens a session, which the API may bind to the key. Rejects with an ApiError `key_lost` if the
   *  pair is bound to a key that is not here, and with what IndexedDB throws. */
  of(method: string, address: string, by?: Pair | "key"): Promise<Record<string, string>>;
}

/** A key pair, with its public key (RFC 7517) and the thumbprint of that (RFC 7638). */
interface Key {
  readonly privateKey: CryptoKey;
  readonly jwk: object;
  readonly jkt: string;
}

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Return the credentials of this client. Sessions are bound to the key in `keys` if `isBinding`
 *  and one can be kept there; `forget` gets a pair whose key is lost. */
export function createCredentials(clientId: string, keys: Keys | undefined, isBinding: boolean,
                                  forget: (pair: Pair) => Promise<unknown>): Credentials {
  let held: Key | undefined;

  /** Return the key for a sign-in, made now if there is none. Where none can be made or kept, the
   *  session is not bound, which is better than to lose it when the page is loaded anew. */
  async function anyKey(): Promise<Key | undefined> {
    if (!keys) return undefined;
    try {
      const kept = await keys()
        ?? await keys(await crypto.subtle.generateKey(ES256, false, ["sign"]));
      return held = await keyOf(kept!);
    } catch {
      return undefined;
    }
  }

  /** Return the key to which `pair` is bound. */
  async function keyFor(pair: Pair): Promise<Key> {
    if (held?.jkt === pair.jkt) return held!;
    const kept = await keys?.();
    const key = kept && await keyOf(kept);
    if (key?.jkt === pair.jkt) return held = key!;
    await forget(pair);
    throw new ApiError("key_lost", "the key of the session is not here");
  }

  return {
    aheadMs: 0,
    async of(method, address, by) {
      const pair = by === "key" ? undefined : by;
      const key = by === "key" ? isBinding && await anyKey() : by?.jkt && await keyFor(by);
      return {
        "x-koms-clientid": clientId,
        ...(pair && { authorization: `${pair.token_type} ${pair.access_token}` }),
        ...(key && { dpop: await proofOf(key, method, address, this.aheadMs, pair?.access_token) }),
      };
    },
  };
}

/** Return a proof for one request, and for the access token that goes with it. */
async function proofOf({ privateKey, jwk }: Key, method: string, address: string, aheadMs: number,
                       token?: string): Promise<string> {
  const { origin, pathname } = new URL(address);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk };
  const claims = {
    jti: crypto.randomUUID(), htm: method.toUpperCase(), htu: origin + pathname,
    iat: Math.floor((Date.now() + aheadMs) / 1000), ath: token && await digest(token),
  };
  const text = [header, claims].map((part) => base64url(bytes(JSON.stringify(part)))).join(".");
  return `${text}.${base64url(await crypto.subtle.sign(ES256, privateKey, bytes(text)))}`;
}

async function keyOf({ privateKey, publicKey }: CryptoKeyPair): Promise<Key> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  // In this order, and without a space, it is what the thumbprint is made of.
  const jwk = { crv, kty, x, y };
  return { privateKey, jwk, jkt: await digest(JSON.stringify(jwk)) };
}

const bytes = (text: string) => new TextEncoder().encode(text);

export const digest = async (text: string): Promise<string> =>
  base64url(await crypto.subtle.digest("SHA-256", bytes(text)));

export const base64url = (data: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(data)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

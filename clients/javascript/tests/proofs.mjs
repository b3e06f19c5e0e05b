/** What the proof of a request says, checked by Node's own crypto as RFC 9449 wants it. */

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";

import { BASE_URL } from "./scripted_api.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
const read = (part) => JSON.parse(Buffer.from(part, "base64url"));

/** Return the claims of the proof, and the thumbprint of its key; the signature is right. */
export function proofOf({ headers }) {
  const proof = headers.get("dpop");
  assert.match(proof, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const [header, claims, signature] = proof.split(".");
  const { jwk, ...rest } = read(header);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  assert.deepEqual(rest, { typ: "dpop+jwt", alg: "ES256" });
  assert.deepEqual(Object.keys(jwk).sort(), ["crv", "kty", "x", "y"]);
  assert.ok(verify("sha256", Buffer.from(`${header}.${claims}`), { key, dsaEncoding: "ieee-p1363" },
                   Buffer.from(signature, "base64url")));
  const jkt = sha256(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`);
  return { jkt, ...read(claims) };
}

/** Return the proof of a request by a pair, which is for exactly that request and token. */
export function proofBy(pair, request) {
  const proof = proofOf(request);
  const address = request.path.startsWith("/") ? BASE_URL + request.path : request.path;
  assert.equal(request.headers.get("authorization"), `DPoP ${pair.access_token}`);
  assert.deepEqual([proof.htm, proof.htu, proof.ath],
                   [request.method, address.split(/[?#]/)[0], sha256(pair.access_token)]);
  return proof;
}

/** Return the thumbprint of the key with which somebody signs in by this request. */
export function signInProof(request) {
  const { jkt, jti, iat, ...rest } = proofOf(request);
  assert.deepEqual(rest, { htm: request.method, htu: BASE_URL + request.path });
  assert.equal(request.headers.get("authorization"), null);
  return jkt;
}

/* Check who calls a service of yours with a token of the Session API. Copy this file. */
import { createHash } from 'node:crypto';
import {
  calculateJwkThumbprint, createRemoteJWKSet, EmbeddedJWK, errors, jwtVerify,
} from 'jose';

const requiredClaims = 'iss aud client_id sub sid gen iat exp jti auth_time amr acr'.split(' ');
const algorithms = ['ES256'];
const outages = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];
const proofSeconds = 60; // how far the `iat` of a proof may be from our clock, either way

/** The caller is not to be trusted: answer 401. Any other error is an outage: answer 503. */
export class Refused extends Error {
  name = 'Refused';

  /** Take `error`, a code of RFC 9449 section 7.1, for the header `WWW-Authenticate`. */
  constructor(message, error = 'invalid_token') {
    super(message);
    const schemes = error === 'invalid_token' ? 'Bearer, DPoP' : 'DPoP';
    this.challenge = `${schemes} error="${error}", algs="ES256"`;
  }
}

const refuseProof = (message) => { throw new Refused(message, 'invalid_dpop_proof'); };

/** Return what says whether an id is new: it forgets none while a proof with it could be good. */
const idsUsedOnce = () => {
  const usedAt = new Map();
  return (id) => {
    const now = Date.now();
    for (const [old, at] of usedAt) {
      if (now - at <= 2 * proofSeconds * 1000) break;
      usedAt.delete(old);
    }
    if (usedAt.has(id)) return false;
    usedAt.set(id, now);
    return true;
  };
};

/** Return what refuses a proof that is not good for a request (RFC 9449 section 4.3) or not new. */
const proofsFor = (address) => {
  const isNew = idsUsedOnce();
  return async (proof, { method, path, token, jkt }) => {
    const { payload: { jti, htm, htu, iat, ath }, protectedHeader } = await jwtVerify(
      proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms }).catch((e) => refuseProof(e.message));
    const { origin, pathname } = URL.canParse(htu) ? new URL(htu) : {};
    const checks = {
      jti: typeof jti === 'string' && jti.length > 0 && jti.length <= 128,
      htm: htm === method,
      htu: path.startsWith('/') && origin + pathname === address + path,
      iat: Number.isInteger(iat) && Math.abs(Date.now() / 1000 - iat) <= proofSeconds,
      ath: ath === createHash('sha256').update(token).digest('base64url'),
    };
    const wrong = Object.keys(checks).filter((claim) => !checks[claim]);
    if (wrong.length) refuseProof(`the proof is not for this request at this time: ${wrong}`);
    const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk);
    if (thumbprint !== jkt) throw new Refused('the proof is by another key than the token is for');
    if (!isNew(`${jkt} ${jti}`)) refuseProof('a proof with this jti was used before');
  };
};

/**
 * Return what checks a request and gives the claims of its access token, which the stage at
 * `issuer` gave to one of `clientIds`. `address` is that of your service as clients know it,
 * without a slash at the end. Never take it from the request: its sender chooses the header `Host`.
 */
export const accessTokens = async (issuer, clientIds, address) => {
  const found = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  // Keys are kept for 5 minutes; unknown ones are looked for every 10 seconds at most.
  const kept = { cacheMaxAge: 300_000, cooldownDuration: 10_000 };
  const keys = createRemoteJWKSet(new URL(found.jwks_uri), kept);
  const rules = { issuer, audience: clientIds, requiredClaims, typ: 'at+jwt', algorithms };
  const checkProof = proofsFor(address);
  // An `IncomingMessage` of Node.js or a request of Express, which writes over `url`.
  return async ({ method, url, originalUrl = url, headers: { authorization = '', dpop } }) => {
    const [scheme, token, more] = authorization.split(' ');
    const { payload, protectedHeader } = await jwtVerify(token, keys, rules).catch((error) => {
      const isOfToken = error instanceof errors.JOSEError && !outages.includes(error.code);
      throw isOfToken ? new Refused(error.message) : error;
    });
    const isOurs = protectedHeader.kid && payload.client_id === payload.aud;
    if (!isOurs || payload.iat > Date.now() / 1000 + 60) {
      throw new Refused('the token names no key, is for another client, or is from the future');
    }
    const isBound = payload.cnf !== undefined;
    if (scheme.toLowerCase() !== (isBound ? 'dpop' : 'bearer') || more !== undefined) {
      throw new Refused('a token that is bound to a key is sent as DPoP, and others as Bearer');
    }
    const [path] = originalUrl.split('?');
    if (isBound) await checkProof(dpop, { method, path, token, jkt: payload.cnf?.jkt });
    return payload;
  };
};

/* Verify access tokens of the Session API in a service of yours. Copy this file. */
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const requiredClaims = 'iss aud client_id sub sid gen iat exp jti auth_time amr acr'.split(' ');
const algorithms = ['ES256'];
const outages = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];
/** The token is not to be trusted: answer 401. Any other error is an outage: answer 503. */
export class Refused extends Error { name = 'Refused'; }

/** Return what verifies a token that the stage at `issuer` gave to one of `clientIds`. */
export const accessTokens = async (issuer, clientIds) => {
  const found = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  // Keys are kept for 5 minutes; unknown ones are looked for every 10 seconds at most.
  const kept = { cacheMaxAge: 300_000, cooldownDuration: 10_000 };
  const keys = createRemoteJWKSet(new URL(found.jwks_uri), kept);
  const rules = { issuer, audience: clientIds, requiredClaims, typ: 'at+jwt', algorithms };
  return async (token) => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, rules).catch((error) => {
      const isOfToken = error instanceof errors.JOSEError && !outages.includes(error.code);
      throw isOfToken ? new Refused(error.message) : error;
    });
    const isOurs = protectedHeader.kid && payload.client_id === payload.aud;
    if (isOurs && payload.iat <= Date.now() / 1000 + 60) return payload;
    throw new Refused('the token names no key, is for another client, or is from the future');
  };
};

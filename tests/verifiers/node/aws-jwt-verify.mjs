/* By itself it keeps keys until a token names an unknown one; `hydrate` fetches them anew. */
import { JwtVerifier } from 'aws-jwt-verify';

import { keysOf } from '../discovery.mjs';

const KEPT_MILLISECONDS = 300_000;

export const verifier = async (issuer, audience) => {
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: await keysOf(issuer) });
  let fetchedAt = -Infinity;
  return async (token) => {
    if (Date.now() >= fetchedAt + KEPT_MILLISECONDS) {
      await verifier.hydrate();
      fetchedAt = Date.now();
    }
    return verifier.verify(token);
  };
};

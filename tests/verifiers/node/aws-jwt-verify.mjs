/* By itself it keeps keys until a token names an unknown one; `hydrate` fetches them anew. */
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

import { keysOf } from '../discovery.mjs';

const KEPT_MILLISECONDS = 300_000;
const OVER_HTTP = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };

export const verifier = async (issuer, audience) => {
  const jwksUri = await keysOf(issuer);
  const jwksCache = new SimpleJwksCache(issuer.startsWith('http:') ? { fetcher: OVER_HTTP } : {});
  const tokens = JwtVerifier.create({ issuer, audience, jwksUri }, { jwksCache });
  let fetchedAt = -Infinity;
  return async (token) => {
    if (Date.now() >= fetchedAt + KEPT_MILLISECONDS) {
      await tokens.hydrate();
      fetchedAt = Date.now();
    }
    return tokens.verify(token);
  };
};

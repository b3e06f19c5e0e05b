/*
 * Of a key that is no longer published, get-jwks gives its last copy, and keeps that for another
 * minute each time. Tokens of a revoked key are therefore taken for as long as they keep coming.
 */
import { createVerifier } from 'fast-jwt';
import buildGetJwks from 'get-jwks';

export const verifier = (issuer, audience) => {
  const keys = buildGetJwks({ issuersWhitelist: [issuer], providerDiscovery: true });
  return createVerifier({
    key: ({ header: { kid, alg } }) => keys.getPublicKey({ kid, alg, domain: issuer }),
    algorithms: ['ES256'],
    allowedIss: issuer,
    allowedAud: audience,
    checkTyp: 'at+jwt',
  });
};

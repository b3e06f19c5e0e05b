import { createRemoteJWKSet, jwtVerify } from 'jose';

import { keysOf } from '../discovery.mjs';

export const verifier = async (issuer, audience) => {
  const keys = createRemoteJWKSet(new URL(await keysOf(issuer)));
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' });
    return payload;
  };
};

import jwt from 'jsonwebtoken';
import jwksClient from 'jwks-rsa';

import { keysOf } from '../discovery.mjs';

export const verifier = async (issuer, audience) => {
  const keys = jwksClient({ jwksUri: await keysOf(issuer), cache: true, rateLimit: true });
  const keyOf = ({ kid }, give) => keys.getSigningKey(kid, (error, key) => (
    give(error, key?.getPublicKey())));
  return (token) => new Promise((resolve, reject) => {
    jwt.verify(token, keyOf, { algorithms: ['ES256'], issuer, audience }, (error, claims) => (
      error ? reject(error) : resolve(claims)));
  });
};

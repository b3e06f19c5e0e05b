import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';

import { keysOf } from '../discovery.mjs';

export const verifier = async (issuer, audience) => {
  const strategy = new Strategy({
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKeyProvider: passportJwtSecret({
      jwksUri: await keysOf(issuer), cache: true, rateLimit: true,
    }),
    algorithms: ['ES256'],
    issuer,
    audience,
  }, (claims, done) => done(null, claims));
  return (token) => new Promise((resolve, reject) => {
    // Passport hands these three to a copy of the strategy for each request.
    Object.assign(Object.create(strategy), { success: resolve, fail: reject, error: reject })
      .authenticate({ headers: { authorization: `Bearer ${token}` } });
  });
};

import * as express from '../express.mjs';

export const verifier = (issuer, audience) => express.verifier({ issuerBaseURL: issuer, audience });

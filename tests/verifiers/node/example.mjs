/* The verifier that docs/protect-your-api.md tells teams to copy, in a copy. */
const { accessTokens } = await import(`${process.env.EXAMPLES}/node/access-tokens.mjs`);

export const verifier = (issuer, audience) => accessTokens(issuer, audience.split(','));

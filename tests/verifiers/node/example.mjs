/* The verifier that docs/protect-your-api.md tells teams to copy, in a copy. */
const { accessTokens } = await import(`${process.env.EXAMPLES}/node/access-tokens.mjs`);

export const verifier = async (issuer, audience) => {
  const verify = await accessTokens(issuer, audience.split(','), 'https://api.example.org');
  return (_, { method, path, headers }) => verify({ method, url: path, headers });
};

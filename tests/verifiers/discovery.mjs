/* For libraries that want the address of the keys, and do not look for it themselves. */
export const keysOf = async (issuer) => {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  const found = await answer.json();
  if (found.issuer !== issuer) throw new Error(`${found.issuer} is not ${issuer}`);
  return found.jwks_uri;
};

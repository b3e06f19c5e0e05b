import {
  discoveryRequest, processDiscoveryResponse, validateJwtAccessToken,
} from 'oauth4webapi';

export const verifier = async (issuer, audience) => {
  const address = new URL(issuer);
  const server = await processDiscoveryResponse(address, await discoveryRequest(address));
  return (token) => validateJwtAccessToken(server, new Request('https://api.example.org', {
    headers: { authorization: `Bearer ${token}` },
  }), audience);
};

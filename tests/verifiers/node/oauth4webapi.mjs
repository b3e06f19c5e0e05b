import {
  allowInsecureRequests, discoveryRequest, processDiscoveryResponse, validateJwtAccessToken,
} from 'oauth4webapi';

export const verifier = async (issuer, audience) => {
  const address = new URL(issuer);
  const options = { [allowInsecureRequests]: address.protocol === 'http:' };
  const found = await discoveryRequest(address, options);
  const server = await processDiscoveryResponse(address, found);
  return (_, { method, path, headers }) => validateJwtAccessToken(
    server, new Request(`https://api.example.org${path}`, { method, headers }), audience, options);
};

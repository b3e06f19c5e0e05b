/*
 * Goes through a session with the proofs of a library that others wrote, and prints the answers:
 * node proofs_of_others.mjs LIBRARY BASE_URL CLIENT_ID EMAIL PASSWORD
 */
import * as dpop from 'dpop';
import * as oauth from 'oauth4webapi';

const [library, base, clientId, email, password] = process.argv.slice(2);
const headers = { 'x-koms-clientid': clientId, 'content-type': 'application/json' };

/* Each gives what sends a request with a new proof, and with the access token if there is one. */
const libraries = {
  async dpop() {
    const keys = await dpop.generateKeyPair('ES256');
    return async (method, address, body, token) => {
      const proof = await dpop.generateProof(keys, address, method, undefined, token);
      const sent = token ? { ...headers, authorization: `DPoP ${token}` } : headers;
      return fetch(address, { method, body, headers: { ...sent, dpop: proof } });
    };
  },
  async oauth4webapi() {
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const options = { DPoP, [oauth.allowInsecureRequests]: true };
    // A sign-in is the only request without a token. To the library it is one for a token, whose
    // form we replace by our JSON.
    const signIn = (address, body) => oauth.clientCredentialsGrantRequest(
      { issuer: base, token_endpoint: address }, { client_id: clientId }, oauth.None(), {}, {
        ...options,
        [oauth.customFetch]: (_, { headers: { dpop: proof } }) => fetch(
          address, { method: 'POST', body, headers: { ...headers, dpop: proof } }),
      });
    return (method, address, body, token) => (token ? oauth.protectedResourceRequest(
      token, method, new URL(address), new Headers(headers), body, options)
      : signIn(address, body));
  },
};

const send = await libraries[library]();
const answers = [];
const call = async (method, path, body, token) => {
  const answer = await send(method, base + path, body && JSON.stringify(body), token);
  answers.push({ request: `${method} ${path}`, status: answer.status, body: await answer.json() });
  return answers.at(-1).body;
};

const first = await call('POST', '/session', { account_type: 'traditional', email, password });
await call('GET', '/user', undefined, first.access_token);
const second = await call(
  'PUT', '/session', { refresh_token: first.refresh_token }, first.access_token);
await call('GET', '/session', undefined, second.access_token);
const copy = await fetch(`${base}/user`, {
  headers: { ...headers, authorization: `Bearer ${second.access_token}` },
});
answers.push({ request: 'a copy', status: copy.status, body: await copy.json() });
await call('DELETE', '/session', undefined, second.access_token);
console.log(JSON.stringify(answers));

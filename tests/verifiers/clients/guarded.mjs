/*
 * Our client calls a service in which express-oauth2-jwt-bearer decides who may, and somebody else
 * tries with what was sent: node guarded.mjs BASE_URL CLIENT_ID EMAIL PASSWORD ISSUER. Prints the answers.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { auth } from 'express-oauth2-jwt-bearer';

import { createClient } from '../../../clients/javascript/dist/index.js';

const [base, clientId, email, password, issuer] = process.argv.slice(2);
const decide = auth({
  issuer, jwksUri: `${base}/.well-known/jwks.json`, tokenSigningAlg: 'ES256', audience: clientId,
  dpop: { required: true },
});
const requests = [];
const server = createServer((request, response) => {
  requests.push(request);
  // What Express adds to a request, as far as the middleware asks for it.
  Object.assign(request, {
    protocol: 'http', originalUrl: request.url, is: () => false,
    get: (name) => request.headers[name.toLowerCase()],
  });
  decide(request, response, (error) => response
    .writeHead(error?.status ?? 200, error?.headers)
    .end(JSON.stringify(error ? { refused: error.message } : request.auth.payload)));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `http://127.0.0.1:${server.address().port}`;

const client = createClient({ baseUrl: base, clientId, apis: [address] });
await client.signIn({ email, password });
const answers = {};
const note = async (who, answer) => {
  answers[who] = { status: answer.status, body: await answer.json() };
};
await note('the owner', await client.fetch(`${address}/me?all=1`));
await note('the owner again', await client.fetch(`${address}/me`, { method: 'POST', body: '{}' }));
const { authorization, dpop } = requests[0].headers;
const token = authorization.split(' ')[1];
await note('a copy as bearer', await fetch(`${address}/me`, {
  headers: { authorization: `Bearer ${token}` },
}));
await note('a copy without a proof', await fetch(`${address}/me`, { headers: { authorization } }));
await note('a copy elsewhere', await fetch(`${address}/you`, { headers: { authorization, dpop } }));
await client.signOut();
console.log(JSON.stringify(answers));
server.close();
server.closeAllConnections();

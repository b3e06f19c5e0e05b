/* Print what an access token says: node show.mjs ISSUER CLIENT_ID TOKEN. */
import { accessTokens, Refused } from './access-tokens.mjs';

const [issuer, clientId, token] = process.argv.slice(2);
try {
  if (token === undefined) throw new Refused('type the issuer, a client id and a token');
  const verify = await accessTokens(issuer, [clientId], 'https://reports.example.org');
  const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } };
  console.log(JSON.stringify(await verify(request), null, 2));
} catch (error) {
  const what = error instanceof Refused ? 'Refused' : 'The keys could not be fetched';
  console.error(`${what}: ${error.message}`);
  process.exitCode = 1;
}

/* Print what an access token says: node show.mjs ISSUER CLIENT_ID TOKEN. */
import { accessTokens } from './access-tokens.mjs';

const [issuer, clientId, token] = process.argv.slice(2);
const verify = await accessTokens(issuer, [clientId]);
console.log(JSON.stringify(await verify(token), null, 2));

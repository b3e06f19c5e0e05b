/* An application without forms of its own: the account pages sign people in. */
import { createClient } from "session-api-client";
import { accountPagesOf } from "session-api-client/account-pages";

const client = createClient({
  baseUrl: "http://localhost:4566/_aws/execute-api/session-api/local", clientId: "web-app" });
const pages = accountPagesOf(client);
const part = (id) => document.getElementById(id);
const attempt = (call) => call().catch(({ message }) => { part("problem").textContent = message; });

part("sign-in").onclick = () => attempt(() => pages.start());
part("sign-out").onclick = () => attempt(() => client.signOut());

// If the pages have led back here, this opens a session.
await attempt(() => pages.finish());

client.onChange((signedIn) => attempt(async () => {
  part("sign-in").hidden = signedIn !== null;
  part("sign-out").hidden = signedIn === null;
  part("who").textContent = signedIn ? `Signed in as ${(await client.user()).email}.`
    : "Nobody is signed in.";
}));

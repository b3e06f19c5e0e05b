/** The fourth entry point: to the account pages of the stage, and back with a session (RFC 6749 and
 *  RFC 7636). */

import type { AccountPages } from "./account_pages_interface.js";
import { coreOf } from "./core.js";
import { base64url, digest } from "./credentials.js";
import { ApiError } from "./errors.js";
import type { Client } from "./interface.js";

export type { AccountPages, Start } from "./account_pages_interface.js";

/** What this tab keeps while the person is on the pages. */
interface Begun {
  readonly verifier: string;
  readonly redirectUri: string;
}

const RANDOM_BYTES = 32;

/** Return the account pages of the stage whose API `client` calls. */
export function accountPagesOf(client: Client): AccountPages {
  const { baseUrl, clientId, anonymously, open } = coreOf(client);
  const keyOf = (state: string) => `session-api.${baseUrl}.${clientId}.${state}`;

  return {
    async start({ redirectUri = location.origin + location.pathname, page = "sign-in", locales,
                  prompt } = {}) {
      const [state, verifier] = [random(), random()];
      const asked = new URLSearchParams({
        response_type: "code", client_id: clientId, redirect_uri: redirectUri, state,
        code_challenge: await digest(verifier), code_challenge_method: "S256",
        ...(locales && { ui_locales: locales.join(" ") }), ...(prompt && { prompt }) });
      const begun: Begun = { verifier, redirectUri };
      sessionStorage.setItem(keyOf(state), JSON.stringify(begun));
      location.assign(`${baseUrl}/account/${page}?${asked}`);
    },
    async finish() {
      const [code, state] = taken("code", "state");
      if (!code || !state) return null;
      const begun = sessionStorage.getItem(keyOf(state));
      if (!begun) throw new ApiError("unknown_state", "this tab has begun no such sign-in");
      // A code works once, and so does what belongs to it.
      sessionStorage.removeItem(keyOf(state));
      const { verifier, redirectUri } = JSON.parse(begun) as Begun;
      return open(() => anonymously("post", "/session/authorization-code", {
        code, code_verifier: verifier, redirect_uri: redirectUri }, "key"));
    },
  };
}

/** Return these parameters of the address, and take them out of it if all are there. */
function taken(...names: readonly string[]): readonly (string | null)[] {
  const address = new URL(location.href);
  const values = names.map((name) => address.searchParams.get(name));
  if (values.every(Boolean)) {
    for (const name of names) address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  }
  return values;
}

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

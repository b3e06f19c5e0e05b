/** The way back to the application that has sent the person here (RFC 6749 and RFC 7636). */

import type { Failed } from "../../clients/javascript/src/api.js";
import { ApiError, baseUrl, client } from "./api.js";
import { go } from "./address.js";
import { withProof } from "./proof.js";

const sent = new URLSearchParams(location.search);

/** Whether an application waits for the person. */
export const isAsked = sent.has("redirect_uri");

/** Leave the page: for the application, with a code that only it can use, or for the account.
 *  Throws the ApiError of a code that the API does not give, such as `invalid_redirect_uri`. */
export async function goOn(): Promise<void> {
  if (!isAsked) return go("home");
  const said = (name: string) => sent.get(name) ?? "";
  const { code } = await withProof(() => codeFor(said));
  const back = new URL(said("redirect_uri"));
  back.searchParams.set("code", code);
  if (sent.has("state")) back.searchParams.set("state", said("state"));
  location.replace(back);
}

async function codeFor(said: (name: string) => string): Promise<{ readonly code: string }> {
  const response = await client.fetch(`${baseUrl}/authorization-codes`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: said("client_id"), redirect_uri: said("redirect_uri"),
      code_challenge: said("code_challenge"),
      code_challenge_method: said("code_challenge_method") }),
  }).catch((error: Error) => {
    throw error instanceof ApiError ? error : new ApiError("unreachable", error.message);
  });
  const answer = await response.json().catch(() => ({})) as Partial<Failed> & { code?: string };
  if (response.ok && answer.code) return { code: answer.code };
  throw new ApiError(answer.name ?? "unexpected_answer", answer.message ?? "", response.status,
                     { kinds: answer.kinds ?? [] });
}

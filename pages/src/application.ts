/** The way back to the application that has sent the person here (RFC 6749 and RFC 7636). */

import type { Failed } from "../../clients/javascript/src/api.js";
import { ApiError, baseUrl, client } from "./api.js";
import { go } from "./address.js";
import { h, link, show } from "./elements.js";
import { lonely } from "./forms.js";
import { t } from "./language.js";
import { withProof } from "./proof.js";

const sent = new URLSearchParams(location.search);

/** Whether an application waits for the person. */
export const isAsked = sent.has("redirect_uri");

/** Whether it wants the person to show who they are now (OpenID Connect). */
export const isFreshAsked = isAsked && sent.get("prompt") === "login";

const said = (name: string): string => sent.get(name) ?? "";

/** Leave the page: for the application, with a code that only it can use, or for the account.
 *  Throws the ApiError of a code that the API does not give, such as `invalid_redirect_uri`. */
export async function goOn(): Promise<void> {
  if (!isAsked) return go("home");
  // Any program of this device may answer at such an address (RFC 8252 section 8.6).
  if (!said("redirect_uri").startsWith("https:")) return askBefore(leave);
  await leave();
}

/** Let the person decide whether to go on to the application. */
function askBefore(next: () => Promise<void>): void {
  show(t("goOn.title"), h("p", {}, t("goOn.hint", { application: said("client_id") })),
       lonely(t("goOn.submit"), next, "primary"),
       h("p", { class: "links" }, link("home", t("page.toAccount"))));
}

async function leave(): Promise<void> {
  const { code } = await withProof(codeFor);
  const uri = said("redirect_uri");
  const added = new URLSearchParams({ code, ...(sent.has("state") && { state: said("state") }) });
  // What it has of a query stays as it is (RFC 6749 section 3.1.2).
  location.replace(`${uri}${uri.includes("?") ? "&" : "?"}${added}`);
}

async function codeFor(): Promise<{ readonly code: string }> {
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

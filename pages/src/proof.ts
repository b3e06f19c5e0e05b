/** Ask who somebody is once more, before what needs a fresh proof. */

import { ApiError, client, hasPasskeys, known, passkeys } from "./api.js";
import { h } from "./elements.js";
import { modal } from "./dialogs.js";
import { codeField, currentPassword } from "./fields.js";
import { alertLine, button, form } from "./forms.js";
import { t } from "./language.js";
import { Cancelled, problem } from "./problems.js";

/** Return what `call` returns; if it needs a fresh proof, ask for one and call it again. Throws
 *  Cancelled if the person shows none. */
export async function withProof<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.name !== "reauthentication_required") throw error;
    await prove(error.kinds);
    return call();
  }
}

function prove(kinds: ApiError["kinds"]): Promise<void> {
  return new Promise((resolve, reject) => {
    let isShown = false;
    const alert = alertLine();
    const codes = h("div");
    const show = async (proof: () => Promise<void>) => {
      alert.textContent = "";
      await proof();
      isShown = true;
      dialog.close();
    };

    function askForCode(isOfApp: boolean): void {
      const both = kinds.includes("totp") && kinds.includes("recovery_code");
      codes.replaceChildren(form({
        fields: [codeField(isOfApp)], submit: t("proof.submit"), at: { invalid_code: "code" },
        run: ({ code = "" }) => show(() => client.reauthenticate({ code })),
      }), ...(both ? [h("button", { type: "button", class: "quiet", click: () => {
        askForCode(!isOfApp);
        codes.querySelector("input")!.focus();
      } }, t(isOfApp ? "secondStep.useRecoveryCode" : "secondStep.useApp"))] : []));
    }

    const hasApp = kinds.includes("totp");
    if (hasApp || kinds.includes("recovery_code")) askForCode(hasApp);
    const byPasskey = hasPasskeys && kinds.includes("passkey") && button(
      t("secondStep.passkey"), () => show(() => passkeys.reauthenticateWithPasskey()),
      (error) => { alert.textContent = problem(error); }, hasApp ? "" : "primary");
    const byPassword = kinds.includes("password") && form({
      fields: [currentPassword()], submit: t("proof.submit"), username: known.email,
      at: { bad_credentials: "password" },
      words: { bad_credentials: t("error.wrong_password") },
      run: ({ password = "" }) => show(() => client.reauthenticate({ password })),
    });
    const dialog = modal(t("proof.title"), [
      h("p", {}, t("proof.hint")), byPassword, ...(hasApp ? [codes, byPasskey] : [byPasskey, codes]),
      alert, h("button", { type: "button", class: "quiet", click: () => dialog.close() },
               t("proof.cancel")),
    ], () => isShown ? resolve() : reject(new Cancelled()));
  });
}

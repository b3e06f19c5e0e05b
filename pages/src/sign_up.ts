/** Create an account: with a password, or by a mailed link with a passkey. */

import { account, ApiError, client, hasPasskeys, onSignIn, passkeys } from "./api.js";
import { mailedToken, withRequest } from "./address.js";
import { goOn } from "./application.js";
import { h, link, show } from "./elements.js";
import { emailField, newPassword } from "./fields.js";
import { form, lonely } from "./forms.js";
import { t } from "./language.js";
import { missingLink } from "./mailed.js";
import { showCodes } from "./recovery_codes.js";
import { isUnclear } from "./problems.js";
import { settings } from "./settings.js";
import { stuck } from "./sign_in.js";

export function signUpPage(): void {
  if (mailedToken) return finishByPasskey();
  // Only a stage that requires verified addresses mails such a link.
  const canDoWithout = hasPasskeys && settings.verifiedEmail;
  const least = settings.passwordMinLength;
  let wasUnclear = false;

  /** Return whether there is an account now that signs in by this password. */
  async function isCreated(email: string, password: string): Promise<boolean> {
    try {
      const { id } = await client.signUp({ email, password }) as { id?: string };
      return !!id;
    } catch (error) {
      // A try before this one may have made it.
      if (wasUnclear && error instanceof ApiError && error.name === "user_exists") return true;
      wasUnclear ||= isUnclear(error);
      throw error;
    }
  }

  show(t("signUp.title"), form({
    fields: [emailField(), { ...newPassword(least, t("field.password")), name: "password" }],
    submit: t("signUp.submit"),
    at: { invalid_email: "email", user_exists: "email", weak_password: "password" },
    run: async ({ email = "", password = "" }) => {
      if (!await isCreated(email, password)) return checkMail(email);
      await client.signIn({ email, password });
      if (settings.mail) await account.requestEmailVerification({ email }).catch(() => undefined);
      await goOn().catch(stuck);
    },
  }), canDoWithout && h("p", { class: "or" }, t("signIn.or")),
  canDoWithout && h("button", { type: "button", click: withoutPassword }, t("signUp.passkey")),
  h("p", { class: "links" }, link(withRequest("sign-in"), t("signUp.haveAccount"))));
}

function withoutPassword(): void {
  show(t("signUp.passkey"), h("p", {}, t("signUp.passkeyHint")), form({
    fields: [emailField()], submit: t("forgot.submit"), at: { invalid_email: "email" },
    run: async ({ email = "" }) => {
      await client.signUp({ email });
      checkMail(email, () => client.signUp({ email }));
    },
  }), h("p", { class: "links" }, h("button", { type: "button", class: "quiet", click: signUpPage },
                                   t("sure.cancel"))));
}

/** Say that a mail is on its way, and go on here once its link was followed in another tab. */
export function checkMail(
  email: string, again: () => Promise<unknown> = () => account.requestEmailVerification({ email }),
): void {
  show(t("signUp.checkMail"), h("p", {}, t("signUp.checkMailHint", { email })),
       h("p", { class: "hint" }, t("signUp.noMail")),
       lonely(t("signUp.sendAgain"), async () => {
         await again();
         return t("signUp.sent");
       }),
       h("p", { class: "links" }, link(withRequest("sign-in"), t("page.toSignIn"))));
  const stop = onSignIn(() => {
    queueMicrotask(() => stop());
    void goOn().catch(stuck);
  });
}

function finishByPasskey(): void {
  if (!hasPasskeys) return missingLink("error.passkeys_not_possible");
  show(t("signUp.finish"), h("p", {}, t("signUp.finishHint")), form({
    fields: [{ name: "name", label: t("field.passkeyName"), hint: t("field.passkeyNameHint"),
               autocomplete: "off" }],
    submit: t("signUp.makePasskey"), maybe: t("signUp.maybe"),
    run: async ({ name = "" }) => {
      const { recovery_codes } = await passkeys.signUpWithPasskey(
        { token: mailedToken, ...(name.trim() && { name: name.trim() }) });
      showCodes(recovery_codes, () => goOn().catch(stuck));
    },
  }));
}


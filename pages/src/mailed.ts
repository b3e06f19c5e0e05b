/** What links in mail lead to, and how to get one. */

import { account, ApiError, client, isSignedIn } from "./api.js";
import { go, mailedToken, withRequest } from "./address.js";
import { goOn } from "./application.js";
import { h, link, show } from "./elements.js";
import { currentPassword, emailField, newPassword } from "./fields.js";
import { form, lonely } from "./forms.js";
import { t, type Key } from "./language.js";
import { isSignedOut } from "./problems.js";
import { settings } from "./settings.js";
import { secondStep, showSignIn } from "./sign_in.js";

/** Say that the page was opened without what a link has. */
export function missingLink(why: Key = "link.missingHint"): void {
  show(t("link.missing"), h("p", {}, t(why)),
       h("p", { class: "links" }, link("sign-in", t("page.toSignIn"))));
}

export async function verifyEmailPage(): Promise<void> {
  if (!mailedToken) return missingLink();
  if (!await isSignedIn()) return verifyByPassword();
  show(t("verify.title"), h("p", {}, t("verify.signedIn")), form({
    fields: [], submit: t("verify.submit"), words: { invalid_link: t("verify.wrongLink") },
    run: async () => {
      try {
        await account.verifyEmail({ token: mailedToken });
      } catch (error) {
        if (isSignedOut(error)) return verifyByPassword();
        throw error;
      }
      done(t("verify.done"));
    },
  }), h("p", { class: "links" }, h("button", { type: "button", class: "quiet",
                                               click: verifyByPassword }, t("verify.otherAccount"))));
}

function verifyByPassword(): void {
  show(t("verify.title"), h("p", {}, t("verify.hint")), form({
    fields: [currentPassword()], submit: t("verify.submit"),
    at: { bad_credentials: "password" },
    words: { bad_credentials: t("error.wrong_password") },
    run: async ({ password = "" }) => {
      try {
        await account.verifyEmail({ token: mailedToken, password });
      } catch (error) {
        if (!(error instanceof ApiError) || !error.ticket) throw error;
        return secondStep(error, async () => done(t("verify.done")), verifyByPassword);
      }
      done(t("verify.done"));
    },
  }));
}

export function forgotPasswordPage(): void {
  show(t("forgot.title"), h("p", {}, t("forgot.hint")), form({
    fields: [emailField()], submit: t("forgot.submit"), at: { invalid_email: "email" },
    run: async ({ email = "" }) => {
      const ask = () => account.requestPasswordReset({ email });
      await ask();
      show(t("signUp.checkMail"), h("p", {}, t("signUp.checkMailHint", { email })),
           h("p", { class: "hint" }, t("signUp.noMail")), lonely(t("signUp.sendAgain"), async () => {
             await ask();
             return t("signUp.sent");
           }),
           h("p", { class: "links" }, link(withRequest("sign-in"), t("page.toSignIn"))));
    },
  }), h("p", { class: "links" }, link(withRequest("sign-in"), t("page.toSignIn"))));
}

export function resetPasswordPage(): void {
  if (!mailedToken) return missingLink();
  show(t("reset.title"), h("p", {}, t("reset.hint")), form({
    fields: [newPassword(settings.passwordMinLength)], submit: t("reset.submit"),
    at: { weak_password: "new_password" }, maybe: t("reset.maybe"),
    run: async ({ new_password = "" }) => {
      await account.resetPassword({ token: mailedToken, new_password });
      // All sessions of the account have ended. Of whoever is signed in here, that may be one.
      if (await isSignedIn()) await client.user().catch(() => undefined);
      history.replaceState(null, "");
      showSignIn(goOn, t("signIn.changed"));
    },
  }));
}

export async function changeEmailPage(): Promise<void> {
  if (!mailedToken) return missingLink();
  if (!await isSignedIn()) return showSignIn(changeEmailPage, t("changeEmail.signIn"));
  show(t("changeEmail.title"), h("p", {}, t("changeEmail.hint")), form({
    fields: [], submit: t("changeEmail.submit"), maybe: t("changeEmail.maybe"), run: async () => {
      try {
        await account.confirmEmail({ token: mailedToken });
      } catch (error) {
        if (isSignedOut(error)) return showSignIn(changeEmailPage, t("changeEmail.signIn"));
        throw error;
      }
      done(t("changeEmail.done"));
    },
  }));
}

function done(title: string): void {
  // The token is of no more use.
  history.replaceState(null, "");
  show(title, lonely(t("page.toAccount"), async () => go("home"), "primary"));
}

/** The address and the password of the account. */

import { account, client, known } from "./api.js";
import { devicesChanged } from "./devices.js";
import { h, link, type Child } from "./elements.js";
import { currentPassword, emailField, newPassword } from "./fields.js";
import { lonely } from "./forms.js";
import { t } from "./language.js";
import { withProof } from "./proof.js";
import { loaded, opened, section } from "./sections.js";
import { settings } from "./settings.js";

export type User = Awaited<ReturnType<typeof client.user>>;

/** Return the part about the address; `first` is the answer that was asked for already. */
export function emailSection(first: Promise<User>): HTMLElement {
  let next: Promise<User> | undefined = first;
  const [place] = loaded(() => {
    const user = next ?? client.user();
    next = undefined;
    return user;
  }, ({ email, email_verified }): Child[] => [
    h("p", {}, h("strong", { class: "address", dir: "ltr", translate: "no" }, email)),
    h("p", { class: "hint" }, t(email_verified ? "email.verified"
      : settings.mail ? "email.notVerified" : "email.notVerifiedNoMail")),
    settings.mail && !email_verified && lonely(t("email.send"), async () => {
      await account.requestEmailVerification({ email });
      return t("email.sent", { email });
    }),
    settings.mail && opened(t("email.change"), ({ email = "" }) => t("email.changeSent", { email }),
      () => ({
        fields: [emailField(t("email.new"), "email")], submit: t("email.submit"),
        at: { invalid_email: "email" },
        run: ({ email = "" }) => withProof(() => account.changeEmail({ email })),
      })),
  ].filter(Boolean));
  return section(t("email.title"), place);
}

export function passwordSection(user: Promise<User>): HTMLElement {
  user.then(({ email }) => { known.email = email; }, () => undefined);
  return section(t("password.title"), h("p", { class: "hint" }, t("password.hint")), opened(t("password.change"), () => t("password.changed"),
    () => ({
      fields: [currentPassword(t("field.currentPassword")), newPassword(settings.passwordMinLength)],
      submit: t("password.submit"), username: known.email,
      at: { bad_credentials: "password", weak_password: "new_password" },
      words: { bad_credentials: t("error.wrong_password") },
      run: async ({ password = "", new_password = "" }) => {
        await withProof(
          () => account.changePassword({ current_password: password, new_password }));
        devicesChanged();
      },
    })), settings.mail && h("p", { class: "links" }, link("forgot-password", t("password.none"))));
}

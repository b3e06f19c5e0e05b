/** What is held about the person, and how to leave. */

import { account, known } from "./api.js";
import { download, h, link, show } from "./elements.js";
import { currentPassword } from "./fields.js";
import { lonely } from "./forms.js";
import { t } from "./language.js";
import { withProof } from "./proof.js";
import { opened, section } from "./sections.js";

/** Return the part about the data; `quietly` does what ends the session without a word about that. */
export function dataSection(quietly: (work: () => Promise<void>) => Promise<void>): HTMLElement {
  return section(t("data.title"), h("p", { class: "hint" }, t("data.hint")),
    lonely(t("data.export"), async () => {
      const data = await account.export();
      download(t("data.file"), "application/json", JSON.stringify(data, null, 2));
      return t("data.exported");
    }),
    h("h3", {}, t("data.leave")), h("p", { class: "hint" }, t("data.leaveHint")),
    opened(t("data.leave"), () => "", () => ({
      fields: [currentPassword(t("data.leavePassword"), "")],
      submit: t("data.leaveSubmit"), isDangerous: true, username: known.email,
      at: { bad_credentials: "password", invalid_request: "password" },
      words: { bad_credentials: t("error.wrong_password"),
               invalid_request: t("error.wrong_password") },
      run: async ({ password }) => {
        await quietly(() => withProof(() => account.leave(password ? { password } : {})));
        show(t("data.left"), h("p", { class: "links" }, link("sign-up", t("signIn.create"))));
      },
    })));
}

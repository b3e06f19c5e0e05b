/** Recovery codes, which nobody can see again. */

import { download, h, say, show } from "./elements.js";
import { alertLine, button } from "./forms.js";
import { t } from "./language.js";

/** Show the codes until the person says that they are saved, then call `next`. */
export function showCodes(codes: readonly string[], next: () => unknown): void {
  const text = codes.join("\n");
  const alert = alertLine();
  show(t("codes.title"), h("p", {}, t("codes.hint")),
       h("ol", { class: "codes", dir: "ltr", translate: "no" }, ...codes.map((code) => h("li", {}, h("code", {}, code)))),
       h("div", { class: "row" },
         button(t("codes.copy"), async () => {
           await navigator.clipboard.writeText(text);
           say(t("codes.copied"));
         }, () => { alert.textContent = t("codes.copyFailed"); }),
         button(t("codes.download"), async () => download(t("codes.file"), "text/plain", text),
                () => undefined)),
       alert, h("button", { type: "button", class: "primary", click: next }, t("codes.done")));
}

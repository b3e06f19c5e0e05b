/** Questions that have to be answered before anything else. */

import { h, newId, statusLine, type Child } from "./elements.js";
import { alertLine, button } from "./forms.js";
import { t } from "./language.js";
import { problem } from "./problems.js";

/** Ask `question` in a dialog before `work`. */
export function sure(question: string, yes: string, work: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const alert = alertLine();
    const dialog = modal(question, [alert, h("div", { class: "row" },
      button(yes, async () => {
        alert.textContent = "";
        await work();
        dialog.close();
      }, (error) => { alert.textContent = problem(error); }, "danger"),
      h("button", { type: "button", click: () => dialog.close() }, t("sure.cancel")))], resolve);
  });
}

/** Show a dialog, which the Escape key closes, too. The focus goes back to where it was, or if that is
 *  gone, to the heading of that part of the page, or of the page. */
export function modal(title: string, content: Child[], closed: () => void): HTMLDialogElement {
  const titleId = newId();
  const before = document.activeElement;
  const heading = before?.closest("section")?.querySelector("h2");
  const dialog = h("dialog", { "aria-labelledby": titleId, close: () => {
    dialog.remove();
    if (document.activeElement === document.body) {
      (heading?.isConnected ? heading : document.querySelector("h1"))?.focus();
    }
    closed();
  } }, h("h2", { id: titleId, tabindex: -1, autofocus: true }, title), ...content,
  statusLine());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

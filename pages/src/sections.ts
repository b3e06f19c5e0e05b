/** Parts of the account page, each of which loads and fails by itself. */

import { h, newId, say, type Child } from "./elements.js";
import { alertLine, button, form, type Form } from "./forms.js";
import { t } from "./language.js";
import { problem } from "./problems.js";

/** Return a part of the page with its own heading. */
export function section(title: string, ...content: Child[]): HTMLElement {
  const id = newId();
  return h("section", { "aria-labelledby": id }, h("h2", { id, tabindex: -1 }, title), ...content);
}

/** Return a part that shows what `load` gets, and a function that gets it anew and says why. A part
 *  whose `look` is "tall" is about as high while it loads as it will be. */
export function loaded<T>(load: () => Promise<T>, draw: (value: T) => Child[], look = ""
                          ): [HTMLElement, (said?: string) => Promise<void>] {
  const place = h("div", { class: `loaded ${look}`, "aria-busy": "true" },
                  h("p", { class: "hint" }, t("wait.busy")));
  async function again(said = ""): Promise<void> {
    place.setAttribute("aria-busy", "true");
    try {
      const value = await load();
      put(said && h("p", { class: "note" }, said), ...draw(value));
      if (said) say(said);
    } catch (error) {
      const alert = alertLine();
      put(alert, button(t("wait.again"), () => again(), () => undefined));
      alert.textContent = `${t("wait.failed")} ${problem(error)}`;
    } finally {
      place.removeAttribute("aria-busy");
    }
  }

  /** Draw the part anew. A focus in it would be lost, and goes to its heading. */
  function put(...content: Child[]): void {
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...content.filter((child): child is Node | string => !!child));
    if (hadFocus) place.closest("section")?.querySelector("h2")?.focus();
  }

  void again();
  return [place, again];
}

/** Return a button that opens a form in its place. When the form has done its work, what `said` makes
 *  of its values is shown there. */
export function opened(text: string, said: (values: Readonly<Record<string, string>>) => string,
                       make: () => Form): HTMLElement {
  const note = h("p", { class: "note" });
  const place = h("div", { class: "action" });
  const opener = h("button", { type: "button", "aria-expanded": "false", click: () => {
    note.textContent = "";
    const inner = make();
    const shown = form({ ...inner, run: async (values) => {
      await inner.run(values);
      close();
      note.textContent = said(values);
      if (note.textContent) say(note.textContent);
    } });
    shown.append(h("button", { type: "button", class: "quiet", click: close }, t("sure.cancel")));
    place.replaceChildren(shown);
    shown.querySelector<HTMLElement>("input:not([hidden])")?.focus();
  } }, text);
  function close(): void {
    place.replaceChildren(opener, note);
    opener.focus();
  }
  place.append(opener, note);
  return place;
}

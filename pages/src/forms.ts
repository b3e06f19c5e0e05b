/** Forms that say what is wrong beside the field, run one call at a time, and lose nothing. */

import { ApiError } from "../../clients/javascript/src/index.js";
import { h, say, unsay } from "./elements.js";
import { fieldset, type Field } from "./fields.js";
import { t } from "./language.js";
import { isUnclear, problem } from "./problems.js";

export interface Form {
  readonly fields: readonly Field[];
  readonly submit: string;
  /** Whose password is typed here; password managers look for it. */
  readonly username?: string;
  readonly isDangerous?: boolean;
  /** The name of the field at which errors of these names are. */
  readonly at?: Readonly<Record<string, string>>;
  /** Other words for errors of these names. */
  readonly words?: Readonly<Record<string, string>>;
  /** What to say if the first try had no clear answer, and the next one finds that it was done. */
  readonly maybe?: string;
  readonly run: (values: Readonly<Record<string, string>>) => Promise<unknown>;
}

// After these, a call that is still under way is mentioned.
const BUSY_MS = 500;
const LONG_MS = 8000;

/** Return a button that runs `work`, once at a time, and shows that it runs. A failure is told to
 *  `fail`. */
export function button(text: string, work: () => Promise<unknown>,
                       fail: (error: unknown) => void, look = ""): HTMLButtonElement {
  const element = h("button", { type: "button", class: look, click: () =>
    void running(element, work).catch(fail) }, text);
  return element;
}

/** Return a button with a line of its own below, which shows its problem, or what `work` returns. */
export function lonely(text: string, work: () => Promise<string | void>, look = ""): HTMLElement {
  const alert = alertLine();
  const note = h("p", { class: "note" });
  return h("div", { class: "action" }, button(text, async () => {
    alert.textContent = note.textContent = "";
    note.textContent = await work() ?? "";
    if (note.textContent) say(note.textContent);
  }, (error) => { alert.textContent = problem(error); }, look), alert, note);
}

/** Say in full what a button does whose text is short. */
export function labelled(action: HTMLElement, label: string): HTMLElement {
  action.querySelector("button")!.setAttribute("aria-label", label);
  return action;
}

export const alertLine = (): HTMLElement => h("p", { class: "problem", role: "alert" });

/** Run `work` unless the button runs already. */
async function running(element: HTMLButtonElement, work: () => Promise<unknown>): Promise<void> {
  if (element.getAttribute("aria-disabled")) return;
  // A disabled button would lose the focus.
  element.setAttribute("aria-disabled", "true");
  const timers = [setTimeout(() => {
    element.classList.add("busy");
    say(t("wait.busy"));
  }, BUSY_MS), setTimeout(() => say(t("wait.long")), LONG_MS)];
  try {
    await work();
  } finally {
    timers.forEach(clearTimeout);
    unsay(t("wait.busy"), t("wait.long"));
    element.classList.remove("busy");
    element.removeAttribute("aria-disabled");
  }
}

export function form({ fields, submit, username, isDangerous, at = {}, words = {}, maybe, run
                     }: Form): HTMLFormElement {
  let wasUnclear = false;
  const alert = alertLine();
  const shown = fields.map(fieldset);
  const send = h("button", { type: "submit", class: isDangerous ? "danger" : "primary" }, submit);

  async function sent(): Promise<void> {
    alert.textContent = "";
    // A browser keeps a field for a password only if it is one when it is sent.
    for (const one of shown) one.conceal();
    const wrong = shown.filter((one) => !one.isRight());
    if (wrong.length) return wrong[0]!.input.focus();
    try {
      await running(send, () => run(Object.fromEntries(
        shown.map(({ name, input }) => [name, input.value]))));
    } catch (error) {
      const { name = "", fields: refused = [] } = error instanceof ApiError ? error : {};
      const text = (wasUnclear && name === "invalid_link" && maybe)
        || (Object.hasOwn(words, name) && words[name]) || problem(error);
      wasUnclear ||= isUnclear(error);
      const place = shown.find((one) => one.name === at[name])
        ?? (name === "invalid_request" && shown.find((one) => one.name === refused[0]?.field));
      if (place) place.complain(text);
      else alert.textContent = text;
    }
  }

  return h("form", { novalidate: true, submit: (event) => {
    event.preventDefault();
    void sent();
  } }, username && h("input", { type: "text", name: "username", autocomplete: "username", hidden: true,
                                readonly: true, value: username }),
  ...shown.map(({ element }) => element), alert, send);
}

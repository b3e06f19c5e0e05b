/** Forms that say what is wrong beside the field, run one call at a time, and lose nothing. */

import { ApiError } from "../../clients/javascript/src/index.js";
import { h, newId, say, statusLine, unsay, type Child } from "./elements.js";
import { t } from "./language.js";
import { isUnclear, problem } from "./problems.js";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "email" | "password" | "text";
  readonly autocomplete: string;
  readonly hint?: string;
  /** What to say if it is empty; without this, it may be. */
  readonly missing?: string;
  readonly value?: string;
  readonly inputmode?: "numeric";
  /** Return what is wrong with a value that is not empty. */
  readonly check?: (value: string) => string | undefined;
}

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

function fieldset(field: Field) {
  const { name, label, type = "text", autocomplete, hint, missing, value = "", inputmode } = field;
  const [id, hintId, errorId] = [newId(), newId(), newId()];
  const input = h("input", {
    id, name, type, autocomplete, value, inputmode, required: !!missing, "aria-describedby":
      `${hint ? `${hintId} ` : ""}${errorId}`, spellcheck: "false", autocapitalize: "none", dir: type === "text" ? "auto" : "ltr",
    input: () => { if (input.getAttribute("aria-invalid")) say_(""); },
  });
  const error = h("p", { id: errorId, class: "problem" });

  function say_(text: string): void {
    error.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  return {
    name, input,
    element: h("div", { class: "field" }, h("label", { for: id }, label),
               hint && h("p", { id: hintId, class: "hint" }, hint),
               type === "password" ? h("div", { class: "reveal" }, input, reveal(input)) : input,
               error),
    /** Show no password any more. */
    conceal(): void {
      if (type !== "password") return;
      input.type = type;
      input.nextElementSibling!.setAttribute("aria-pressed", "false");
    },
    /** Whether the value can be sent; if not, the field says why. */
    isRight(): boolean {
      say_((!input.value.trim() && missing) || (input.value && field.check?.(input.value)) || "");
      return !input.getAttribute("aria-invalid");
    },
    /** Say what is wrong, where the person will type next. */
    complain(text: string): void {
      say_(text);
      input.focus();
      input.select();
    },
  };
}

/** Return a switch that shows what was typed. */
function reveal(input: HTMLInputElement): HTMLElement {
  const eye = h("button", {
    type: "button", class: "eye", "aria-pressed": "false", "aria-controls": input.id,
    "aria-label": t("field.show"), title: t("field.show"), click: () => {
      const isShown = input.type === "text";
      input.type = isShown ? "password" : "text";
      eye.setAttribute("aria-pressed", String(!isShown));
    } });
  return eye;
}

/** Return the field of a new password, with the rule that can be told before it is sent. */
export const newPassword = (least: number, label: string = t("field.newPassword")): Field => ({
  name: "new_password", label, type: "password",
  autocomplete: "new-password", hint: t("field.passwordHint", { count: least }),
  missing: t("field.newPasswordMissing"),
  check: (value) => [...value.normalize("NFC")].length < least
    ? t("field.passwordTooShort", { count: least }) : undefined,
});

export const emailField = (label: string = t("field.email"), autocomplete = "username",
                           value = ""): Field => ({
  name: "email", label, type: "email", autocomplete, value, missing: t("field.emailMissing") });

export const currentPassword = (label: string = t("field.password"),
                                missing = t("field.passwordMissing")): Field => ({
  name: "password", label, type: "password", autocomplete: "current-password", missing });

/** Return the field for a code of an app, or else for a recovery code. */
export const codeField = (isOfApp: boolean): Field => ({
  name: "code", label: t(isOfApp ? "field.code" : "field.recoveryCode"),
  hint: t(isOfApp ? "field.codeHint" : "field.recoveryCodeHint"),
  autocomplete: isOfApp ? "one-time-code" : "off", missing: t("field.codeMissing"),
  ...(isOfApp && { inputmode: "numeric" as const }) });

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

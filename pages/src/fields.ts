/** Fields of forms: what a password manager is told of each, and what is said beside it. */

import { h, newId } from "./elements.js";
import { t } from "./language.js";

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

/** Return the element of a field, and what a form does with it. */
export function fieldset(field: Field) {
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

/** Messages in the language of the person, with numbers and dates as it writes them. */

import type english from "../messages/en.json";

export type Messages = typeof english;
export type Key = keyof Messages;
type Values = Readonly<Record<string, string | number>>;
type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

// The languages of messages/, as build.mjs finds them.
declare const LANGUAGES: readonly string[];

let tag = "en";
let messages: Readonly<Record<string, string | Forms>> = {};

/** Speak the language `name` (BCP 47) from now on. */
export function speak(name: string, all: Readonly<Record<string, string | Forms>>): void {
  tag = name;
  messages = all;
}

/** Return a message. `{count}` chooses its form; the direction of a value is its own. */
export function t(key: Key, values: Values = {}): string {
  const message = messages[key]!;
  const text = typeof message === "string" ? message : formFor(message, Number(values.count));
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? new Intl.NumberFormat(tag).format(value)
      : `\u2068${value}\u2069`;
  });
}

function formFor(forms: Forms, count: number): string {
  return (count === 0 && forms.zero) || (forms[new Intl.PluralRules(tag).select(count)]
    ?? forms.other!);
}

/** Return the message for an error of this name, if there is one. */
export const errorText = (name: string, values?: Values): string | undefined =>
  `error.${name}` in messages ? t(`error.${name}` as Key, values) : undefined;

/** Return day and time of so many epoch seconds. */
export const date = (seconds: number): string =>
  new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" })
    .format(seconds * 1000);

/** Return "5 minutes" for 300 seconds, rounded up. */
export function duration(seconds: number): string {
  const [unit, length] = seconds < 60 ? ["second", 1] : seconds < 3600 ? ["minute", 60]
    : ["hour", 3600];
  return new Intl.NumberFormat(tag, { style: "unit", unit: unit as string, unitDisplay: "long" })
    .format(Math.ceil(seconds / (length as number)));
}

/** Return the languages, each with its own name for itself. */
export const languages = (): readonly { tag: string; name: string; isSpoken: boolean }[] =>
  LANGUAGES.map((other) => ({
    tag: other, name: new Intl.DisplayNames(other, { type: "language" }).of(other) ?? other,
    isSpoken: other === tag }));

/** Keep the chosen language for the pages that are loaded from now on, where the function that
 *  serves them reads it. */
export function choose(other: string): void {
  const path = new URL(".", location.href).pathname.replace(/\/$/, "");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `lang=${other}; Path=${path}; Max-Age=31536000; SameSite=Lax${secure}`;
  // A browser that keeps it in the background has done so once it is read.
  void document.cookie;
}

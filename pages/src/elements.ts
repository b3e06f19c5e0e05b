/** Elements, made of text and other elements only: nothing here reads markup. */

import { settings } from "./settings.js";

type Listener = (event: Event) => unknown;
type Attribute = string | number | boolean | Listener | undefined;
export type Child = Node | string | false | null | undefined;

/** Return an element. A function is a listener of the event that its name says, and `false` leaves
 *  an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, attributes: Readonly<Record<string, Attribute>> = {}, ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

let ids = 0;

/** Return an id that no other element of this page has. */
export const newId = (): string => `id-${ids += 1}`;

/** Return a link to another of these pages. */
export const link = (name: string, text: string): HTMLAnchorElement => h("a", { href: name }, text);

/** Let a screen reader say `text`, without moving the focus. While a dialog is open, all that is
 *  outside of it is silent. */
export function say(text: string): void {
  const put = (said: string) => {
    const regions = document.querySelectorAll("dialog[open] > .status, body > .status");
    [...regions].at(-1)!.textContent = said;
  };
  put("");
  // The same text twice would be one, and a dialog in which the work was done is being closed.
  setTimeout(() => put(text), 50);
}

/** Let nobody read one of these texts any more, unless something else was said meanwhile. */
export function unsay(...texts: readonly string[]): void {
  setTimeout(() => {
    for (const region of document.querySelectorAll(".status")) {
      if (texts.includes(region.textContent!)) region.textContent = "";
    }
  }, 100);
}

/** Return what `say` fills. */
export const statusLine = (): HTMLElement => h("p", { role: "status", class: "status unseen" });

/** Show `content` in the place of what the page has shown, and begin to read at its heading. */
export function show(title: string, ...content: Child[]): void {
  const heading = h("h1", { tabindex: -1 }, title);
  const main = document.querySelector("main")!;
  const isFirst = !main.firstChild;
  main.replaceChildren(heading, ...content.filter((child): child is Node | string => !!child));
  document.title = `${title} – ${settings.name}`;
  // On a page that was just loaded, the browser and the screen reader begin by themselves.
  if (!isFirst) heading.focus();
}

/** Let the browser save `text` under `name`. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

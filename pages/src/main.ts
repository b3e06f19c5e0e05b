/** The one script of all pages: it looks at the address, and shows what is there. */

import { page } from "./address.js";
import { h, link, show, statusLine } from "./elements.js";
import { homePage, watch } from "./home.js";
import { choose, languages, speak, t, type Messages } from "./language.js";
import { changeEmailPage, forgotPasswordPage, resetPasswordPage, verifyEmailPage,
} from "./mailed.js";
import { settings } from "./settings.js";
import { signInPage } from "./sign_in.js";
import { signUpPage } from "./sign_up.js";

const PAGES: Readonly<Record<string, () => unknown>> = {
  "home": homePage,
  "sign-in": signInPage,
  "sign-up": signUpPage,
  "verify-email": verifyEmailPage,
  "reset-password": resetPasswordPage,
  "change-email": changeEmailPage,
  "forgot-password": forgotPasswordPage,
};

/** Show the page of this address in the language of `tag`. */
export function start(tag: string, messages: Messages): void {
  speak(tag, messages);
  const asked = new URLSearchParams(location.search).get("ui_locales");
  // The pages after this one are not asked for with it.
  if (asked) choose(tag);
  document.querySelector(".late")!.remove();
  document.body.prepend(frame());
  document.body.prepend(statusLine());
  const draw = !canKeep() ? noStorage : Object.hasOwn(PAGES, page) ? PAGES[page]! : notFound;
  void draw();
  if (page === "home") watch();
}

function frame(): HTMLElement {
  const name = settings.logo
    ? h("img", { src: settings.logo, alt: settings.name, class: "logo" }) : settings.name;
  return h("div", { class: page === "home" ? "frame wide" : "frame" },
           h("header", {}, h("a", { href: "home" }, name)), h("main"),
           h("footer", {}, languageChoice()));
}

/** Return a button for each language. A keyboard goes through a list of options one by one, and each
 *  would load the page anew (WCAG 3.2.2). */
function languageChoice(): HTMLElement {
  const speakFromNow = (other: string) => {
    choose(other);
    const address = new URL(location.href);
    address.searchParams.delete("ui_locales");
    // The tab keeps the token of a mailed link there.
    history.replaceState(history.state, "", address);
    location.reload();
  };
  return h("div", { role: "group", "aria-label": t("language.choose"), class: "row" },
    ...languages().map((one) => h("button", {
      type: "button", class: "quiet", lang: one.tag, "aria-current": one.isSpoken && "true",
      click: () => speakFromNow(one.tag) }, one.name)));
}

/** Whether this browser keeps what a page stores: without that, nobody stays signed in from one page
 *  to the next. */
function canKeep(): boolean {
  try {
    localStorage.setItem("session-api.probe", "");
    localStorage.removeItem("session-api.probe");
    return true;
  } catch {
    return false;
  }
}

function noStorage(): void {
  show(t("page.noStorage"), h("p", {}, t("page.noStorageHint")));
}

function notFound(): void {
  show(t("page.notFound"), h("p", {}, t("page.notFoundHint")),
       h("p", { class: "links" }, link("home", t("page.toAccount"))));
}

/** The one script of all pages: it looks at the address, and shows what is there. */

import { page } from "./address.js";
import { h, link, show } from "./elements.js";
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
  document.body.prepend(frame());
  document.body.append(h("p", { id: "status", role: "status", class: "unseen" }));
  const draw = Object.hasOwn(PAGES, page) ? PAGES[page]! : notFound;
  void draw();
  if (page === "home") watch();
}

function frame(): HTMLElement {
  const name = settings.logo
    ? h("img", { src: settings.logo, alt: settings.name, class: "logo" }) : settings.name;
  const choice = h("select", { "aria-label": t("language.choose"), change: () => {
    choose(choice.value);
    const address = new URL(location.href);
    address.searchParams.delete("ui_locales");
    if (address.href === location.href) location.reload();
    else location.replace(address);
  } }, ...languages().map((one) => h("option", { value: one.tag, lang: one.tag,
                                                 selected: one.isSpoken }, one.name)));
  return h("div", { class: page === "home" ? "frame wide" : "frame" }, h("header", {}, h("a", { href: "home" }, name)), h("main"),
           h("footer", {}, choice));
}

function notFound(): void {
  show(t("page.notFound"), h("p", {}, t("page.notFoundHint")),
       h("p", { class: "links" }, link("home", t("page.toAccount"))));
}

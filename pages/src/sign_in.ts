/** Sign in: by a password and perhaps a second step, or by a passkey. */

import { ApiError, client, hasPasskeys, isSignedIn, onSignIn, passkeys } from "./api.js";
import { go, withRequest } from "./address.js";
import { goOn, isAsked, isFreshAsked } from "./application.js";
import { h, link, show, type Child } from "./elements.js";
import { codeField, currentPassword, emailField } from "./fields.js";
import { alertLine, button, form } from "./forms.js";
import { t } from "./language.js";
import { problem } from "./problems.js";
import { settings } from "./settings.js";

/** Show the sign-in page; whoever is signed in already goes on at once. */
export async function signInPage(): Promise<void> {
  if (!isFreshAsked && await isSignedIn()) {
    show(t("signIn.title"), h("p", {}, t(isAsked ? "signIn.continue" : "wait.busy")));
    try {
      return await goOn();
    } catch (error) {
      if (await isSignedIn()) return stuck(error);
      // The session had ended, so that the person signs in again.
    }
  }
  showSignIn(goOn);
}

/** Say why the application does not get its code; what has to be done first is done at home. */
export function stuck(error: unknown): void {
  if (error instanceof ApiError && error.name === "enrolment_required") {
    return go(withRequest("home"));
  }
  show(t("signIn.title"), h("p", { class: "problem", role: "alert" }, problem(error)),
       h("p", { class: "links" }, link("home", t("page.toAccount"))));
}

// Of the form that was shown last.
let stopWaiting = (): void => undefined;

/** Show a form that signs in and then calls `next`, also when somebody signs in in another tab. */
export function showSignIn(next: () => Promise<void>, note = ""): void {
  const leaving = new AbortController();
  const alert = alertLine();
  const done = async () => {
    if (leaving.signal.aborted) return;
    leaving.abort();
    stopWaiting();
    await next().catch(stuck);
  };
  stopWaiting();
  stopWaiting = onSignIn(() => void done());
  const byPasskey = async () => {
    alert.textContent = "";
    await passkeys.signInWithPasskey();
    await done();
  };
  const fail = (error: unknown) => { alert.textContent = problem(error); };
  const failed = (error: unknown) => {
    fail(error);
    // The button has ended what the field offered.
    void offer(leaving.signal, done, fail);
  };
  show(t("signIn.title"), note && h("p", { class: "note" }, note),
    form({
      fields: [emailField(undefined, "username webauthn"), currentPassword()],
      submit: t("signIn.submit"), at: { invalid_email: "email", bad_credentials: "password" },
      words: settings.verifiedEmail ? { bad_credentials: t("error.bad_or_not_verified") } : {},
      run: async ({ email = "", password = "" }) => {
        try {
          await client.signIn({ email, password });
        } catch (error) {
          if (!(error instanceof ApiError) || !error.ticket) throw error;
          return secondStep(error, done, () => showSignIn(next));
        }
        await done();
      },
    }),
    hasPasskeys && h("p", { class: "or" }, t("signIn.or")),
    hasPasskeys && button(t("signIn.passkey"), byPasskey, failed), alert,
    h("p", { class: "links" }, settings.mail && link(withRequest("forgot-password"),
                                                     t("signIn.forgot")),
      link(withRequest("sign-up"), t("signIn.create"))));
  if (hasPasskeys) void offer(leaving.signal, done, fail);
}

// A device may have several that were removed from their accounts.
const MOST_OFFERS = 5;

/** Let the browser offer passkeys in the field of the address, and others after one was refused. */
async function offer(signal: AbortSignal, done: () => Promise<void>,
                     fail: (error: unknown) => void, left = MOST_OFFERS): Promise<void> {
  try {
    await passkeys.signInWithPasskey({ conditional: true, signal });
  } catch (error) {
    // A browser that cannot offer them still has the button; only what the API says is news.
    if (error instanceof ApiError && error.status === 401 && error.name !== "unauthorized") {
      fail(error);
      if (left > 1) return offer(signal, done, fail, left - 1);
    }
    return;
  }
  await done();
}

/** Show what comes after a right password: a code, or a passkey. */
export function secondStep({ ticket, kinds }: ApiError, next: () => Promise<void>,
                           begin: () => void): void {
  const hasApp = kinds.includes("totp");
  const alert = alertLine();
  const main = h("div");

  async function finish(step: () => Promise<unknown>): Promise<void> {
    alert.textContent = "";
    await step();
    await next().catch(stuck);
  }

  /** Show the field for a code of the app, or for a recovery code. */
  function ask(isOfApp: boolean): void {
    const code = codeField(isOfApp);
    const both = hasApp && kinds.includes("recovery_code");
    main.replaceChildren(form({
      fields: [code], submit: t("secondStep.submit"), at: { invalid_code: "code" },
      run: ({ code = "" }) => finish(() => client.signInWithCode({ ticket: ticket!, code })),
    }), ...(both ? [h("button", { type: "button", class: "quiet", click: () => {
      ask(!isOfApp);
      main.querySelector("input")!.focus();
    } }, t(isOfApp ? "secondStep.useRecoveryCode" : "secondStep.useApp"))] : []));
  }

  if (hasApp || kinds.includes("recovery_code")) ask(hasApp);
  const byPasskey = hasPasskeys && kinds.includes("passkey") && button(
    t("secondStep.passkey"),
    () => finish(() => passkeys.signInWithPasskey({ ticket: ticket! })),
    (error) => { alert.textContent = problem(error); }, hasApp ? "" : "primary");
  show(t("secondStep.title"), h("p", {}, t("secondStep.hint")),
       ...(hasApp ? [main, byPasskey, alert] : [byPasskey, alert, main] as Child[]),
       h("p", { class: "links" }, h("button", { type: "button", class: "quiet", click: begin },
                                    t("secondStep.back"))));
}

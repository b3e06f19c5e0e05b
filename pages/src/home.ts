/** My account: all that a person sees of it and changes. */

import { ApiError, client, isSignedIn } from "./api.js";
import { go } from "./address.js";
import { goOn, isAsked } from "./application.js";
import { dataSection } from "./data.js";
import { devicesSection } from "./devices.js";
import { h, show } from "./elements.js";
import { factorsSection } from "./factors.js";
import { lonely } from "./forms.js";
import { t } from "./language.js";
import { emailSection, passwordSection } from "./profile.js";
import { showSignIn, stuck } from "./sign_in.js";

// While the page ends the session itself, that is no news.
let isHere = false;

export async function homePage(): Promise<void> {
  if (!await isSignedIn()) return askToSignIn();
  isHere = true;
  const user = client.user();
  user.catch((error: unknown) => {
    if (error instanceof ApiError && error.name === "enrolment_required") enrol();
  });
  show(t("home.title"), lonely(t("home.signOut"), leave), emailSection(user),
       passwordSection(user), factorsSection(homePage), devicesSection(leave),
       dataSection(quietly));
}

/** Notice when the session ends while the page is open, or another person signs in in another tab:
 *  what this page shows would else be done to the account of that one. */
export function watch(): void {
  let shown = "";
  client.onChange((who) => {
    if (isHere && who && shown && who.userId !== shown) return location.reload();
    shown = who?.userId ?? "";
    if (isHere && !who) askToSignIn(t("signIn.ended"));
  });
}

async function leave(): Promise<void> {
  isHere = false;
  try {
    await client.signOut();
  } catch {
    // The tokens are forgotten here all the same.
    return askToSignIn(t("signIn.unheard"));
  }
  go("sign-in");
}

async function quietly(work: () => Promise<void>): Promise<void> {
  isHere = false;
  try {
    await work();
  } catch (error) {
    isHere = true;
    throw error;
  }
}

/** Show only what the person has to do first on a stage that requires a second factor. */
function enrol(): void {
  show(t("home.title"), h("p", { class: "note" }, t("enrol.hint")),
       factorsSection(() => isAsked ? goOn().catch(stuck) : homePage()));
}

function askToSignIn(note?: string): void {
  isHere = false;
  showSignIn(homePage, note);
}

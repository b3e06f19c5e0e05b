/** My account: all that a person sees of it and changes. */

import { ApiError, client, isSignedIn } from "./api.js";
import { go } from "./address.js";
import { dataSection } from "./data.js";
import { devicesSection } from "./devices.js";
import { h, show } from "./elements.js";
import { factorsSection } from "./factors.js";
import { lonely } from "./forms.js";
import { t } from "./language.js";
import { emailSection, passwordSection } from "./profile.js";
import { showSignIn } from "./sign_in.js";

// While the page asks for a sign-in itself, a change of who is signed in is no news.
let isHere = false;

export async function homePage(): Promise<void> {
  if (!await isSignedIn()) return leftHome();
  isHere = true;
  // So that whatever the stage is slow at is asked at once.
  const user = client.user();
  user.catch((error: unknown) => {
    if (error instanceof ApiError && error.name === "enrolment_required") enrol();
  });
  show(t("home.title"),
       lonely(t("home.signOut"), async () => {
         isHere = false;
         // If the API did not hear of it, the tokens are forgotten here all the same.
         await client.signOut().catch(() => undefined);
         go("sign-in");
       }),
       emailSection(user), passwordSection(user), factorsSection(() => homePage()),
       devicesSection(), dataSection(() => { isHere = false; }));
}

/** Show only what the person has to do first on a stage that requires a second factor. */
function enrol(): void {
  show(t("home.title"), h("p", { class: "note" }, t("enrol.hint")),
       factorsSection(() => homePage()));
}

function leftHome(note?: string): void {
  isHere = false;
  showSignIn(homePage, note);
}

/** Notice when the session ends while the page is open. */
export function watch(): void {
  client.onChange((who) => {
    if (!who && isHere) leftHome(t("signIn.ended"));
  });
}


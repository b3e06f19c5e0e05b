/** What an application does with the account pages. */

import type { SignedIn } from "./store.js";

export interface Start {
  /** Where the pages lead back to: one of the addresses that are registered for the application, to
   *  the letter. The address of this page, without query and fragment, if it is not given. */
  readonly redirectUri?: string;
  /** The page to begin with: "sign-in", if it is not given. */
  readonly page?: "sign-in" | "sign-up";
  /** In which languages the pages are to speak, the most wanted first, such as `["de", "en"]`. */
  readonly locales?: readonly string[];
  /** "login" asks whoever is signed in there to sign in again. */
  readonly prompt?: "login";
}

export interface AccountPages {
  /** Leave this page for the account pages, which lead back once somebody is signed in there. */
  start(how?: Start): Promise<void>;
  /** Open a session if the pages have led back here, and store its tokens; null if this page was
   *  opened in another way (POST /session/authorization-code). Fails with an ApiError
   *  `unknown_state` if it is not this tab that has begun it. */
  finish(): Promise<SignedIn | null>;
}

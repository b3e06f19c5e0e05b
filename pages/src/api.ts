/** The client of these pages, with all that people can do with an account. */

import { accountOf } from "../../clients/javascript/src/account.js";
import { ApiError, createClient } from "../../clients/javascript/src/index.js";
import { arePasskeysSupported, passkeysOf } from "../../clients/javascript/src/passkeys.js";
import { baseUrl } from "./address.js";
import { settings } from "./settings.js";

export { ApiError, baseUrl };

export const client = createClient({ baseUrl, clientId: settings.clientId });
export const account = accountOf(client);
export const passkeys = passkeysOf(client);

/** The address of whoever is signed in, for password managers; empty until it is known. */
export const known = { email: "" };

export const hasPasskeys = settings.passkeys && arePasskeysSupported();

/** Whether somebody is signed in, as far as this browser knows. */
export const isSignedIn = (): Promise<boolean> => new Promise((resolve) => {
  const stop = client.onChange((who) => {
    queueMicrotask(() => stop());
    resolve(who !== null);
  });
});

/** Do `next` once somebody signs in from now on, in this tab or another; return how to stop
 *  waiting. */
export function onSignIn(next: () => void): () => void {
  let isNew = false;
  return client.onChange((who) => {
    // The first time, it is who was signed in already.
    if (isNew && who) next();
    isNew = true;
  });
}

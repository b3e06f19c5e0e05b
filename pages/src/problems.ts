/** What went wrong, in the words of the person. */

import { ApiError } from "../../clients/javascript/src/index.js";
import { isUnclear as isAnswerUnclear } from "../../clients/javascript/src/requests.js";
import { duration, errorText, t } from "./language.js";

/** After these, nobody is signed in any more. */
const SIGNED_OUT = ["not_signed_in", "session_ended", "signed_out", "key_lost"];

export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && SIGNED_OUT.includes(error.name);

/** Whether what was asked for may have been done, or not. */
export const isUnclear = (error: unknown): boolean =>
  error instanceof ApiError && isAnswerUnclear(error);

/** Thrown where the person did not want to go on: nothing was done. */
export class Cancelled extends Error {}

/** Return what to tell the person about `error`; what is no ApiError is a defect, and is reported in
 *  the console as well. */
export function problem(error: unknown): string {
  if (error instanceof Cancelled) return "";
  if (!(error instanceof ApiError)) {
    reportError(error);
    return t("page.broken");
  }
  const wait = duration(error.retryAfterSeconds ?? 60);
  switch (error.name) {
    case "unauthorized":
      // A session that has ended is another error; this one is about the pages themselves.
      return t("page.notAvailable");
    case "invalid_dpop_proof":
      return t("error.clock");
    default:
      return errorText(error.name, { wait })
        ?? (error.status === 400 ? t("error.bad_request") : t("error.unknown"));
  }
}

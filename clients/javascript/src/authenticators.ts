/** What a browser is asked to do with passkeys (WebAuthn Level 3), and why it did not. */

import { ApiError } from "./errors.js";
import { unlessAborted } from "./signals.js";

/** Whether this browser has passkeys, and takes and gives them in the form of the API. */
export const arePasskeysSupported = (): boolean =>
  ["parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON"].every(
    (name) => name in (globalThis.PublicKeyCredential ?? {}));

/** What the call has that began last. A page can have but one. */
let latest: AbortController | undefined;

/** Return what `ceremony` does with a signal that `signal` aborts, and the next call. */
export async function onlyOne<T>(signal: AbortSignal | undefined,
                                 ceremony: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (!arePasskeysSupported()) throw notPossible("this browser has no passkeys, or is too old");
  latest?.abort();
  const own = latest = new AbortController();
  const stop = () => own.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    own.signal.throwIfAborted();
    return await ceremony(own.signal);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Return the passkey that the person has made. */
export const made = <T>(options: object, signal: AbortSignal) => asked<T>(signal, () =>
  navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON),
    signal }));

/** Return what a passkey has answered. If it is `conditional`, the browser offers the passkeys
 *  where it fills in forms, and waits. */
export const shown = <T>(options: object, signal: AbortSignal, conditional = false) => asked<T>(
  signal, () => navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
      options as PublicKeyCredentialRequestOptionsJSON),
    signal, ...(conditional && { mediation: "conditional" as const }) }));

/** Let the browser offer a passkey no longer that the API does not know. */
export async function forget(rpId: string, credentialId: string): Promise<void> {
  // Not all browsers have it, nor does TypeScript.
  const browser = PublicKeyCredential as { signalUnknownCredential?(of: object): Promise<void> };
  try {
    await browser.signalUnknownCredential?.({ rpId, credentialId });
  } catch {
    // It is offered again, and refused again.
  }
}

/** Throw an ApiError where the browser cannot offer passkeys as it fills in forms. */
export async function requireConditional(): Promise<void> {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) {
    throw notPossible("this browser offers no passkeys where it fills in forms");
  }
}

/** Return what the browser answers, as JSON of which the API says the type. */
async function asked<T>(signal: AbortSignal, ask: () => Promise<Credential | null>): Promise<T> {
  try {
    const credential = await unlessAborted(signal, ask());
    if (credential) return (credential as PublicKeyCredential).toJSON();
  } catch (error) {
    signal.throwIfAborted();
    throw failed(error as DOMException);
  }
  throw cancelled();
}

function failed(cause: DOMException): ApiError {
  const error = cause.name === "NotAllowedError" ? cancelled()
    : cause.name === "InvalidStateError"
      ? new ApiError("factor_exists", "this device has a passkey of the account already")
      : notPossible(cause.message);
  error.cause = cause;
  return error;
}

const cancelled = () =>
  new ApiError("passkey_cancelled", "the person cancelled, or waited, or has no passkey here");
const notPossible = (message: string) => new ApiError("passkeys_not_possible", message);

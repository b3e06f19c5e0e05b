/** A browser that offers passkeys where it fills in forms, for as long as the page is open. */

import type { Answered, Body } from "./api.js";
import { requireConditional, shown } from "./authenticators.js";
import type { ApiError } from "./errors.js";
import { mayPass, withRetries } from "./requests.js";
import { unlessAborted } from "./signals.js";

export type Options = Answered<"/session/passkey/options", "post">;

/** What a passkey has answered, and what it was asked. */
export interface Answer extends Options {
  readonly credential: Body<"/session/passkey", "post">["credential"];
}

// What is left of a ticket when a browser that waits gets the next one.
const REMAINDER_SECONDS = 30;
// If no answer came, the next one is asked for again after so long.
const REST_SECONDS = 30;

/** Return the answer to the options that `begin` gets. */
export async function answerTo(begin: () => Promise<Options>, signal: AbortSignal
                               ): Promise<Answer> {
  const options = await unlessAborted(signal, begin());
  return { ...options, credential: await shown(options.public_key, signal) };
}

/** Return the answer of the passkey that the person takes, be it after hours: a ticket that is
 *  nearly over is replaced by that of the options that `begin` then gets. */
export async function offered(begin: () => Promise<Options>, signal: AbortSignal
                              ): Promise<Answer> {
  await requireConditional();
  let options = await unlessAborted(signal, begin());
  for (;;) {
    const expires_at = Date.now() + options.ticket_expires_in * 1000;
    const credential = await shownFor(options, signal);
    // A device that slept learns too late that the time is over.
    if (credential && Date.now() < expires_at) return { ...options, credential };
    options = await unlessAborted(signal, renewed(begin, signal));
  }
}

/** Return what a passkey answers while the ticket of `options` is good; then, nothing. */
async function shownFor({ ticket_expires_in, public_key }: Options, signal: AbortSignal
                        ): Promise<Answer["credential"] | undefined> {
  const turn = new AbortController();
  const stop = () => turn.abort();
  const timer = setTimeout(stop, (ticket_expires_in - REMAINDER_SECONDS) * 1000);
  signal.addEventListener("abort", stop);
  try {
    return await shown(public_key, turn.signal, true);
  } catch (error) {
    signal.throwIfAborted();
    if (turn.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** Return the next options. A page that nobody sees asks for none, and one that is seen asks until
 *  an answer comes. */
async function renewed(begin: () => Promise<Options>, signal: AbortSignal): Promise<Options> {
  for (;;) {
    while (document.hidden) {
      await new Promise((resolve) =>
        document.addEventListener("visibilitychange", resolve, { once: true }));
    }
    signal.throwIfAborted();
    try {
      return await withRetries(begin);
    } catch (error) {
      if (!mayPass(error as ApiError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REST_SECONDS * 1000));
  }
}

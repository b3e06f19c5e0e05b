/** Calls to services of one's own, which get the access token. */

import type { Session } from "./session.js";

/** Return a `fetch` that adds the token, and that calls only what is under one of `trusted`. */
export function createFetch(send: typeof globalThis.fetch, clientId: string,
                            trusted: readonly string[], session: Session) {
  return async (address: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = String(address);
    if (!trusted.some((base) => isUnder(base, url))) {
      throw new TypeError(`${url} is under none of ${trusted}, so it does not get the token`);
    }
    let response: Response | undefined;
    return unlessAborted(init.signal, session.withPair(async ({ access_token }) => {
      // Of a first answer nobody reads the body.
      response?.body?.cancel().catch(() => undefined);
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${access_token}`);
      headers.set("x-koms-clientid", clientId);
      return response = await send(url, { ...init, headers });
    }, ({ status }) => status === 401));
  };
}

/** Return the address without slashes at its end. URL would do more, but React Native's does not. */
export function bare(address: string): string {
  if (!/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/.test(address)) {
    throw new TypeError(`${address} is no absolute address without a query`);
  }
  return address.replace(/\/+$/, "");
}

/** Whether `url` leads to `base` or below it, by their texts; what leads up again does not. */
function isUnder(base: string, url: string): boolean {
  const [path] = url.slice(base.length).split(/[?#]/);
  return url.startsWith(base) && /^(\/|$)/.test(path!)
    && !/[\0-\x20\x7f\\]|\/(\.|%2e){1,2}(\/|$)/i.test(path!);
}

/** Return what `work` does, or reject as `fetch` does as soon as `signal` says so. */
async function unlessAborted<T>(signal: AbortSignal | null | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    // Not all platforms give a reason.
    stop = () => reject(signal.reason ?? new Error("aborted"));
    signal.addEventListener("abort", stop);
  });
  if (signal.aborted) stop();
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}

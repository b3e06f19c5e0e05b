/** Calls to services of one's own, which get the access token. */

import type { Credentials } from "./credentials.js";
import type { Session } from "./session.js";
import { unlessAborted } from "./signals.js";

/** Return a `fetch` that adds the token, and that calls only what is under one of `trusted`. */
export function createFetch(send: typeof globalThis.fetch, credentials: Credentials,
                            trusted: readonly string[], session: Session) {
  return async (address: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = String(address);
    if (!trusted.some((base) => isUnder(base, url))) {
      throw new TypeError(`${url} is under none of ${trusted}, so it gets no token`);
    }
    const method = (init.method ?? "GET").toUpperCase();
    let response: Response | undefined;
    return unlessAborted(init.signal, session.withPair(async (pair) => {
      // Of a first answer nobody reads the body.
      response?.body?.cancel().catch(() => undefined);
      const headers = new Headers(init.headers);
      const ours = Object.entries(await credentials.of(method, url, pair));
      for (const [name, value] of ours) headers.set(name, value);
      return response = await send(url, { ...init, method, headers });
    }, isRefused));
  };
}

/** Whether the service did not take the token. One that asks for a fresh or another proof of who the
 *  person is (RFC 9470) would not take the next one either. */
const isRefused = ({ status, headers }: Response): boolean =>
  status === 401 && !/insufficient_user_auth/.test(headers.get("www-authenticate") ?? "");

/** Return the address without slashes at its end. URL would do more, but React Native's does not. */
export function bare(address: string): string {
  if (!/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/.test(address)) {
    throw new TypeError(`${address} is no absolute address`);
  }
  return address.replace(/\/+$/, "");
}

/** Whether `url` leads to `base` or below it, by their texts; what leads up again does not. */
function isUnder(base: string, url: string): boolean {
  const [path] = url.slice(base.length).split(/[?#]/);
  return url.startsWith(base) && /^(\/|$)/.test(path!)
    && !/[\0-\x20\x7f\\]|\/(\.|%2e){1,2}(\/|$)/i.test(path!);
}

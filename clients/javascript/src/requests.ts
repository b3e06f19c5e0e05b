/** One request to the API, and what its answer means. */

import type { Failed } from "./api.js";
import type { Credentials } from "./credentials.js";
import { ApiError } from "./errors.js";
import type { Pair } from "./pairs.js";

/** The answer of the API; `body` is null where it is not a JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly name?: unknown } | null;
  readonly retryAfterSeconds: number | undefined;
}

/** Send a request with the pair `by`; with "key", it opens a session. */
export type Ask = (method: string, path: string, body?: object, by?: Pair | "key"
                   ) => Promise<Answer>;

const TRIES = 3;
const LONGEST_WAIT_SECONDS = 5;

/** Return what sends requests to the API; an answer that takes longer than `timeoutSeconds` is
 *  given up, because a refresh must not be under way for longer than the grace. */
export function createAsk(fetch: typeof globalThis.fetch, baseUrl: string,
                          credentials: Credentials, timeoutSeconds: number): Ask {
  async function ask(method: string, path: string, body?: object, by?: Pair | "key",
                     isLast = false): Promise<Answer> {
    const headers = await credentials.of(method, baseUrl + path, by);
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), timeoutSeconds * 1000);
    let answer: Answer, aheadMs: number;
    try {
      const response = await fetch(baseUrl + path, {
        method,
        headers: { ...headers, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
        // A sign-out is to arrive although the page is left.
        keepalive: method === "delete",
        // A redirect of a captive portal is not followed; not all platforms know "error".
        redirect: "manual",
        // Browsers let one tab wait for another one's request of the same address, which may hang,
        // to see whether its answer can be cached. None of ours can.
        cache: "no-store",
        signal: giveUp.signal,
      });
      aheadMs = Date.parse(response.headers.get("date") ?? "") - Date.now();
      answer = {
        status: response.status,
        body: parsed(await response.text()),
        retryAfterSeconds: Math.max(0, Number(response.headers.get("retry-after"))) || undefined,
      };
    } catch (error) {
      const unreachable = new ApiError("unreachable", "no answer came");
      unreachable.cause = error;
      throw unreachable;
    } finally {
      clearTimeout(timer);
    }
    // This device's clock is wrong, or something on the way has sent the request twice.
    if (isLast || !headers.dpop || answer.body?.name !== "invalid_dpop_proof" || isNaN(aheadMs)) {
      return answer;
    }
    credentials.aheadMs = aheadMs;
    return ask(method, path, body, by, true);
  }

  return ask;
}

function parsed(text: string): Answer["body"] {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

/** Return the body of an answer that says that all went well; throw the ApiError that it is. */
export function bodyOf<T>({ status, body, retryAfterSeconds }: Answer): T {
  if (body && status < 300) return body as T;
  const { name, message, fields, kinds, ticket, ticket_expires_in } = (body ?? {}) as Partial<Failed>;
  if (typeof name === "string") {
    throw new ApiError(name, String(message), status, {
      fields: fields ?? [], kinds: kinds ?? [], ticket, ticketExpiresInSeconds: ticket_expires_in,
      retryAfterSeconds });
  }
  throw new ApiError("unexpected_answer", "the answer is not one of the API's", status);
}

/** Whether the API did not take the access token, rather than a password or a code. */
export const isRefused = ({ body }: Answer): boolean => body?.name === "unauthorized";

/** Return what `attempt` returns, after up to so many tries if only the network or the load of the
 *  service stands in the way. */
export async function withRetries<T>(attempt: () => Promise<T>, most = TRIES): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === most || !(error instanceof ApiError) || !mayPass(error)) throw error;
      const seconds = error.retryAfterSeconds ?? tries / 2;
      if (seconds > LONGEST_WAIT_SECONDS) throw error;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}

/** Whether another try may succeed. A pair of two halves is read anew, so it may. */
export const mayPass = (error: ApiError): boolean =>
  isUnclear(error) || ["throttled", "stale_access_token"].includes(error.name);

/** Whether the request may have taken effect, or not. */
export const isUnclear = ({ name, status }: ApiError): boolean =>
  name === "unreachable" || name === "unexpected_answer" || status >= 500;

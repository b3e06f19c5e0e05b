/** What the address of the page says, and what is taken out of it before anything else happens. */

/** The token of a mailed link; empty if the page was opened without one. */
export const mailedToken: string = takeToken();

/** The name of this page, such as "sign-in". */
export const page: string = location.pathname.split("/").pop()!;

/** The address of the API, which has these pages below it. */
export const baseUrl: string = new URL("..", location.href).href.replace(/\/$/, "");

/** Where this page leads, with what an application has asked for. */
export const withRequest = (name: string): string => name + location.search;

/** Leave for another of these pages, to which nobody comes back: what was typed on this one is not to
 *  be there for the next person. */
export const go = (name: string): void => location.replace(name);

/** Return the token in the fragment. It is taken out of the address at once, and kept by the tab, so
 *  that the page can be loaded anew. A link that is followed on an open page loads it anew, too. */
function takeToken(): string {
  addEventListener("hashchange", () => location.reload());
  const sent = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash) {
    history.replaceState(sent ? { token: sent } : history.state, "",
                         location.pathname + location.search);
  }
  const { token } = (history.state ?? {}) as { token?: unknown };
  return typeof token === "string" ? token : "";
}

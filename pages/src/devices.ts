/** Where the person is signed in. */

import { account } from "./api.js";
import { h, type Child } from "./elements.js";
import { labelled, lonely } from "./forms.js";
import { date, t } from "./language.js";
import { loaded, section } from "./sections.js";
import { settings } from "./settings.js";

type Session = Awaited<ReturnType<typeof account.sessions>>[number];

// The API keeps the beginning of a User-Agent, which names the system.
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"], [/Macintosh|Mac OS/, "Mac"], [/Linux|X11/, "Linux"],
];

let again: () => Promise<void> = async () => undefined;

/** Show the list anew, after something that ends sessions. */
export const devicesChanged = (): void => void again();

/** Return the list; `leave` signs out here. */
export function devicesSection(leave: () => Promise<void>): HTMLElement {
  const [place, reload] = loaded(() => account.sessions(), (sessions): Child[] => [
    h("p", {}, t("sessions.count", { count: sessions.length })),
    h("ul", { class: "list" }, ...sessions.map(item)),
    sessions.length > 1 && lonely(t("sessions.endOthers"), async () => {
      await reload(t("sessions.endedOthers", { count: await account.endOtherSessions() }));
    }),
  ]);
  again = reload;
  return section(t("sessions.title"), place);

  function item(session: Session): HTMLElement {
    const name = nameOf(session.device);
    const since = date(session.created_at);
    const application = session.client_id === settings.clientId ? t("sessions.pages")
      : session.client_id;
    return h("li", {}, h("div", {},
      h("strong", { dir: "auto" }, name), session.current && h("span", { class: "tag" },
                                                               t("sessions.current")),
      h("p", { class: "hint" }, t("sessions.about", { application, address: session.address })),
      h("p", { class: "hint" }, t("sessions.since", { date: since }), " · ",
        t("sessions.used", { date: date(session.refreshed_at) }))),
    labelled(lonely(t("sessions.end"), async () => {
      if (session.current) return leave();
      await account.endSession(session.id);
      await reload(t("sessions.ended"));
    }), t("sessions.endOf", { name, date: since })));
  }
}

function nameOf(device: string): string {
  return SYSTEMS.find(([pattern]) => pattern.test(device))?.[1]
    ?? (device.trim() || t("sessions.unknownDevice"));
}

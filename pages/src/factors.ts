/** Passkeys, the app that makes codes, and recovery codes. */

import type { Factor } from "../../clients/javascript/src/account.js";
import { account, hasPasskeys, passkeys } from "./api.js";
import { h, type Child } from "./elements.js";
import { sure } from "./dialogs.js";
import { codeField } from "./fields.js";
import { labelled, lonely, type Form } from "./forms.js";
import { date, t } from "./language.js";
import { isUnclear } from "./problems.js";
import { withProof } from "./proof.js";
import { qrCode } from "./qr_code.js";
import { showCodes } from "./recovery_codes.js";
import { loaded, opened, section } from "./sections.js";

/** Return the part about factors; `redraw` shows the whole page anew, after recovery codes were
 *  shown in its place. */
export function factorsSection(redraw: () => unknown): HTMLElement {
  const [place, reload] = loaded(() => account.factors(), (factors): Child[] => {
    const app = factors.find(({ kind }) => kind === "totp");
    const recovery = factors.find(({ kind }) => kind === "recovery_codes");
    const made = factors.filter(({ kind }) => kind === "passkey");
    return [...ofPasskeys(made), ...ofApp(app), ...(recovery ? ofRecovery(recovery) : [])];
  }, "tall");

  /** Add something. If it is not clear whether that was done, the list says it. */
  async function adding(add: () => Promise<readonly string[] | undefined>, said: string
                        ): Promise<void> {
    let codes;
    try {
      codes = await withProof(add);
    } catch (error) {
      if (isUnclear(error)) return reload(t("factors.unclear"));
      throw error;
    }
    await added(codes, said);
  }

  /** Show new recovery codes, where there are some; else what has changed. */
  async function added(codes: readonly string[] | undefined, said: string): Promise<void> {
    if (codes?.length) return showCodes(codes, redraw);
    await reload(said);
  }

  function ofPasskeys(made: readonly Factor[]): Child[] {
    if (!hasPasskeys && !made.length) return [];
    return [
      h("h3", {}, t("factors.passkeys")),
      made.length ? h("ul", { class: "list" }, ...made.map(ofPasskey))
        : h("p", { class: "hint" }, t("factors.noPasskeys")),
      hasPasskeys && lonely(t("factors.addPasskey"), async () => {
        await adding(async () => (await passkeys.registerPasskey()).recovery_codes,
                     t("factors.passkeyAdded"));
      }),
    ];
  }

  function ofPasskey({ id, name: own, created_at, last_used_at }: Factor): HTMLElement {
    const name = own ?? "";
    const rename = (): Form => ({
      fields: [{ name: "name", label: t("field.passkeyName"), autocomplete: "off", value: name,
                 missing: t("field.nameMissing") }],
      submit: t("factors.rename"),
      run: async ({ name: next = "" }) => {
        await passkeys.renamePasskey(id, next.trim());
        await reload(t("factors.passkeyRenamed"));
      },
    });
    return h("li", {}, h("div", {}, h("strong", { dir: "auto" }, name),
      h("p", { class: "hint" }, t("factors.added", { date: date(created_at) }), " · ",
        last_used_at ? t("factors.lastUsed", { date: date(last_used_at) })
          : t("factors.neverUsed"))),
    h("div", { class: "row" },
      labelled(opened(t("factors.rename"), () => "", rename),
               t("factors.renameOf", { name })),
      labelled(lonely(t("factors.remove"), () => sure(
        t("factors.removeSure", { name }), t("factors.remove"), async () => {
          await withProof(() => passkeys.deletePasskey(id));
          await reload(t("factors.passkeyRemoved"));
        })), t("factors.removeOf", { name }))));
  }

  function ofApp(app: Factor | undefined): Child[] {
    const title = h("h3", {}, t("factors.app"));
    if (app) {
      return [title, h("p", { class: "hint" }, t("factors.appOn"), " ",
                       t("factors.added", { date: date(app.created_at) })),
              lonely(t("factors.removeApp"), () => sure(
                t("factors.removeAppSure"), t("factors.removeApp"), async () => {
                  await withProof(() => account.deleteTotp());
                  await reload(t("factors.appRemoved"));
                }))];
    }
    const setUp = h("div");
    return [title, h("p", { class: "hint" }, t("factors.appOff")), lonely(t("factors.addApp"),
      async () => {
        const { secret, otpauth_uri } = await withProof(() => account.createTotp());
        const opener = opened(t("factors.confirmApp"), () => "", () => ({
          fields: [codeField(true)], submit: t("factors.confirmApp"), at: { invalid_code: "code" },
          run: ({ code = "" }) => adding(() => account.confirmTotp({ code }), t("factors.appAdded")),
        }));
        setUp.replaceChildren(
          h("p", {}, t("factors.scan")), qrCode(otpauth_uri, t("factors.scanAlt")),
          h("p", {}, t("factors.key")),
          h("p", {}, h("code", { class: "secret", dir: "ltr", translate: "no" }, grouped(secret))), opener);
        opener.querySelector("button")!.click();
      }), setUp];
  }

  function ofRecovery({ left, created_at }: Factor): Child[] {
    return [h("h3", {}, t("factors.recovery")),
            h("p", {}, t("factors.recoveryLeft", { count: left ?? 0 })),
            h("p", { class: "hint" }, t("factors.added", { date: date(created_at) })),
            lonely(t("factors.newCodes"), () => sure(
              t("factors.newCodesSure"), t("factors.newCodes"), async () => {
                const codes = await withProof(() => account.createRecoveryCodes());
                queueMicrotask(() => showCodes(codes, redraw));
              }))];
  }

  return section(t("factors.title"), place);
}

/** Return a key in groups of four, as people read them. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");

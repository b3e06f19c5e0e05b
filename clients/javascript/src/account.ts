/** The second entry point: what people change about their account, and see of it. */

import type { Account } from "./account_interface.js";
import { coreOf } from "./core.js";
import type { ApiError } from "./errors.js";
import type { Client } from "./interface.js";
import { pairOf, type Issued, type Pair } from "./pairs.js";
import { bodyOf, isRefused, isUnclear, withRetries } from "./requests.js";
import { left } from "./store.js";

export type { Account, Factor, ListedSession } from "./account_interface.js";

/** Return the account of whoever uses `client`, which `createClient` has made. */
export function accountOf(client: Client): Account {
  const { ask, store, session, anonymously, asCaller, device, keepDevice, open,
          issueByPassword } = coreOf(client);

  /** Forget the pair if its session is one that the API has ended at our wish. */
  async function forget(isEnded: (pair: Pair) => boolean): Promise<void> {
    await store.change((state) => state.pair && isEnded(state.pair) ? left(state) : state);
  }

  return {
    sessions: async () => (await asCaller("get", "/sessions")).sessions,
    async endSession(id) {
      // An id that changes the path would end other sessions.
      if (!/^[\w-]+$/.test(id ?? "")) throw new TypeError(`${id} is no id of a session`);
      await asCaller("delete", "/sessions/{id}", undefined, `/sessions/${id}`).catch(unlessGone);
      await forget((pair) => pair.sid === id);
    },
    endOtherSessions: async () => (await asCaller("delete", "/sessions")).ended,
    async changePassword(passwords) {
      const { email } = await asCaller("get", "/user");
      return open(() => asCaller("put", "/user/password", passwords).catch(async (error) => {
        if (!isUnclear(error)) throw error;
        // If only the answer was lost, this session has ended, and the new password signs in.
        const issued = await withRetries(() => issueByPassword(email, passwords.new_password))
          .catch(() => { throw error; });
        // The others have ended then, but for those of tries whose answers were lost.
        const pair = pairOf(issued, Date.now());
        await ask("delete", "/sessions", undefined, pair).catch(() => undefined);
        return issued;
      }), true);
    },
    async requestPasswordReset({ email }) {
      await anonymously("post", "/user/password-reset", { email, ...await device() });
    },
    async resetPassword(reset) {
      await keepDevice(await anonymously("put", "/user/password-reset", reset));
    },
    async requestEmailVerification({ email }) {
      await anonymously("post", "/user/email-verification", { email, ...await device() });
    },
    async verifyEmail(link) {
      const path = "/user/email-verification";
      if (link.password === undefined) await asCaller("put", path, link);
      else await open(async () => await anonymously("put", path, link, "key") as Issued);
    },
    async changeEmail(address) {
      await asCaller("put", "/user/email", address);
    },
    confirmEmail: (link) => session.renew(
      (pair) => ask("put", "/user/email/confirmation", link, pair)),
    factors: async () => (await asCaller("get", "/factors")).factors,
    createTotp: () => asCaller("post", "/factors/totp"),
    confirmTotp: async (confirmation) =>
      (await asCaller("put", "/factors/totp", confirmation)).recovery_codes,
    createRecoveryCodes: async () =>
      (await asCaller("post", "/factors/recovery-codes")).recovery_codes,
    async deleteTotp() {
      await asCaller("delete", "/factors/totp").catch(unlessGone);
    },
    export: () => asCaller("get", "/user/export"),
    async leave(confirmation) {
      let user = "";
      bodyOf(await session.withPair((pair) => {
        user = pair.sub;
        return ask("delete", "/user", confirmation, pair);
      }, isRefused));
      await forget((pair) => pair.sub === user);
    },
  };
}

/** Throw what a deletion failed with, unless there was nothing to delete. */
function unlessGone(error: ApiError): void {
  if (error.name !== "not_found") throw error;
}

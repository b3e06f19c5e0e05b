/** The third entry point: passkeys, for pages in browsers that have them. */

import type { Answered, Body } from "./api.js";
import { forget, made, onlyOne } from "./authenticators.js";
import { coreOf } from "./core.js";
import type { ApiError } from "./errors.js";
import type { Client } from "./interface.js";
import { answerTo, offered, type Answer } from "./offers.js";
import type { Passkeys } from "./passkeys_interface.js";
import { unlessAborted } from "./signals.js";

export { arePasskeysSupported } from "./authenticators.js";
export type {
  NewPasskey, Passkey, Passkeys, PasskeySignIn, SignedUp,
} from "./passkeys_interface.js";

/** Return the passkeys of whoever uses `client`, which `createClient` has made. */
export function passkeysOf(client: Client): Passkeys {
  const { ask, session, anonymously, asCaller, keepDevice, open } = coreOf(client);

  return {
    signInWithPasskey: ({ conditional, ticket, signal } = {}) => onlyOne(signal, async (own) => {
      const answer = await (conditional ? offered : answerTo)(
        () => anonymously("post", "/session/passkey/options", ticket ? { ticket } : {}), own);
      // It begins as the person answers, so that it follows what happened while the browser waited.
      return known(answer, open(() => anonymously(
        "post", "/session/passkey", bodyFrom(answer), "key")));
    }),
    registerPasskey: (name) => added(
      () => asCaller("post", "/factors/passkey/options"),
      (made) => asCaller("post", "/factors/passkey", { ...made, ...(name && { name }) })),
    signUpWithPasskey: (link) => added(
      () => anonymously("post", "/user/passkey/options", { token: link.token }),
      async (made) => {
        const [who, issued] = await session.open(
          () => anonymously("post", "/user/passkey", { ...link, ...made }, "key"));
        await keepDevice(issued);
        return { ...who, passkey: issued.passkey, recovery_codes: issued.recovery_codes };
      }),
    reauthenticateWithPasskey: () => onlyOne(undefined, async (own) => {
      const answer = await answerTo(() => asCaller("post", "/session/passkey/options", {}), own);
      await known(answer, session.renew(
        (pair) => ask("put", "/session/passkey", bodyFrom(answer), pair)));
    }),
    renamePasskey: (id, name) =>
      asCaller("put", "/factors/passkey/{id}", { name }, addressOf(id)),
    async deletePasskey(id) {
      await asCaller("delete", "/factors/passkey/{id}", undefined, addressOf(id)).catch(unlessGone);
    },
  };
}

type Begun = Answered<"/factors/passkey/options", "post">;
type Made = Omit<Body<"/factors/passkey", "post">, "name">;

const bodyFrom = ({ ticket, credential }: Answer): Body<"/session/passkey", "post"> =>
  ({ ticket, credential });

/** Return what came of `answer`. If the API does not know the passkey, the browser learns it. */
const known = <T>({ public_key, credential }: Answer, sent: Promise<T>): Promise<T> =>
  sent.catch(async (error: ApiError) => {
    if (error.name === "unknown_passkey") await forget(public_key.rpId, credential.id);
    throw error;
  });

/** Have a passkey made by the options that `begin` gets, and return what comes of it. One that the
 *  API does not take stays on the device, because a lost answer may mean that it was taken. */
const added = <T>(begin: () => Promise<Begun>, send: (made: Made) => Promise<T>): Promise<T> =>
  onlyOne(undefined, async (signal) => {
    const { ticket, public_key } = await unlessAborted(signal, begin());
    return send({ ticket, credential: await made(public_key, signal) });
  });

/** Return the path of a passkey; an id that changes it would be of something else. */
function addressOf(id: string): string {
  if (!/^[\w-]+$/.test(id ?? "")) throw new TypeError(`${id} is no id of a passkey`);
  return `/factors/passkey/${id}`;
}

/** Throw what a removal failed with, unless there was nothing to remove. */
function unlessGone(error: ApiError): void {
  if (error.name !== "not_found") throw error;
}

/** Every method and option of all entry points, and some uses that must not compile. */

import {
  ApiError, createClient, type Client, type FieldError, type Kind, type Listener, type Options,
  type Proof, type SignedIn, type TokenStorage,
} from "session-api-client";
import { accountOf, type Account, type Factor, type ListedSession } from "session-api-client/account";
import { accountPagesOf, type AccountPages, type Start } from "session-api-client/account-pages";
import {
  arePasskeysSupported, passkeysOf, type NewPasskey, type Passkey, type Passkeys,
  type PasskeySignIn, type SignedUp,
} from "session-api-client/passkeys";

const storage: TokenStorage = {
  getItem: async (key: string) => key || null,
  setItem: async () => undefined,
};

const options: Required<Options> = {
  baseUrl: "https://sessions.example.org",
  clientId: "web-app",
  storage,
  possession: false,
  fetch: globalThis.fetch,
  apis: ["https://reports.example.org"],
  timeoutSeconds: 10,
};

const client: Client = createClient(options);
const account: Account = accountOf(client);
const passkeys: Passkeys = passkeysOf(client);
const pages: AccountPages = accountPagesOf(client);
const starts: readonly Required<Start>[] =
  [{ redirectUri: "https://app.example.org/", page: "sign-up", locales: ["de", "en"],
     prompt: "login" }];
const ways: readonly Required<PasskeySignIn>[] =
  [{ conditional: true, ticket: "eyJ", signal: AbortSignal.timeout(1000) }];
const proofs: readonly Proof[] = [{ password: "a loom" }, { code: "287082" }];
const listener: Listener = (who: SignedIn | null) => console.log(who?.userId, who?.sessionId);
const inBrowser: Options = { baseUrl: "https://sessions.example.org", clientId: "web-app", storage: localStorage };

export const used = {
  signUp: async (): Promise<string> => {
    await client.signUp({ email: "ada@example.org" });
    const answer = await client.signUp({ email: "ada@example.org", password: "a loom" });
    return "id" in answer ? answer.id : answer.message;
  },
  signIn: (): Promise<SignedIn> =>
    client.signIn({ email: "ada@example.org", password: "a difference engine" }),
  signInWithCode: (): Promise<SignedIn> => client.signInWithCode({ ticket: "eyJ", code: "287082" }),
  reauthenticate: (): Promise<void>[] => proofs.map((proof) => client.reauthenticate(proof)),
  signOut: (): Promise<void> => client.signOut(),
  user: async (): Promise<readonly string[]> => (await client.user()).roles,
  fetch: (): Promise<Response>[] =>
    [client.fetch("https://reports.example.org/mine"),
     client.fetch(new URL("https://reports.example.org/"), { method: "POST", body: "{}" })],
  onChange: (): (() => void) => client.onChange(listener),
} satisfies Record<keyof Client, () => unknown>;

export const usedOfAccount = {
  sessions: async (): Promise<boolean[]> =>
    (await account.sessions()).map(({ current }: ListedSession) => current),
  endSession: (): Promise<void> => account.endSession("5f1d"),
  endOtherSessions: (): Promise<number> => account.endOtherSessions(),
  changePassword: (): Promise<SignedIn> =>
    account.changePassword({ current_password: "a difference engine", new_password: "a loom" }),
  requestPasswordReset: (): Promise<void> =>
    account.requestPasswordReset({ email: "ada@example.org" }),
  resetPassword: (): Promise<void> =>
    account.resetPassword({ token: "eyJ", new_password: "an analytical engine" }),
  requestEmailVerification: (): Promise<void> =>
    account.requestEmailVerification({ email: "ada@example.org" }),
  verifyEmail: (): Promise<void>[] =>
    [account.verifyEmail({ token: "eyJ" }),
     account.verifyEmail({ token: "eyJ", password: "a loom" })],
  changeEmail: (): Promise<void> => account.changeEmail({ email: "lovelace@example.org" }),
  confirmEmail: (): Promise<void> => account.confirmEmail({ token: "eyJ" }),
  factors: async (): Promise<unknown[]> =>
    (await account.factors()).map(({ id, kind, left }: Factor) => [id, kind, left]),
  createTotp: async (): Promise<string> => {
    const { secret, otpauth_uri } = await account.createTotp();
    return secret + otpauth_uri;
  },
  confirmTotp: async (): Promise<string> => (await account.confirmTotp({ code: "287082" })).join(),
  createRecoveryCodes: (): Promise<readonly string[]> => account.createRecoveryCodes(),
  deleteTotp: (): Promise<void> => account.deleteTotp(),
  export: async (): Promise<string> => (await account.export()).account.email,
  leave: (): Promise<void> => account.leave({ password: "a difference engine" }),
} satisfies Record<keyof Account, () => unknown>;

export const usedOfPasskeys = {
  signInWithPasskey: (): Promise<SignedIn>[] =>
    [passkeys.signInWithPasskey(), ...ways.map((how) => passkeys.signInWithPasskey(how)),
     passkeys.signInWithPasskey({ conditional: arePasskeysSupported() })],
  registerPasskey: async (): Promise<string> => {
    await passkeys.registerPasskey();
    const { id, name, recovery_codes, backed_up }: NewPasskey =
      await passkeys.registerPasskey("phone");
    return [id, name, ...recovery_codes, backed_up].join();
  },
  signUpWithPasskey: async (): Promise<string> => {
    const { userId, sessionId, passkey, recovery_codes }: SignedUp =
      await passkeys.signUpWithPasskey({ token: "eyJ", name: "phone" });
    return [userId, sessionId, passkey.rp_id, ...recovery_codes].join();
  },
  reauthenticateWithPasskey: (): Promise<void> => passkeys.reauthenticateWithPasskey(),
  renamePasskey: async (): Promise<string> => {
    const { name }: Passkey = await passkeys.renamePasskey("an-id", "old phone");
    return name;
  },
  deletePasskey: (): Promise<void> => passkeys.deletePasskey("an-id"),
} satisfies Record<keyof Passkeys, () => unknown>;

export const usedOfPages = {
  start: (): Promise<void>[] => [pages.start(), ...starts.map((how) => pages.start(how))],
  finish: async (): Promise<string | undefined> => {
    const who: SignedIn | null = await pages.finish();
    return who?.userId;
  },
} satisfies Record<keyof AccountPages, () => unknown>;

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return "";
  const faults: readonly FieldError[] = error.fields;
  const wait: number | undefined = error.retryAfterSeconds;
  const kinds: readonly Kind[] = error.kinds;
  const [ticket, seconds]: (string | number | undefined)[] =
    [error.ticket, error.ticketExpiresInSeconds];
  return [error.name, error.status + 1, error.message, wait, ...kinds, ticket, seconds,
          ...faults.map(({ field, message }) => `${field} ${message}`)].join();
}

export function misuse(): unknown[] {
  return [
    // @ts-expect-error A client needs an id.
    createClient({ baseUrl: "https://sessions.example.org" }),
    // @ts-expect-error There is no such option.
    createClient({ ...options, refreshSeconds: 60 }),
    // @ts-expect-error Possession is wanted or not.
    createClient({ ...options, possession: "required" }),
    // @ts-expect-error A storage has to give back what it was given.
    createClient({ ...options, storage: { setItem: () => undefined } }),
    // @ts-expect-error A sign-up needs an address.
    client.signUp({ password: "a loom" }),
    // @ts-expect-error Nobody signs in by name.
    client.signIn({ email: "ada@example.org", password: "a loom", name: "Ada" }),
    // @ts-expect-error The second step needs the ticket of the first one.
    client.signInWithCode({ code: "287082" }),
    // @ts-expect-error One proof is enough.
    client.reauthenticate({ password: "a loom", code: "287082" }),
    // @ts-expect-error The account has methods of its own.
    client.changePassword({ current_password: "a loom", new_password: "an engine" }),
    // @ts-expect-error An account is that of a client.
    accountOf(options),
    // @ts-expect-error The new password is missing.
    account.changePassword({ current_password: "a loom" }),
    // @ts-expect-error The field is called new_password.
    account.resetPassword({ token: "eyJ", password: "a loom" }),
    // @ts-expect-error Who leaves confirms it with the password.
    account.leave(),
    // @ts-expect-error An id is a text.
    account.endSession(5),
    // @ts-expect-error A link has a token.
    passkeys.signUpWithPasskey({ name: "phone" }),
    // @ts-expect-error A passkey needs a name.
    passkeys.renamePasskey("an-id"),
    // @ts-expect-error The browser says how it asks.
    passkeys.signInWithPasskey({ mediation: "silent" }),
    // @ts-expect-error Passkeys are those of a client.
    passkeysOf(account),
    // @ts-expect-error There are two pages to begin with.
    pages.start({ page: "home" }),
    // @ts-expect-error The pages are those of a client.
    accountPagesOf(pages),
    // @ts-expect-error There is no such method.
    client.refresh(),
    // @ts-expect-error The tokens are nobody's business.
    client.onChange((who) => who?.access_token),
    inBrowser,
  ];
}

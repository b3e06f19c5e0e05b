/** Every method and option of the client, and some uses that must not compile. */

import {
  ApiError, createClient, type Client, type FieldError, type Listener, type Options, type SignedIn,
  type TokenStorage,
} from "session-api-client";

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
const listener: Listener = (who: SignedIn | null) => console.log(who?.userId, who?.sessionId);
const inBrowser: Options = { baseUrl: "https://sessions.example.org", clientId: "web-app", storage: localStorage };

export const used = {
  signUp: async (): Promise<string> => {
    const answer = await client.signUp({ email: "ada@example.org", password: "a loom" });
    return "id" in answer ? answer.id : answer.message;
  },
  signIn: (): Promise<SignedIn> =>
    client.signIn({ email: "ada@example.org", password: "a difference engine" }),
  signOut: (): Promise<void> => client.signOut(),
  user: async (): Promise<readonly string[]> => (await client.user()).roles,
  sessions: async (): Promise<boolean[]> =>
    (await client.sessions()).map(({ current }) => current),
  endSession: (): Promise<void> => client.endSession("5f1d"),
  endOtherSessions: (): Promise<number> => client.endOtherSessions(),
  changePassword: (): Promise<SignedIn> =>
    client.changePassword({ current_password: "a difference engine", new_password: "a loom" }),
  requestPasswordReset: (): Promise<void> =>
    client.requestPasswordReset({ email: "ada@example.org" }),
  resetPassword: (): Promise<void> =>
    client.resetPassword({ token: "eyJ", new_password: "an analytical engine" }),
  requestEmailVerification: (): Promise<void> =>
    client.requestEmailVerification({ email: "ada@example.org" }),
  verifyEmail: (): Promise<void>[] =>
    [client.verifyEmail({ token: "eyJ" }),
     client.verifyEmail({ token: "eyJ", password: "a loom" })],
  export: async (): Promise<string> => (await client.export()).account.email,
  leave: (): Promise<void> => client.leave({ password: "a difference engine" }),
  fetch: (): Promise<Response>[] =>
    [client.fetch("https://reports.example.org/mine"),
     client.fetch(new URL("https://reports.example.org/"), { method: "POST", body: "{}" })],
  onChange: (): (() => void) => client.onChange(listener),
} satisfies Record<keyof Client, () => unknown>;

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return "";
  const faults: readonly FieldError[] = error.fields;
  const wait: number | undefined = error.retryAfterSeconds;
  return [error.name, error.status + 1, error.message, wait,
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
    // @ts-expect-error A sign-up needs a password.
    client.signUp({ email: "ada@example.org" }),
    // @ts-expect-error Nobody signs in by name.
    client.signIn({ email: "ada@example.org", password: "a loom", name: "Ada" }),
    // @ts-expect-error The new password is missing.
    client.changePassword({ current_password: "a loom" }),
    // @ts-expect-error The field is called new_password.
    client.resetPassword({ token: "eyJ", password: "a loom" }),
    // @ts-expect-error Who leaves confirms it with the password.
    client.leave(),
    // @ts-expect-error An id is a text.
    client.endSession(5),
    // @ts-expect-error There is no such method.
    client.refresh(),
    // @ts-expect-error The tokens are nobody's business.
    client.onChange((who) => who?.access_token),
    inBrowser,
  ];
}

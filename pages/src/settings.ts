/** What the stage says about itself, in the page that it serves. */

export interface Settings {
  /** The id under which these pages are registered. */
  readonly clientId: string;
  /** What people know the service by. */
  readonly name: string;
  /** The address of a picture that stands for the name; empty if there is none. */
  readonly logo: string;
  readonly passwordMinLength: number;
  /** Whether the stage sends mail, has passkeys, and requires a verified address. */
  readonly mail: boolean;
  readonly passkeys: boolean;
  readonly verifiedEmail: boolean;
}

export const settings = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name="session-api"]')!.content) as Settings;

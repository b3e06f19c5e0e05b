/** A browser with passkeys whose every answer the test gives by hand. */

import { settled } from "./scripted_api.mjs";

export const RP_ID = "example.org";

/** Return what the API answers to whoever begins; nobody but the browser reads more of it. */
export const creation = (ticket = "ticket-1") => ({
  ticket, ticket_expires_in: 300, public_key: { rp: { id: RP_ID }, challenge: `of ${ticket}` } });
export const request = (ticket = "ticket-1") => ({
  ticket, ticket_expires_in: 300, public_key: { rpId: RP_ID, challenge: `of ${ticket}` } });

/** Return the passkey of this id, as a browser writes it. */
export const passkey = (id = "passkey-1") => ({ id, type: "public-key", response: { of: id } });

export const named = (name) => new DOMException(`what Chromium says of ${name}`, name);

export class ScriptedBrowser {
  #asked = [];
  #seen = 0;
  /** The passkeys that it was told to forget. */
  forgotten = [];
  /** Whether it can offer passkeys where it fills in forms. */
  offers = true;
  isHidden = false;

  /** Take the place of the browser until the test is over. */
  install() {
    const browser = this;
    const parsed = (json) => ({ parsed: json });
    define("PublicKeyCredential", {
      parseCreationOptionsFromJSON: parsed, parseRequestOptionsFromJSON: parsed,
      isConditionalMediationAvailable: async () => browser.offers,
      signalUnknownCredential: async (of) => { browser.forgotten.push(of); } });
    define("navigator", { credentials: {
      create: (given) => this.#ask("create", given), get: (given) => this.#ask("get", given) } });
    this.document = new EventTarget();
    Object.defineProperty(this.document, "hidden", { get: () => this.isHidden });
    define("document", this.document);
    return this;
  }

  /** Hide the page, or show it. */
  hide(isHidden) {
    this.isHidden = isHidden;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  #ask(method, { publicKey, signal, mediation }) {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      this.#asked.push({
        method, mediation, signal, options: publicKey.parsed,
        answer: (credential) => resolve(credential && { toJSON: () => credential }),
        fail: (name) => reject(named(name)),
        resolve });
    });
  }

  /** How often it was asked. */
  get count() { return this.#asked.length; }

  /** Return the next demand, which must have been made by now. */
  async next(expected) {
    await settled();
    const demand = this.#asked[this.#seen];
    if (demand?.method !== expected) throw new Error(`${demand?.method} instead of ${expected}`);
    this.#seen += 1;
    return demand;
  }
}

const define = (name, value) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

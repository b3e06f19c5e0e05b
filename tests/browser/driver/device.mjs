/* A device with passkeys, in the place of the one of this machine (Chromium's WebAuthn domain). */

/** What its owner does when a page asks: they show who they are at once. */
const OPTIONS = {
  protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
  isUserVerified: true, automaticPresenceSimulation: true };

export class Device {
  /** Return the device that the pages of this tab find. */
  static async of(tab) {
    const device = new Device();
    device.cdp = await tab.page.context().newCDPSession(tab.page);
    await device.cdp.send('WebAuthn.enable');
    const { authenticatorId } = await device.cdp.send(
      'WebAuthn.addVirtualAuthenticator', { options: OPTIONS });
    device.authenticatorId = authenticatorId;
    return device;
  }

  async #send(method, more) {
    return this.cdp.send(`WebAuthn.${method}`, { authenticatorId: this.authenticatorId, ...more });
  }

  /** Return what it keeps of its passkeys. */
  async passkeys() {
    return (await this.#send('getCredentials')).credentials;
  }

  /** Take over a passkey of another device. */
  async add(credential) {
    await this.#send('addCredential', { credential });
  }

  /** Put an image of the device back in which its counter was `signCount`. */
  async putBack(signCount) {
    const [credential] = await this.passkeys();
    await this.#send('clearCredentials');
    await this.add({ ...credential, signCount });
  }

  /** Whether its owner can show who they are. */
  async verify(isUserVerified) {
    await this.#send('setUserVerified', { isUserVerified });
  }

  /** Whether its owner takes a passkey as soon as a page asks for one. */
  async take(enabled) {
    await this.#send('setAutomaticPresenceSimulation', { enabled });
  }
}

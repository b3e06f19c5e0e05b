/* The mail that the stage has sent, which the emulator keeps. */
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 40_000;
const POLL_MS = 100;

export class Mailbox {
  #seen = 0;

  /** `endpoint` is the emulator's address, `email` that of the mailbox. */
  constructor(endpoint, email) {
    Object.assign(this, { endpoint, email });
  }

  /** Return the address of the next link to this page in a mail, once it is there. */
  async nextLink(page) {
    for (const end = performance.now() + WAIT_MS; performance.now() < end; await sleep(POLL_MS)) {
      const links = (await this.#texts()).flatMap((text) => text.match(/https?:\S+#token=\S+/g) ?? []);
      const link = links.slice(this.#seen).find((one) => one.includes(`/${page}#token=`));
      if (link) {
        this.#seen = links.indexOf(link) + 1;
        return link;
      }
    }
    throw new Error(`No link to ${page} came to ${this.email}`);
  }

  async #texts() {
    const answer = await fetch(`${this.endpoint}/_ministack/ses/messages`);
    const { messages } = await answer.json();
    return Object.values(messages).flat().filter(({ To }) => To[0] === this.email)
      .sort((one, other) => one.Timestamp - other.Timestamp).map(({ BodyText }) => BodyText);
  }
}

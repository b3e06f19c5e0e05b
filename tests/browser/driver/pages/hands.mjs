/* How people use a page: with a mouse, or with a keyboard alone. */
import { activeElement } from './in_page.mjs';

const MOST_TABS = 80;

export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async press(place) {
    await place.click();
  }

  /** Press it twice, whether that is of use or not. */
  async hammer(place) {
    const { x, y, width, height } = await place.boundingBox();
    await this.page.mouse.dblclick(x + width / 2, y + height / 2);
  }

  async type(place, text) {
    await place.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  /** Send the form of this field. */
  async send(field, button) {
    await button.click();
  }
}

/** Everything is reached by Tab and Shift+Tab; `faults` gets what cannot be seen on the way. */
export class Keyboard {
  constructor(page, faults) {
    Object.assign(this, { page, faults });
  }

  async press(place) {
    const isLink = await this.#reach(place);
    await this.page.keyboard.press(isLink ? 'Enter' : 'Space');
  }

  async hammer(place) {
    await this.#reach(place);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('Enter');
  }

  async type(place, text) {
    await this.#reach(place);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  async send(field) {
    await this.#reach(field);
    await this.page.keyboard.press('Enter');
  }

  /** Move the focus there as people do; return whether it is a link. */
  async #reach(place) {
    const target = await place.elementHandle();
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      const found = await this.page.evaluate(activeElement, target);
      if (found.fault) this.faults.add(found.fault);
      if (found.isTarget) return found.isLink;
      await this.page.keyboard.press(found.isBehind ? 'Shift+Tab' : 'Tab');
    }
    throw new Error(`The keyboard does not reach ${place}`);
  }
}

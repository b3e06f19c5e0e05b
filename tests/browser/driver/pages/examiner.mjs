/* Examines each state of a page, or of a part of it, that people come to: once in each language and
 * colour scheme. */
import { readFile } from 'node:fs/promises';

import { axe, misfits, outlines, space } from './in_page.mjs';

const AXE = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf-8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/* 1280 by 1024 pixels at 400 % (WCAG 1.4.10). */
const NARROW = { width: 320, height: 256 };
const examined = new Set();

export class Examiner {
  isOn = true;
  /** How many states this one has examined. */
  states = 0;
  faults = { axe: new Set(), fit: new Set() };

  constructor(scheme) {
    this.scheme = scheme;
  }

  async look(page) {
    if (!this.isOn) return;
    const parts = (await page.evaluate(outlines)).map((part) => `${this.scheme} ${part}`);
    if (parts.every((part) => examined.has(part))) return;
    parts.forEach((part) => examined.add(part));
    this.states += 1;
    const where = await page.title();
    const note = (kind, faults, how = '') => faults.forEach(
      (fault) => this.faults[kind].add(`${where}${how}: ${fault}`));
    if (await page.evaluate('!globalThis.axe')) await page.evaluate(AXE);
    note('axe', await page.evaluate(axe, TAGS));
    const size = page.viewportSize();
    const scrolled = await page.evaluate('scrollY');
    await page.setViewportSize(NARROW);
    note('fit', await page.evaluate(misfits), ', narrow');
    await page.evaluate(space, true);
    note('fit', await page.evaluate(misfits), ', narrow and spaced');
    await page.evaluate(space, false);
    await page.setViewportSize(size);
    await page.evaluate((top) => scrollTo(0, top), scrolled);
  }
}

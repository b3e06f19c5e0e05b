/*
 * What is asked of a page: each of these functions runs in it, and uses nothing from here.
 */

/** Return where the focus is, from the `target`: {isTarget, isBehind, isLink, fault}, where the
 *  fault is why people could not see it (WCAG 2.4.7, 2.4.11). */
export function activeElement(target) {
  const active = document.activeElement;
  if (!active || active === document.body) return { isBehind: false };
  const found = {
    isTarget: active === target, isLink: active.tagName === 'A',
    isBehind: !!(target.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING) };
  const said = active.getAttribute('aria-label') ?? active.labels?.[0]?.textContent
    ?? active.textContent;
  const name = `${active.tagName.toLowerCase()} “${said.trim().slice(0, 40)}”`;
  const { left, top, width, height } = active.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  const { outlineStyle, outlineWidth } = getComputedStyle(active);
  const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  if (!there || !(active.contains(there) || there.contains(active))) {
    found.fault = `${name} has the focus, and cannot be seen`;
  } else if (!isMarked && !/^H[12]$/.test(active.tagName)) {
    found.fault = `${name} has the focus, and does not show it`;
  }
  return found;
}

/** Return what each part of a page looks like without its texts, so that no parts that are alike are
 *  examined twice. */
export function outlines() {
  const kept = ['type', 'role', 'class', 'aria-invalid', 'aria-busy', 'aria-expanded', 'open',
                'aria-disabled', 'aria-pressed'];
  const parts = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    const part = element.closest('section, dialog') ?? document.body;
    if (!parts.has(part)) parts.set(part, [part.querySelector('h1, h2')?.textContent ?? '']);
    parts.get(part).push(element.tagName, ...kept.map((name) => element.getAttribute(name) ?? ''),
                         element.firstChild?.nodeType === Node.TEXT_NODE
                           && !element.matches('.unseen') ? 'text' : '');
  }
  return [...parts.values()].map((part) => `${document.documentElement.lang} ${part.join()}`);
}

/** Return what does not fit into a narrow window: what is beyond its edges, what is cut off, and
 *  what is too small to be pressed (WCAG 1.4.10, 1.4.12, 2.5.8). */
export function misfits() {
  const faults = [];
  const root = document.documentElement;
  const name = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} `
    + `“${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)}”`;
  if (root.scrollWidth > root.clientWidth) {
    faults.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
  }
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!box.width || !box.height || style.visibility === 'hidden' || element.closest('.unseen')
        || element.closest('svg') && element.tagName !== 'svg' || element.tagName === 'OPTION') continue;
    if (box.left < -0.5 || box.right > root.clientWidth + 0.5) {
      faults.push(`${name(element)} is beyond the edge`);
    }
    const isField = ['INPUT', 'SELECT'].includes(element.tagName);
    const scrolls = ['auto', 'scroll'];
    const isInline = style.display === 'inline';
    if (!isField && !isInline && element.tagName !== 'svg') {
      if (element.scrollWidth > element.clientWidth + 1 && !scrolls.includes(style.overflowX)) {
        const [out] = [...element.querySelectorAll('*')].filter((inner) => {
          const { left, right, width } = inner.getBoundingClientRect();
          return width && (left < box.left - 0.5 || right > box.right + 0.5);
        }).slice(-1);
        faults.push(`${name(element)} is cut off at its side, by ${out ? name(out) : 'its text'}`);
      }
      if (element.scrollHeight > element.clientHeight + 1 && !scrolls.includes(style.overflowY)
          && style.overflowY !== 'visible') {
        faults.push(`${name(element)} is cut off below`);
      }
    }
    if (element.matches('a[href], button, input, select')) {
      // A link within a sentence is as high as its line.
      const isInSentence = isInline && element.parentElement.textContent.trim()
        !== element.textContent.trim();
      if (Math.min(box.width, box.height) < 24 && !isInSentence) {
        faults.push(`${name(element)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
      }
    }
  }
  return faults;
}

/** Space the text as people may who read it more easily then (WCAG 1.4.12), or no longer. */
export function space(isOn) {
  if (!isOn) {
    document.adoptedStyleSheets = [];
    return;
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}

/** Return what axe-core finds; its source was run in the page before. */
export async function axe(tags) {
  const { violations } = await globalThis.axe.run(document, {
    runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map(
    ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}

/** A QR code as one path of a picture, without markup and without a style. */

import { generate } from "lean-qr";

const SVG = "http://www.w3.org/2000/svg";
// ISO/IEC 18004 wants four modules of white around it.
const QUIET = 4;

export function qrCode(text: string, label: string): SVGSVGElement {
  const code = generate(text);
  const picture = document.createElementNS(SVG, "svg");
  const side = code.size + 2 * QUIET;
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    }
  }
  const dark = document.createElementNS(SVG, "path");
  dark.setAttribute("d", path);
  for (const [name, value] of [["viewBox", `0 0 ${side} ${side}`], ["role", "img"],
                               ["aria-label", label], ["class", "qr-code"]]) {
    picture.setAttribute(name!, value!);
  }
  picture.append(dark);
  return picture;
}

/**
 * Text widths without a screen. The core lays out before anything is drawn, and in the command line
 * nothing ever is, so widths are estimated from classes of letters of common interface fonts, a
 * little on the wide side.
 */
const narrow = new Set('iIljtf.,:;\'|!()[]{}/\\ ·`'.split(''));
const wide = new Set('mwMWOQGCDHNUAVRBKPXYZ%@#…—'.split(''));

/** The estimated width in px of a text in a font of `size` px; `bold` adds what semi-bold letters take. */
export function textWidth(text: string, size: number, bold = false): number {
  let units = 0;
  for (const letter of text) {
    if (narrow.has(letter)) units += 0.34;
    else if (wide.has(letter)) units += 0.74;
    // CJK and most symbols are as wide as they are high.
    else units += (letter.codePointAt(0) ?? 0) > 0x2e80 ? 1 : 0.575;
  }
  return units * size * (bold ? 1.06 : 1);
}

/** The text, or its longest start that fits `width` px, with an ellipsis. */
export function fitText(text: string, width: number, size: number, bold = false): string {
  const line = text.replace(/\s+/g, ' ');
  if (textWidth(line, size, bold) <= width) return line;
  const letters = [...line];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size, bold) > width) letters.pop();
  return `${letters.join('')}…`;
}

/**
 * Text widths without a screen. The core lays out before anything is drawn, and in the command line
 * nothing ever is, so widths are estimated from classes of letters of common interface fonts, on the
 * wide side: a box with room to spare reads better than a text that leaves its box.
 */
const narrow = new Set("iIljtf.,:;'|!()[]{}/\\ ·`".split(''));
const wide = new Set('mwMWOQGCDHNUAVRBKPXYZ%@#…—'.split(''));

/** The estimated width in px of a text in a font of `size` px; `bold` adds what semi-bold letters take. */
export function textWidth(text: string, size: number, bold = false): number {
  let units = 0;
  for (const letter of text) {
    if (narrow.has(letter)) units += 0.35;
    else if (wide.has(letter)) units += 0.78;
    // CJK and most symbols are as wide as they are high.
    else units += (letter.codePointAt(0) ?? 0) > 0x2e80 ? 1 : 0.6;
  }
  return units * size * (bold ? 1.1 : 1);
}

/**
 * The text, or as much of it as fits `width` px, with an ellipsis in its middle: long addresses
 * begin alike, what tells them apart stands at the end.
 */
export function fitText(text: string, width: number, size: number, bold = false): string {
  const line = text.replace(/\s+/g, ' ');
  if (textWidth(line, size, bold) <= width) return line;
  const letters = [...line];
  let kept = letters.length - 1;
  const cut = (): string => {
    const head = Math.ceil(kept * 0.45);
    return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (kept - head)).join('')}`;
  };
  while (kept > 1 && textWidth(cut(), size, bold) > width) kept--;
  return kept > 1 ? cut() : '…';
}

/** Characters in one block. The browser lays out only the blocks in sight. */
const BLOCK = 16_384;

/** Pieces of a text, cut behind line breaks where there are any near. */
export function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + BLOCK);
    if (end < text.length) {
      const line = text.lastIndexOf('\n', end - 1);
      if (line >= at) end = line + 1;
      // A character of two units stays whole.
      else if (isLowSurrogate(text.charCodeAt(end))) end++;
    }
    blocks.push(text.slice(at, end));
    at = end;
  }
  return blocks;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

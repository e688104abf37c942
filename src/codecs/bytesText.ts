/** Bytes as text for the screen. Every function does bounded work on any payload. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as UTF-8 text, at most `limit` bytes of them; undefined where they are not UTF-8. A cut
 * through a character leaves that character out.
 */
export function utf8(bytes: Uint8Array, limit = Infinity): string | undefined {
  let end = Math.min(bytes.length, limit);
  if (end < bytes.length) {
    // Continuation bytes are 10xxxxxx; a character has at most three of them.
    for (let n = 0; n < 3 && end > 0 && (bytes[end]! & 0xc0) === 0x80; n++) end--;
  }
  try {
    return decoder.decode(bytes.subarray(0, end));
  } catch {
    return undefined;
  }
}

/** `00000000  48 65 6c 6c 6f 20 77 6f  72 6c 64  Hello world`, sixteen bytes a line. */
export function hexDump(bytes: Uint8Array, limit: number): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, limit);
  for (let at = 0; at < end; at += 16) {
    let hex = '';
    let ascii = '';
    for (let n = 0; n < 16; n++) {
      if (n === 8) hex += ' ';
      const b = at + n < end ? bytes[at + n]! : undefined;
      hex += b === undefined ? '   ' : `${HEX[b]} `;
      if (b !== undefined) ascii += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.';
    }
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex} ${ascii}`);
  }
  if (bytes.length > end) lines.push(`… ${bytes.length - end} more bytes are not shown`);
  return lines.join('\n');
}

/** `0a 1b 2c …`, for a line of its own. */
export function hexLine(bytes: Uint8Array, limit: number): string {
  let line = '';
  for (let n = 0; n < Math.min(bytes.length, limit); n++) line += `${n > 0 ? ' ' : ''}${HEX[bytes[n]!]}`;
  return bytes.length > limit ? `${line} …` : line;
}

const HEX = Array.from({ length: 256 }, (_, b) => b.toString(16).padStart(2, '0'));

/**
 * Text on one line, cut at `limit` characters: white space becomes single spaces, and characters
 * that would change how other text is drawn (controls, direction marks) become visible.
 */
export function oneLine(text: string, limit: number): string {
  const short = text
    .slice(0, limit * 4)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '�');
  if (short.length <= limit && text.length <= limit * 4) return short;
  const cut = short.slice(0, limit);
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/**
 * A file's text without its byte order mark. UTF-8, or UTF-16 where a mark says so. Undefined for
 * what is no text: bytes that are not valid, or a NUL, which no text format of ours allows.
 * @param cut true if `bytes` is only a file's beginning, which may end inside a character.
 */
export function decode(bytes: Uint8Array, cut = false): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return decodeAs('utf-16le', bytes.subarray(2), cut);
  if (a === 0xfe && b === 0xff) return decodeAs('utf-16be', bytes.subarray(2), cut);
  const start = a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
  return decodeAs('utf-8', bytes.subarray(start), cut);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeAs(encoding: string, bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    // A decoder of a beginning keeps what it waits for, so that only those of whole texts can be used again.
    const text = encoding === 'utf-8' && !cut ? utf8.decode(bytes)
      : new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

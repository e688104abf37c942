/** A search for text in bytes: UTF-8, without regard to the case of ASCII letters unless it matters. */
export interface Needle {
  /** Whether the bytes from `from` up to `to` contain it. */
  isIn(bytes: Uint8Array, from: number, to: number): boolean;
}

const FOLD = Uint8Array.from({ length: 256 }, (_, b) => (b >= 0x41 && b <= 0x5a ? b + 0x20 : b));
const AS_IT_IS = Uint8Array.from({ length: 256 }, (_, b) => b);

export function needle(text: string, matchCase = false): Needle {
  const fold = matchCase ? AS_IT_IS : FOLD;
  const wanted = Uint8Array.from(Buffer.from(text, 'utf8'), (b) => fold[b]!);
  const first = wanted[0] ?? 0;
  const upper = !matchCase && first >= 0x61 && first <= 0x7a ? first - 0x20 : first;
  const rest = wanted.length;
  return {
    isIn(bytes, from, to) {
      const last = to - rest;
      for (let at = from; at <= last; at++) {
        const b = bytes[at]!;
        if (b !== first && b !== upper) continue;
        let n = 1;
        while (n < rest && fold[bytes[at + n]!] === wanted[n]) n++;
        if (n >= rest) return true;
      }
      return false;
    },
  };
}

/** A small seeded generator (mulberry32), so that a failing mutation can be made again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const bits = [
  '"', "'", '{', '}', '[', ']', ':', ',', '\n', '\r\n', '\t', '  ', '#', '-', '&a', '*a', '<<', '|', '>', '\\', '\\u', '$ref',
  '#/', '${', '}}', '\u0000', '\uFEFF', '\uD83D', 'null', 'true', '-1', '1e999', '=', '(', ')*', '%ZZ', '~1', '/*', '//', '',
];

/** The text with a few edits such as typing, cutting and pasting make. */
export function mutate(text: string, random: () => number): string {
  let result = text;
  for (let i = 0, edits = 1 + Math.floor(random() * 4); i < edits; i++) {
    const at = Math.floor(random() * (result.length + 1));
    const size = Math.floor(random() ** 3 * 60);
    const from = Math.floor(random() * (result.length + 1));
    const bit = bits[Math.floor(random() * bits.length)] ?? '';
    switch (Math.floor(random() * 5)) {
      case 0: result = result.slice(0, at) + bit + result.slice(at); break;
      case 1: result = result.slice(0, at) + result.slice(at + size); break;
      case 2: result = result.slice(0, at) + result.slice(from, from + size) + result.slice(at); break;
      case 3: result = result.slice(0, at) + bit + result.slice(at + size); break;
      default: result = result.slice(0, at);
    }
    if (result === '') result = text;
  }
  return result;
}

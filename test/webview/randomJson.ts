/** A JSON object by seed: nested, with odd names. The same seed gives the same one. */
export function randomFrom(seed: number): unknown {
  let state = seed * 2_654_435_761;
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0;
    return Math.abs(state) % below;
  };
  const names = ['a', 'b c', '/', '~', 'é', '"', '', '0'];
  const make = (depth: number): unknown => {
    switch (depth > 4 ? next(4) : next(7)) {
      case 0:
        return next(1000) / 8;
      case 1:
        return ['', 'x\ny', '{"no": [tree]}', '𝄞\\'][next(4)];
      case 2:
        return [true, false, null][next(3)];
      case 3:
        return -1 - next(5);
      case 4:
        return Array.from({ length: next(4) }, () => make(depth + 1));
      default:
        return Object.fromEntries(Array.from({ length: next(5) }, () => [names[next(names.length)]!, make(depth + 1)]));
    }
  };
  return { value: make(0) };
}

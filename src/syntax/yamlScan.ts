/** The first offset from `at` on that is neither blank nor comment (nor, with `commas`, a comma). */
export function skipBlank(source: string, at: number, commas = false): number {
  for (let i = at; ; i++) {
    const c = source.charCodeAt(i);
    if (c === 32 || c === 10 || c === 13 || c === 9 || (commas && c === 44)) continue;
    if (c !== 35) return i;
    while (i + 1 < source.length && source[i + 1] !== '\n' && source[i + 1] !== '\r') i++;
  }
}

/** A block scalar ends behind its last line with content, or behind its header if it has none. */
export function blockScalarEnd(source: string, start: number, valueEnd: number): number {
  let end = valueEnd;
  while (end > start + 1 && /\s/.test(source[end - 1] ?? '')) end--;
  const header = /^[|>][-+0-9]*/.exec(source.slice(start, start + 4))?.[0].length ?? 1;
  return /[\n\r]/.test(source.slice(start, end)) ? end : start + header;
}

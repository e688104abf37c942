/** A coloured piece of pretty-printed JSON: UTF-16 offsets, half-open. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word';
  readonly start: number;
  readonly end: number;
}

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** The tokens of a JSON text, at most `limit` of them: the rest of a huge text stays plain. */
export function jsonTokens(json: string, limit: number): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(json); match && tokens.length < limit; match = token.exec(json)) {
    const [, text, colon, number] = match;
    const start = match.index;
    if (text !== undefined)
      tokens.push({ kind: colon === undefined ? 'string' : 'key', start, end: start + text.length });
    else tokens.push({ kind: number === undefined ? 'word' : 'number', start, end: start + match[0].length });
  }
  return tokens;
}

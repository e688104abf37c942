/**
 * JSON laid out by its text alone: numbers and strings stay as they were written, since a number
 * of 64 bits would be rounded on its way through JavaScript. One pass without recursion, so that
 * neither size nor depth of a hostile payload can do harm.
 */
export interface JsonLayout {
  readonly text: string;
  /** True where the text ended within the document. */
  readonly unfinished: boolean;
}

/** Deeper levels are not indented further, or nesting alone would make the output quadratic. */
const MAX_INDENT = 40;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
// A string up to its end; control characters are not allowed in it (RFC 8259 §7).
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Lays out an object or array, or says undefined where the text is not JSON.
 * @param cut the text is only the beginning of a document: its end is not asked for
 */
export function layOutJson(text: string, cut = false): JsonLayout | undefined {
  const out: string[] = [];
  const closers: ('}' | ']')[] = [];
  let at = skip(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  if (text[at] !== '{' && text[at] !== '[') return undefined;
  const line = (): void => void out.push('\n', '  '.repeat(Math.min(closers.length, MAX_INDENT)));
  const ended = (): JsonLayout | undefined => (cut ? { text: out.join(''), unfinished: true } : undefined);

  /** What may come next: a value, a key (or the end of an empty object), or what follows a value. */
  let expects: 'value' | 'first-value' | 'key' | 'first-key' | 'after' = 'value';
  for (;;) {
    at = skip(text, at);
    const c = text[at];
    if (c === undefined)
      return expects === 'after' && closers.length === 0
        ? { text: out.join(''), unfinished: false }
        : ended();
    if (expects === 'after') {
      const closer = closers.at(-1);
      if (closer === undefined) return undefined;
      if (c === ',') {
        out.push(',');
        line();
        expects = closer === '}' ? 'key' : 'value';
      } else if (c === closer) {
        closers.pop();
        line();
        out.push(c);
      } else {
        return undefined;
      }
      at++;
      continue;
    }
    if ((expects === 'first-key' && c === '}') || (expects === 'first-value' && c === ']')) {
      closers.pop();
      // An empty object or array stays on its line: take back the line break.
      out.length -= 2;
      out.push(c);
      at++;
      expects = 'after';
      continue;
    }
    if (expects === 'key' || expects === 'first-key') {
      const key = match(STRING, text, at);
      if (key === undefined) return openEnd(text, at) ? ended() : undefined;
      at = skip(text, at + key.length);
      if (text[at] === undefined) return ended();
      if (text[at] !== ':') return undefined;
      out.push(key, ': ');
      at++;
      expects = 'value';
      continue;
    }
    if (c === '{' || c === '[') {
      closers.push(c === '{' ? '}' : ']');
      out.push(c);
      line();
      at++;
      expects = c === '{' ? 'first-key' : 'first-value';
      continue;
    }
    const scalar = c === '"' ? match(STRING, text, at) : (match(NUMBER, text, at) ?? match(WORD, text, at));
    if (scalar === undefined) return openEnd(text, at) ? ended() : undefined;
    out.push(scalar);
    at += scalar.length;
    expects = 'after';
  }
}

/** Indenting multiplies a text: longer ones stay as they came. */
export const LAYOUT_LIMIT = 512 * 1024;

/** JSON laid out where it is an object or array of bearable length, else as it is. */
export function jsonForShow(text: string): string {
  return text.length > LAYOUT_LIMIT ? text : (layOutJson(text)?.text ?? text);
}

/** Whether a token that does not match could be one that the cut went through. */
function openEnd(text: string, at: number): boolean {
  return text[at] === '"' ? !/(?<!\\)(?:\\\\)*"/.test(text.slice(at + 1)) : text.length - at < 6;
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const end = pattern.test(text) ? pattern.lastIndex : -1;
  return end < 0 ? undefined : text.slice(at, end);
}

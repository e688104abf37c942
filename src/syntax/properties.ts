import type { Comment, Entry, ScalarNode, SyntaxProblem, SyntaxTree } from './tree';

export interface PropertiesTree extends SyntaxTree {
  readonly comments: readonly Comment[];
}

/**
 * Parses Java properties (java.util.Properties, "line-oriented format") into one map with flat keys
 * (`ssl.keystore.password`). Values are text, as they are to Java; an empty value is an entry without
 * value. Ranges are of the raw text, `text` has escapes and continuations resolved. Never throws.
 */
export function parseProperties(text: string): PropertiesTree {
  const entries: Entry[] = [];
  const problems: SyntaxProblem[] = [];
  const comments: Comment[] = [];
  const seen = new Set<string>();
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, at)) {
    const first = text[at];
    if (first === '#' || first === '!') {
      const end = lineEnd(text, at);
      comments.push({ start: at, end, text: text.slice(at + 1, end).trim() });
      at = end;
      continue;
    }
    const end = logicalEnd(text, at);
    const entry = readEntry(text, at, end, problems);
    if (seen.has(entry.key.text)) {
      problems.push({
        code: 'syntax/duplicate-key',
        start: entry.key.start,
        end: entry.key.end,
        message: `The key "${entry.key.text}" stands twice in this file; only the last one counts. Remove one of them.`,
      });
    }
    seen.add(entry.key.text);
    entries.push(entry);
    at = end;
  }
  const start = entries[0]?.key.start ?? 0;
  const end = entries.at(-1)?.end ?? start;
  return { roots: [{ kind: 'map', start, end, entries, flow: false }], problems, comments };
}

function readEntry(text: string, start: number, end: number, problems: SyntaxProblem[]): Entry {
  let keyEnd = start;
  while (keyEnd < end && !/[=:\s]/.test(text[keyEnd] ?? '')) keyEnd += text[keyEnd] === '\\' ? 2 : 1;
  keyEnd = Math.min(keyEnd, end);
  let at = skipInside(text, keyEnd, end);
  let colon: number | undefined;
  if (text[at] === '=' || text[at] === ':') {
    if (at < end) colon = ++at;
    at = skipInside(text, at, end);
  }
  const key = scalar(text, start, keyEnd, problems);
  if (at >= end)
    return { key, value: undefined, end: colon ?? keyEnd, ...(colon === undefined ? {} : { colon }) };
  return { key, value: scalar(text, at, end, problems), end, ...(colon === undefined ? {} : { colon }) };
}

function scalar(text: string, start: number, end: number, problems: SyntaxProblem[]): ScalarNode {
  const value = unescape(text, start, end, problems);
  return { kind: 'scalar', start, end, value, text: value, style: 'plain' };
}

function unescape(text: string, start: number, end: number, problems: SyntaxProblem[]): string {
  const raw = text.slice(start, end);
  if (!raw.includes('\\')) return raw;
  return raw.replace(
    /\\(?:\r\n|[\n\r])[ \t\f]*|\\u([0-9a-fA-F]{4})|\\([^])/g,
    (whole, hex, other, at: number) => {
      if (typeof hex === 'string') return String.fromCharCode(Number.parseInt(hex, 16));
      if (typeof other !== 'string') return '';
      if (other === 'u') {
        problems.push({
          code: 'syntax/properties',
          start: start + at,
          end: Math.min(end, start + at + whole.length),
          message: 'The escape \\u needs four hexadecimal digits; Java refuses the whole file.',
        });
      }
      return escapes[other] ?? other;
    },
  );
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function skipBlank(text: string, at: number): number {
  while (at < text.length && /[ \t\f\n\r]/.test(text[at] ?? '')) at++;
  return at;
}

/** Skips blanks, and a continuation with the blanks that begin its next line. */
function skipInside(text: string, at: number, end: number): number {
  for (;;) {
    while (at < end && /[ \t\f]/.test(text[at] ?? '')) at++;
    const next = /^\\(?:\r\n|[\n\r])/.exec(text.slice(at, at + 3));
    if (next === null || at >= end) return at;
    at += next[0].length;
  }
}

function lineEnd(text: string, at: number): number {
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/** The end of a line with its continuations: a line break behind an odd number of backslashes goes on. */
function logicalEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = lineEnd(text, at);
    let slashes = 0;
    while (end - slashes > at && text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0 || end >= text.length) return end;
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
  }
}

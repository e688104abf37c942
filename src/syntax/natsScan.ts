import type { ScalarNode } from './tree';

/** A stretch of text; `end` is behind its last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What ends a value, a key or an entry of a list, apart from a comment. */
const enders = new Set(['\n', '\r', ' ', '\t', ';', ',', ']', '}', '\'', '']);
const keyEnders = new Set([...enders, ':', '=', '{', '[', '"', '\f', '\v']);

export function isBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

export function skipBlanks(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

export function lineEnd(text: string, at: number): number {
  while (at < text.length && !isBreak(text[at])) at++;
  return at;
}

/**
 * True where a comment begins. The server takes a `#` at the place of a value for text; with a blank behind
 * it nobody means a password, so that it counts as a comment there, too.
 */
export function isComment(text: string, at: number, asValue = false): boolean {
  const sign = text[at] === '#' ? 1 : text.startsWith('//', at) ? 2 : 0;
  return sign > 0 && (!asValue || /^(\s|$)/.test(text.slice(at + sign, at + sign + 1)));
}

/** The end of a template's expression (`{{ … }}`, `{% … %}`) that begins here, at most that of its line. */
export function templateEnd(text: string, at: number): number | undefined {
  const close = text.startsWith('{{', at) ? '}}' : text.startsWith('{%', at) ? '%}' : undefined;
  if (close === undefined) return undefined;
  let end = at + 2;
  while (end < text.length && !isBreak(text[end]) && !text.startsWith(close, end)) end++;
  return text.startsWith(close, end) ? end + 2 : end;
}

/** The next quote on this line, or -1. Looks no further than it must: a line may be all quotes. */
function closingQuote(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && !isBreak(text[at]) && text[at] !== quote) at++;
  return text[at] === quote ? at : -1;
}

/** A key: quoted without escapes, or up to a blank, a separator or a bracket. */
export function readKey(text: string, start: number): ScalarNode {
  const quote = text[start];
  if (quote === '"' || quote === '\'') {
    const close = closingQuote(text, start + 1, quote);
    const end = close < 0 ? lineEnd(text, start) : close + 1;
    const content = text.slice(start + 1, close < 0 ? end : end - 1);
    return {
      kind: 'scalar', start, end, value: content, text: content, style: quote === '"' ? 'double' : 'single',
    };
  }
  let end = start;
  while (!keyEnders.has(text[end] ?? '')) end++;
  return plain(text, start, Math.max(end, start + 1));
}

/** A value in single quotes, which has no escapes; one that is not closed ends with its line. */
export function readSingle(text: string, start: number): { node: ScalarNode; closed: boolean } {
  const close = closingQuote(text, start + 1, '\'');
  const end = close < 0 ? lineEnd(text, start) : close + 1;
  const content = text.slice(start + 1, close < 0 ? end : end - 1);
  return {
    node: { kind: 'scalar', start, end, value: content, text: content, style: 'single' }, closed: close >= 0,
  };
}

/** A value in double quotes with its escapes: `\t`, `\n`, `\r`, `\"`, `\\` and `\xFF`. */
export function readDouble(text: string, start: number): { node: ScalarNode; closed: boolean } {
  let at = start + 1;
  while (at < text.length && !isBreak(text[at]) && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  at = Math.min(at, text.length);
  const closed = text[at] === '"';
  const content = unescape(text.slice(start + 1, at));
  const end = closed ? at + 1 : at;
  return {
    closed, node: { kind: 'scalar', start, end, value: content, text: content, style: 'double' },
  };
}

/** A block `( … )`: everything up to a line that holds the closing parenthesis and nothing else. */
export function readBlock(text: string, start: number): { node: ScalarNode; closed: boolean } {
  const close = /[\r\n]\)(?=[\r\n]|$)/g;
  close.lastIndex = start + 1;
  const found = close.exec(text);
  const end = found === null ? lineEnd(text, start) : found.index + 2;
  const content = text.slice(start + 1, found === null ? end : end - 1);
  return {
    closed: found !== null,
    node: { kind: 'scalar', start, end, value: content, text: content, style: 'block' },
  };
}

const placeholder = /^\$\{[^}\r\n]*\}/;

/** A value without quotes: a boolean, a number with or without a unit, a variable or text. */
export function readBare(text: string, start: number): ScalarNode {
  let at = start;
  while (at < text.length) {
    const char = text[at] ?? '';
    const template = char === '{' ? templateEnd(text, at) : undefined;
    // `${NAME}` is no variable of the server, but of tools that fill in its file.
    const brace = text.startsWith('${', at) ? placeholder.exec(text.slice(at, at + 200))?.[0].length ?? 0 : 0;
    if (template !== undefined) at = template;
    else if (brace > 0) at += brace;
    else if (enders.has(char)) break;
    else at += char === '\\' && at + 1 < text.length && !isBreak(text[at + 1]) ? 2 : 1;
  }
  return plain(text, start, at);
}

function plain(text: string, start: number, end: number): ScalarNode {
  const raw = text.slice(start, end);
  const content = raw.includes('\\') ? unescape(raw) : raw;
  return { kind: 'scalar', start, end, value: valueOf(content), text: content, style: 'plain' };
}

/** `k` is 1000 and `kb`, `ki`, `kib` are 1024, and so on up to `e` (conf/parse.go). */
const powers = ['k', 'm', 'g', 't', 'p', 'e'];

function valueOf(text: string): string | number | boolean {
  if (/^(true|yes|on)$/i.test(text)) return true;
  if (/^(false|no|off)$/i.test(text)) return false;
  const number = /^(-?\d{1,18}(?:\.\d{1,18})?)(?:([kmgtpe])([bi]{0,2}))?$/i.exec(text);
  if (number === null) return text;
  const power = powers.indexOf((number[2] ?? '').toLowerCase()) + 1;
  return Number(number[1]) * (number[3] ? 1024 : 1000) ** power;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

function unescape(raw: string): string {
  return raw.replace(/\\(?:x([0-9a-fA-F]{2})|([^]))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? (escapes[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)));
}

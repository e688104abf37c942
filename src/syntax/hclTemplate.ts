import { opaqueSpan, parseExpression } from './hclExpression';
import type { HclExpression, HclTemplate } from './hclNodes';
import type { HclCursor } from './hclScan';
import type { ScalarNode } from './tree';

type Part = string | HclExpression;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** A quoted text at its opening quote. It ends with its line at the latest, as HCL's grammar has it. */
export function parseQuoted(c: HclCursor): ScalarNode | HclTemplate {
  const start = c.at;
  c.at++;
  const parts: Part[] = [];
  let text = '';
  for (;;) {
    const ch = c.peek();
    if (ch === '' || ch === '\n') {
      if (c.text[c.at - 1] === '\r' && c.at - 1 > start) c.at--;
      c.problem('This text is not closed by a double quote.', start, c.at);
      break;
    }
    if (ch === '"') {
      c.at++;
      break;
    }
    if (ch === '\\') text += escape(c);
    else if (c.take('$${')) text += '${';
    else if (c.take('%%{')) text += '%{';
    else if (c.startsWith('${') || c.startsWith('%{')) {
      if (text !== '') parts.push(text);
      text = '';
      parts.push(sequence(c));
    } else {
      text += ch;
      c.at++;
    }
  }
  return finish(parts, text, start, c.at, 'double');
}

function escape(c: HclCursor): string {
  const from = c.at;
  const kind = c.peek(1);
  const digits = kind === 'u' ? 4 : kind === 'U' ? 8 : 0;
  if (digits > 0) {
    const code = c.text.slice(from + 2, from + 2 + digits);
    const value = /^[0-9a-fA-F]+$/.test(code) && code.length === digits ? parseInt(code, 16) : -1;
    if (value >= 0 && value <= 0x10ffff && from + 2 + digits <= c.end) {
      c.at += 2 + digits;
      return String.fromCodePoint(value);
    }
  }
  const known = escapes[kind];
  if (known !== undefined) {
    c.at += 2;
    return known;
  }
  c.at++;
  c.problem('HCL knows no such escape; write \\\\ for a backslash.', from, from + 1);
  return '\\';
}

/** `${…}` or `%{…}`. A directive (`%{ if }`) is not evaluated: it makes the whole text unknown. */
function sequence(c: HclCursor): HclExpression {
  const start = c.at;
  const directive = c.peek() === '%';
  c.at += 2;
  c.take('~');
  if (directive) {
    toBrace(c);
    return { kind: 'opaque', start, end: c.at, parts: [] };
  }
  c.skip(true);
  const inner = parseExpression(c, true);
  c.skip(true);
  c.take('~');
  if (c.take('}')) return inner;
  const fault = c.at;
  toBrace(c);
  c.problem('A "}" is missing behind this expression.', start, Math.max(fault, start + 2));
  return opaqueSpan(start, c.at, [inner]);
}

/** To the brace that closes, or the end of the line. */
function toBrace(c: HclCursor): void {
  let open = 0;
  while (!c.done && c.peek() !== '\n') {
    const ch = c.peek();
    if (ch === '"' && open === 0) return;
    c.at++;
    if (ch === '{') open++;
    else if (ch === '}' && open-- === 0) return;
  }
}

const opening = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/uy;

/** A heredoc at `<<`, or undefined if there is none. Its node is its lines, without the marks around them. */
export function parseHeredoc(c: HclCursor): ScalarNode | HclTemplate | undefined {
  opening.lastIndex = c.at;
  const head = opening.exec(c.text);
  if (head === null || c.at + head[0].length > c.end) return undefined;
  const mark = head[2] ?? '';
  const markAt = c.at;
  const start = c.at + head[0].length;
  let line = start;
  let close = -1;
  while (line < c.end) {
    const next = c.text.indexOf('\n', line);
    const lineEnd = next < 0 || next > c.end ? c.end : next;
    if (c.text.slice(line, Math.min(lineEnd, line + mark.length + 400)).trim() === mark) {
      close = line;
      break;
    }
    line = lineEnd + 1;
  }
  const rest = close < 0 ? c.nextTopHeader(start) : close;
  const end = close < 0 ? rest : Math.max(start, close - 1);
  if (close < 0) {
    c.problem(`This text is not closed by a line with ${mark}.`, markAt, markAt + head[0].trimEnd().length);
  }
  const node = lines(c, start, end, head[1] === '-');
  c.at = close < 0 ? rest : c.text.indexOf(mark, close) + mark.length;
  return node;
}

function lines(c: HclCursor, start: number, end: number, indented: boolean): ScalarNode | HclTemplate {
  const raw = c.text.slice(start, end);
  if (!raw.includes('${') && !raw.includes('%{')) {
    const value = indented ? dedent(raw) : raw;
    return { kind: 'scalar', style: 'block', value, text: value, start, end };
  }
  c.at = start;
  const { parts, text } = split(c, end);
  return finish(parts, text, start, end, 'block');
}

/** `<<-` takes away the indentation that all lines share. */
function dedent(raw: string): string {
  const rows = raw.split('\n');
  const indents = rows.filter((r) => r.trim() !== '').map((r) => r.length - r.trimStart().length);
  const by = indents.reduce((a, b) => Math.min(a, b), Infinity);
  return rows.map((r) => r.slice(Math.min(by, r.length))).join('\n');
}

/** @param text what is left behind the last part. */
function finish(
  parts: Part[], text: string, start: number, end: number, style: 'double' | 'block',
): ScalarNode | HclTemplate {
  if (parts.length === 0) return { kind: 'scalar', style, value: text, text, start, end };
  return { kind: 'template', style, parts: text === '' ? parts : [...parts, text], start, end };
}

/** A text that holds nothing but a template, as strings in Terraform's JSON do: `${kafka_topic.a.name}`. */
export function templateParts(c: HclCursor): Part[] {
  const { parts, text } = split(c, c.end);
  return text === '' && parts.length > 0 ? parts : [...parts, text];
}

/** The parts of a template without quotes up to a place, and the text behind the last of them. */
function split(c: HclCursor, end: number): { readonly parts: Part[]; readonly text: string } {
  const parts: Part[] = [];
  let text = '';
  while (c.at < end) {
    if (c.take('$${')) text += '${';
    else if (c.take('%%{')) text += '%{';
    else if (c.startsWith('${') || c.startsWith('%{')) {
      if (text !== '') parts.push(text);
      text = '';
      parts.push(sequence(c));
    } else text += c.text[c.at++] ?? '';
  }
  return { parts, text };
}

import { opaqueSpan, parseExpression } from './hclExpression';
import type { HclExpression, HclFor, HclItem, HclObject } from './hclNodes';
import type { HclCursor } from './hclScan';

const forWord = /for(?![\p{L}\p{N}_-])/uy;

/** A tuple, or a `for` in brackets, at its opening bracket. */
export function parseBrackets(c: HclCursor): HclExpression {
  const start = c.at++;
  c.skip(true);
  if (isFor(c)) return parseFor(c, start, ']');
  const items: HclExpression[] = [];
  let end = c.at;
  for (;;) {
    c.skip(true);
    if (c.take(']')) return { kind: 'tuple', items, start, end: c.at };
    if (c.done || c.peek() === '}' || c.atTopHeader()) break;
    const at = c.at;
    const item = parseExpression(c, true);
    if (c.at === at) break;
    items.push(item);
    end = c.at;
    c.skip(true);
    if (c.take(',')) continue;
    // What follows on its own line is most likely the next attribute of a list that is still typed.
    if (c.peek() !== ']') break;
  }
  const fault = c.done ? start : c.at;
  c.problem('A "]" is missing, or a comma between two items.', fault, fault + 1);
  c.at = Math.max(end, start + 1);
  return { kind: 'tuple', items, start, end: c.at };
}

/** An object, or a `for` in braces, at its opening brace. */
export function parseBraces(c: HclCursor): HclExpression {
  const start = c.at++;
  c.skip(true);
  if (isFor(c)) return parseFor(c, start, '}');
  const items: HclItem[] = [];
  for (;;) {
    c.skip(true);
    if (c.take('}')) break;
    if (c.done || c.atTopHeader() || c.peek() === ']' || c.peek() === ')') {
      c.problem('This "{" is not closed.', start, start + 1);
      break;
    }
    const item = parseItem(c);
    if (item === undefined) skipItem(c);
    else items.push(item);
    c.skip(false);
    if (c.take(',') || c.peek() === '\n' || c.peek() === '}' || c.done) continue;
    c.problem('A comma or a line break is missing before this.', c.at, c.at + 1);
    skipItem(c);
  }
  return { kind: 'object', items, start, end: c.at };
}

function parseItem(c: HclCursor): HclItem | undefined {
  const start = c.at;
  const key = parseKey(c);
  if (key === undefined) {
    c.problem('A key is missing here.', c.at, c.at + 1);
    return undefined;
  }
  c.skip(false);
  if (c.peek() === '=' ? !c.startsWith('==') : c.peek() === ':') c.at++;
  else {
    c.problem('An "=" is missing behind this key.', key.start, key.end);
    return undefined;
  }
  const sign = c.at;
  c.skip(false);
  if (c.peek() === '\n' || c.peek() === '}' || c.peek() === ',' || c.done) {
    c.problem('A value is missing behind the "=".', sign - 1, sign);
    return { key, value: undefined, start, end: sign };
  }
  const value = parseExpression(c, false);
  return { key, value, start, end: Math.max(value.end, sign) };
}

/** A bare word counts as its own text; people also write `cleanup.policy` bare, which is a reference. */
function parseKey(c: HclCursor): HclExpression | undefined {
  const start = c.at;
  const word = c.word();
  if (word !== undefined) {
    const end = c.at;
    c.skip(false);
    if ((c.peek() === '=' && !c.startsWith('==')) || c.peek() === ':') {
      return { kind: 'scalar', style: 'plain', value: word, text: word, start, end };
    }
    c.at = start;
  }
  const key = parseExpression(c, false);
  return c.at === start ? undefined : key;
}

/** To the end of the line, or a brace or comma that ends the item before. */
function skipItem(c: HclCursor): void {
  const from = c.at;
  while (!c.done && !'\n,}'.includes(c.peek())) c.at++;
  // A comma alone where a key should be must not be met again.
  if (c.at === from && c.peek() === ',') c.at++;
}

function isFor(c: HclCursor): boolean {
  forWord.lastIndex = c.at;
  return forWord.test(c.text);
}

/** `for k, v in over : [key =>] value [...] [if condition]` and the closing bracket. */
function parseFor(c: HclCursor, start: number, close: string): HclExpression {
  c.at += 3;
  const names: string[] = [];
  const parts: HclExpression[] = [];
  do {
    c.skip(true);
    const name = c.word();
    if (name !== undefined) names.push(name);
    c.skip(true);
  } while (c.take(','));
  if (names.length === 0 || c.word() !== 'in') return brokenFor(c, start, close, parts);
  c.skip(true);
  const over = parseExpression(c, true);
  parts.push(over);
  c.skip(true);
  if (!c.take(':')) return brokenFor(c, start, close, parts);
  c.skip(true);
  let value = parseExpression(c, true);
  let key: HclExpression | undefined;
  parts.push(value);
  c.skip(true);
  if (close === '}') {
    if (!c.take('=>')) return brokenFor(c, start, close, parts);
    c.skip(true);
    key = value;
    value = parseExpression(c, true);
    parts.push(value);
    c.skip(true);
  }
  const grouped = c.take('...');
  c.skip(true);
  let condition: HclExpression | undefined;
  const beforeIf = c.at;
  if (c.word() === 'if') {
    c.skip(true);
    condition = parseExpression(c, true);
    parts.push(condition);
    c.skip(true);
  } else c.at = beforeIf;
  if (!c.take(close)) return brokenFor(c, start, close, parts);
  const node: HclFor = { kind: 'for', names, over, value, grouped, start, end: c.at };
  return { ...node, ...(key && { key }), ...(condition && { condition }) };
}

function brokenFor(
  c: HclCursor, start: number, close: string, parts: readonly HclExpression[],
): HclExpression {
  const what = `This "for" is not complete: for x in list : x, closed by "${close}".`;
  c.problem(what, start, Math.max(start + 1, c.at));
  toClose(c, close);
  return opaqueSpan(start, c.at, parts);
}

/** A "for" longer than this is none: its bracket was forgotten. */
const maxFor = 5_000;

/** Behind the bracket that closes what is broken, if there is one; else nothing is skipped. */
function toClose(c: HclCursor, close: string): void {
  let open = 0;
  for (let i = c.at; i < c.end && i - c.at < maxFor; i++) {
    const ch = c.text[i] ?? '';
    if ('([{'.includes(ch)) open++;
    else if (ch === close && open === 0) {
      c.at = i + 1;
      return;
    } else if (')]}'.includes(ch) && --open < 0) return;
  }
}

/** The value of an object's key, for those who look at objects without computing them. */
export function itemOf(node: HclObject, key: string): HclItem | undefined {
  return node.items.findLast((i) => i.key.kind === 'scalar' && i.key.text === key);
}

import { parseBrackets, parseBraces } from './hclCollections';
import type { HclBinary, HclExpression, HclOpaque, HclStep } from './hclNodes';
import type { HclCursor } from './hclScan';
import { parseHeredoc, parseQuoted } from './hclTemplate';
import type { ScalarNode } from './tree';

/** Deeper nesting is cut, so that whoever walks a tree may do so by recursion. */
export const maxHclDepth = 100;

/** From the weakest; only those of the last two are computed by anybody. */
const operators: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%'],
];

/** An expression of which only the range and the parts are known. */
export function opaqueSpan(
  start: number, end: number, parts: readonly HclExpression[] = [],
): HclOpaque {
  return { kind: 'opaque', start, end: Math.max(start, end), parts };
}

/**
 * One expression. What is no expression gives a problem and an opaque node without length.
 * @param lines true inside brackets, where line breaks mean nothing.
 */
export function parseExpression(c: HclCursor, lines: boolean): HclExpression {
  if (c.depth >= maxHclDepth) return tooDeep(c);
  c.depth++;
  const start = c.at;
  let node = parseOperators(c, lines, 0);
  const before = c.at;
  c.skip(lines);
  if (c.peek() === '?') {
    c.at++;
    c.skip(lines);
    const yes = parseExpression(c, lines);
    c.skip(lines);
    let no: HclExpression | undefined;
    if (c.take(':')) {
      c.skip(lines);
      no = parseExpression(c, lines);
    } else c.problem('A ":" is missing: a condition is written as  test ? yes : no.', c.at, c.at + 1);
    node = opaqueSpan(start, no?.end ?? yes.end, no === undefined ? [node, yes] : [node, yes, no]);
  } else c.at = before;
  c.depth--;
  return node;
}

function tooDeep(c: HclCursor): HclExpression {
  const start = c.at;
  c.problem('This text is nested too deeply; from here on it is not read.', start, start + 1);
  c.toLineEnd();
  return opaqueSpan(start, c.at);
}

/** Binary operators by their strength; of equals the left one binds first. */
function parseOperators(c: HclCursor, lines: boolean, level: number): HclExpression {
  if (level === operators.length) return parseUnary(c, lines);
  let left = parseOperators(c, lines, level + 1);
  for (let count = 1; ; count++) {
    const before = c.at;
    c.skip(lines);
    const operator = operators[level]?.find((o) => c.startsWith(o));
    if (operator === undefined) {
      c.at = before;
      return left;
    }
    c.at += operator.length;
    c.skip(lines);
    const right = parseOperators(c, lines, level + 1);
    // Each operator makes the tree one deeper; of endless chains only the range is kept.
    if (count % maxHclDepth === 0) left = opaqueSpan(left.start, right.end);
    else left = isArithmetic(operator)
      ? { kind: 'binary', operator, left, right, start: left.start, end: right.end }
      : opaqueSpan(left.start, right.end, [left, right]);
  }
}

function isArithmetic(operator: string): operator is HclBinary['operator'] {
  return /^[-+*/%]$/.test(operator);
}

function parseUnary(c: HclCursor, lines: boolean): HclExpression {
  const start = c.at;
  const signs = /[!-]/;
  while (signs.test(c.peek()) && !c.startsWith('!=')) {
    c.at++;
    c.skip(lines);
  }
  const sign = c.text.slice(start, c.at).replace(/\s/g, '');
  const inner = parsePostfix(c);
  if (sign === '') return inner;
  if (sign === '-' && inner.kind === 'scalar' && typeof inner.value === 'number') {
    return { ...inner, value: -inner.value, text: `-${inner.text}`, start };
  }
  return opaqueSpan(start, inner.end, [inner]);
}

/** What follows a value without a blank: `.name`, `[0]`, `.*`. */
function parsePostfix(c: HclCursor): HclExpression {
  const base = parsePrimary(c);
  const steps: HclStep[] = [];
  let end = base.end;
  if (base.end === base.start) return base;
  for (; (c.peek() === '.' && !c.startsWith('...')) || c.peek() === '['; end = c.at) {
    if (!(c.peek() === '.' ? dotStep(c, steps) : indexStep(c, steps))) {
      end = c.at;
      break;
    }
  }
  if (steps.length === 0) return base;
  if (base.kind === 'reference') return { ...base, steps, end };
  return { kind: 'access', base, steps, start: base.start, end };
}

function dotStep(c: HclCursor, steps: HclStep[]): boolean {
  c.at++;
  const name = c.word();
  const index = name === undefined ? c.number() : undefined;
  if (name !== undefined) steps.push(name);
  else if (index !== undefined) steps.push(...index.split('.').map(Number));
  else if (c.take('*')) steps.push({ kind: 'splat' });
  else {
    c.problem('A name is missing behind the dot.', c.at - 1, c.at);
    return false;
  }
  return true;
}

function indexStep(c: HclCursor, steps: HclStep[]): boolean {
  const open = c.at++;
  c.skip(true);
  if (c.take('*')) steps.push({ kind: 'splat' });
  else {
    const index = parseExpression(c, true);
    const known = index.kind === 'scalar' ? index.value : undefined;
    steps.push(typeof known === 'string' || typeof known === 'number' ? known : index);
  }
  c.skip(true);
  if (c.take(']')) return true;
  c.problem('A "]" is missing behind this index.', open, c.at);
  return false;
}

function parsePrimary(c: HclCursor): HclExpression {
  const start = c.at;
  const ch = c.peek();
  if (ch === '"') return parseQuoted(c);
  if (ch === '<' && c.startsWith('<<')) {
    const heredoc = parseHeredoc(c);
    if (heredoc !== undefined) return heredoc;
  }
  if (ch === '[') return parseBrackets(c);
  if (ch === '{') return parseBraces(c);
  if (ch === '(') return parseParenthesis(c);
  const digits = c.number();
  if (digits !== undefined) return plain(digits, Number(digits), start);
  const name = c.word();
  if (name === undefined) {
    c.problem('A value is missing here.', start, start + 1);
    return opaqueSpan(start, start);
  }
  if (name === 'true' || name === 'false') return plain(name, name === 'true', start);
  if (name === 'null') return plain(name, null, start);
  return parseNamed(c, name, start);
}

function plain(text: string, value: ScalarNode['value'], start: number): ScalarNode {
  return { kind: 'scalar', style: 'plain', value, text, start, end: start + text.length };
}

function parseParenthesis(c: HclCursor): HclExpression {
  const open = c.at++;
  c.skip(true);
  const inner = parseExpression(c, true);
  c.skip(true);
  if (!c.take(')')) {
    c.problem('A ")" is missing.', open, Math.max(open + 1, inner.end));
    return opaqueSpan(open, c.at, [inner]);
  }
  return inner;
}

/** A reference, or a call of a function: `toset(…)`, `provider::aws::arn(…)`. */
function parseNamed(c: HclCursor, first: string, start: number): HclExpression {
  let name = first;
  while (c.startsWith('::')) {
    c.at += 2;
    name += `::${c.word() ?? ''}`;
  }
  const before = c.at;
  c.skip(false);
  if (c.peek() !== '(') {
    c.at = before;
    return { kind: 'reference', root: name, steps: [], start, end: c.at };
  }
  const open = c.at++;
  const args: HclExpression[] = [];
  for (;;) {
    c.skip(true);
    if (c.take(')')) return { kind: 'call', name, args, start, end: c.at };
    args.push(parseExpression(c, true));
    c.skip(true);
    c.take('...');
    c.skip(true);
    if (c.take(',')) continue;
    if (c.peek() === ')') continue;
    c.problem(`A ")" is missing behind the arguments of ${name}.`, open, Math.max(open + 1, c.at));
    return opaqueSpan(start, c.at, args);
  }
}

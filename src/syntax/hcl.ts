import { maxHclDepth, parseExpression } from './hclExpression';
import type { HclAttribute, HclBlock, HclBody, HclTree } from './hclNodes';
import { HclCursor } from './hclScan';
import { parseQuoted } from './hclTemplate';
import type { ScalarNode } from './tree';

/**
 * Parses HCL: Terraform's `.tf` and `.tfvars`, Terragrunt's `.hcl`. Written for places and for half-typed
 * text, which no library for JavaScript gives: a fault costs its line, an unclosed block its own rest. Never
 * throws. It follows the native syntax specification of HCL 2 and computes nothing.
 */
export function parseHcl(text: string): HclTree {
  const c = new HclCursor(text);
  const body = parseBody(c, 0);
  return { body, problems: [...c.problems].sort((a, b) => a.start - b.start || a.end - b.end) };
}

interface Draft {
  readonly attributes: HclAttribute[];
  readonly blocks: HclBlock[];
}

/** To the closing brace, which stays, or to where somebody forgot it. */
function parseBody(c: HclCursor, depth: number): HclBody {
  const start = c.at;
  const draft: Draft = { attributes: [], blocks: [] };
  for (;;) {
    c.skip(true);
    if (c.done || (depth > 0 && c.atTopHeader())) break;
    if (c.peek() === '}') {
      if (depth > 0) break;
      c.problem('This "}" closes nothing.', c.at, c.at + 1);
      c.at++;
      continue;
    }
    const before = c.at;
    statement(c, draft, depth);
    c.skip(false);
    if (c.done || c.peek() === '\n' || (c.peek() === '}' && depth > 0) || c.atTopHeader()) continue;
    const what = 'Nothing more can stand on this line; write it on a line of its own.';
    c.problem(what, c.at, wordEnd(c));
    c.toLineEnd();
    if (c.at === before) c.at++;
  }
  return { ...draft, start, end: c.at };
}

/** One attribute or block; what is neither costs its line. */
function statement(c: HclCursor, draft: Draft, depth: number): void {
  const name = c.peek() === '"' ? quotedName(c) : bareName(c);
  if (name === undefined) {
    const what = 'An attribute (name = value) or a block (type "label" { … }) is expected here.';
    c.problem(what, c.at, wordEnd(c));
    c.toLineEnd();
    return;
  }
  c.skip(false);
  if (c.peek() === '=' && !c.startsWith('==')) {
    draft.attributes.push(attribute(c, name));
    return;
  }
  const labels: ScalarNode[] = [];
  let headEnd = name.end;
  for (;;) {
    c.skip(false);
    if (c.peek() === '{') break;
    const label = c.peek() === '"' ? quotedName(c) : bareName(c);
    if (label === undefined) {
      const missing = labels.length === 0 ? `An "=" or "{" is missing behind ${name.text}.`
        : 'A "{" is missing behind this.';
      c.problem(missing, name.start, headEnd);
      c.toLineEnd();
      return;
    }
    labels.push(label);
    headEnd = label.end;
  }
  draft.blocks.push(block(c, name, labels, headEnd, depth));
}

function attribute(c: HclCursor, name: ScalarNode): HclAttribute {
  const sign = c.at++;
  c.skip(false);
  if (c.done || c.peek() === '\n' || c.peek() === '}') {
    c.problem('A value is missing behind the "=".', sign, sign + 1);
    return { name, value: undefined, start: name.start, end: sign + 1 };
  }
  const value = parseExpression(c, false);
  return { name, value, start: name.start, end: Math.max(sign + 1, value.end) };
}

function block(
  c: HclCursor, type: ScalarNode, labels: readonly ScalarNode[], headEnd: number, depth: number,
): HclBlock {
  const open = c.at++;
  if (depth >= maxHclDepth) {
    c.problem('This text is nested too deeply; from here on it is not read.', open, open + 1);
    c.at = c.end;
    const body = { attributes: [], blocks: [], start: c.at, end: c.at };
    return { type, labels, headEnd, body, start: type.start, end: c.at };
  }
  const body = parseBody(c, depth + 1);
  if (c.peek() === '}') c.at++;
  else c.problem(`The "{" of ${c.text.slice(type.start, headEnd)} is not closed.`, type.start, headEnd);
  // An unclosed block ends with its last line, not with the blank ones before the next block.
  const end = c.text[c.at - 1] === '}' ? c.at : Math.max(open + 1, lastOf(body, c));
  return { type, labels, headEnd, body: { ...body, end: Math.min(body.end, end) }, start: type.start, end };
}

function lastOf(body: HclBody, c: HclCursor): number {
  const last = Math.max(body.attributes.at(-1)?.end ?? 0, body.blocks.at(-1)?.end ?? 0);
  return last > 0 ? last : Math.min(body.start, c.end);
}

function bareName(c: HclCursor): ScalarNode | undefined {
  const start = c.at;
  const text = c.word();
  if (text === undefined) return undefined;
  return { kind: 'scalar', style: 'plain', value: text, text, start, end: c.at };
}

/** Labels, and keys as JSON writers put them; a template in one is no name. */
function quotedName(c: HclCursor): ScalarNode | undefined {
  const node = parseQuoted(c);
  return node.kind === 'scalar' ? node : undefined;
}

function wordEnd(c: HclCursor): number {
  const rest = /^[^\s{}"]+/.exec(c.text.slice(c.at, c.at + 200));
  return Math.min(c.end, c.at + Math.max(1, rest?.[0].length ?? 1));
}

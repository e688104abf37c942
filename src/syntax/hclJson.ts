import type { HclAttribute, HclBlock, HclBody, HclExpression, HclTree } from './hclNodes';
import { HclCursor } from './hclScan';
import { templateParts } from './hclTemplate';
import { parseJson } from './json';
import {
  isMap, isSeq, type Entry, type MapNode, type ScalarNode, type SyntaxNode, type SyntaxProblem,
} from './tree';

/** How many labels each kind of block has in Terraform's JSON syntax: that many levels of keys below it. */
const labels: Readonly<Record<string, number>> = {
  resource: 2, data: 2, provider: 1, module: 1, variable: 1, output: 1, locals: 0, terraform: 0,
};

/**
 * Terraform's JSON syntax as the tree of its native one, so that a reader is written once. Blocks below the
 * top are attributes that hold objects, since only a provider's schema tells them apart. Never throws.
 */
export function parseTerraformJson(text: string): HclTree {
  const tree = parseJson(text);
  const [root] = tree.roots;
  const problems: SyntaxProblem[] = [...tree.problems];
  const empty = { attributes: [], blocks: [], start: 0, end: 0 };
  if (!isMap(root)) return { body: empty, problems };
  const blocks = root.entries.flatMap((e) => blocksOf(text, e, problems));
  const attributes = root.entries.filter((e) => !Object.hasOwn(labels, e.key.text))
    .flatMap((e) => attributeOf(text, e, problems));
  return { body: { attributes, blocks, start: root.start, end: root.end }, problems };
}

function blocksOf(text: string, e: Entry, problems: SyntaxProblem[]): HclBlock[] {
  const depth = Object.hasOwn(labels, e.key.text) ? labels[e.key.text] : undefined;
  if (depth === undefined) return [];
  return below(text, e, e.key, [], depth, problems);
}

function below(
  text: string, e: Entry, type: ScalarNode, names: readonly ScalarNode[], depth: number,
  problems: SyntaxProblem[],
): HclBlock[] {
  if (depth > 0) {
    return mapsIn(e.value).flatMap((map) => map.entries.flatMap((inner) =>
      below(text, inner, type, [...names, inner.key], depth - 1, problems)));
  }
  return mapsIn(e.value).map((map) => ({
    type, labels: names, body: bodyOf(text, map, problems),
    start: e.key.start, headEnd: e.key.end, end: map.end,
  }));
}

/** Where one block is expected, JSON may hold a list of them. */
function mapsIn(node: SyntaxNode | undefined): readonly MapNode[] {
  return isSeq(node) ? node.items.filter(isMap) : isMap(node) ? [node] : [];
}

function bodyOf(text: string, map: MapNode, problems: SyntaxProblem[]): HclBody {
  const attributes = map.entries.flatMap((e) => attributeOf(text, e, problems));
  return { attributes, blocks: [], start: map.start, end: map.end };
}

function attributeOf(text: string, e: Entry, problems: SyntaxProblem[]): HclAttribute[] {
  // A key of two slashes is a comment.
  if (e.key.text === '//') return [];
  const value = e.value && expressionOf(text, e.value, problems);
  return [{ name: e.key, value, start: e.key.start, end: Math.max(e.key.end, e.end) }];
}

function expressionOf(text: string, node: SyntaxNode, problems: SyntaxProblem[]): HclExpression {
  switch (node.kind) {
    case 'map': {
      const items = node.entries.flatMap((e) => attributeOf(text, e, problems))
        .map(({ name, value, start, end }) => ({ key: name, value, start, end }));
      return { kind: 'object', items, start: node.start, end: node.end };
    }
    case 'seq': {
      const items = node.items.filter((item) => item !== undefined)
        .map((item) => expressionOf(text, item, problems));
      return { kind: 'tuple', items, start: node.start, end: node.end };
    }
    case 'scalar': return templateOf(text, node, problems);
  }
}

/** Strings are templates, as those in quotes of the native syntax. */
function templateOf(text: string, node: ScalarNode, problems: SyntaxProblem[]): HclExpression {
  if (typeof node.value !== 'string' || !/[$%]\{/.test(node.text)) return node;
  const c = new HclCursor(node.text);
  const parts = templateParts(c);
  // Escapes of JSON move what stands behind them; then the whole string stands for its parts.
  const isPlain = text.slice(node.start + 1, node.end - 1) === node.text;
  const place = (offset: number, isEnd: boolean): number =>
    isPlain ? node.start + 1 + offset : isEnd ? node.end : node.start;
  for (const p of c.problems) problems.push({ ...p, start: place(p.start, false), end: place(p.end, true) });
  if (parts.every((p) => typeof p === 'string')) {
    const value = parts.join('');
    return { ...node, value, text: value };
  }
  return { kind: 'template', style: 'double', parts: moved(parts, place), start: node.start, end: node.end };
}

/** The same tree with every place moved. */
function moved<T>(value: T, place: (offset: number, isEnd: boolean) => number): T {
  if (Array.isArray(value)) return value.map((v: unknown) => moved(v, place)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]: [string, unknown]) => {
    if ((key === 'start' || key === 'end') && typeof v === 'number') return [key, place(v, key === 'end')];
    return [key, moved(v, place)];
  })) as T;
}

import { baseName, rangeIn, type SourceFile } from '../text/sourceFile';
import type { Sourced } from '../text/range';
import type { Problem } from '../text/problem';
import type { ContractFact, Fact } from '../model/facts';
import type { Reader, ReadResult } from '../model/reader';
import { parseJson } from '../syntax/json';
import { get, isMap, isScalar, isSeq, text, type MapNode, type SyntaxNode } from '../syntax/tree';
import { checkAvro } from './avro/check';
import { startOf, versionOfFolder, versionWithin } from './fileVersion';
import { place } from './jsonPlace';

/** Avro schemas: each record, enum and fixed is a contract, those inside others are marked nested. */
export const avro: Reader = {
  dialect: 'avro',
  recognizes: (file) => /\.(avsc|avpr)$/i.test(file.path),
  read: readAvro,
};

const named = new Set(['record', 'error', 'enum', 'fixed']);
/** Types that a message can be. */
const messages = new Set(['record', 'error']);
const maxDepth = 64;

function readAvro(file: SourceFile): ReadResult {
  const tree = parseJson(file.text);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: 'error', message: p.message, at: rangeIn(file, p.start, p.end),
  }));
  const facts: Fact[] = [];
  const root = tree.roots[0];
  // A protocol (`.avpr`) lists its types; its namespace is theirs.
  const types = get(root, 'types');
  const space = isSeq(types) ? place(file, get(root, 'namespace')) : undefined;
  const all = isSeq(types) ? types.items : isSeq(root) ? root.items : [root];
  for (const node of all) visit(file, node, space, facts, 0, false);
  return { facts, problems: problems.length > 0 ? problems : checkAvro(file) };
}

/** Walks types as Avro nests them: fields, items, values, unions and `type` objects. */
function visit(
  file: SourceFile, node: SyntaxNode | undefined, space: Sourced<string> | undefined, facts: Fact[],
  depth: number, nested: boolean,
): void {
  if (depth > maxDepth || node === undefined) return;
  if (isSeq(node)) {
    for (const item of node.items) visit(file, item, space, facts, depth + 1, nested);
    return;
  }
  if (!isMap(node)) return;
  const type = get(node, 'type');
  let inner = space;
  let below = nested;
  if (named.has(text(type) ?? '')) {
    inner = place(file, get(node, 'namespace')) ?? space;
    // An enum or a fixed alone is a part of messages, and none itself.
    facts.push(factOf(file, node, inner, nested || !messages.has(text(type) ?? '')));
    below = true;
  } else if (type !== undefined && !isScalar(type)) visit(file, type, space, facts, depth + 1, nested);
  const fields = get(node, 'fields');
  for (const field of isSeq(fields) ? fields.items : []) {
    visit(file, get(field, 'type'), inner, facts, depth + 1, below);
  }
  visit(file, get(node, 'items'), inner, facts, depth + 1, below);
  visit(file, get(node, 'values'), inner, facts, depth + 1, below);
}

function factOf(
  file: SourceFile, node: MapNode, space: Sourced<string> | undefined, nested: boolean,
): ContractFact {
  const own = place(file, get(node, 'name'))
    ?? { value: baseName(file.path).replace(/\.avsc$/i, ''), at: startOf(file) };
  const full = own.value.includes('.') || space === undefined ? own.value : `${space.value}.${own.value}`;
  const spacePlace = space?.at ?? own.at;
  const version = place(file, get(node, 'version')) ?? number(file, get(node, 'version'))
    ?? versionWithin(own) ?? versionWithin(space) ?? versionOfFolder(file, spacePlace);
  return {
    kind: 'contract', dialect: 'avro', format: 'avro', extent: rangeIn(file, node.start, node.end),
    name: { value: full, at: own.at }, versionPlace: spacePlace,
    ...(version === undefined ? {} : { version }), ...(nested ? { nested: true } : {}),
  };
}

function number(file: SourceFile, node: SyntaxNode | undefined): Sourced<string> | undefined {
  return isScalar(node) && typeof node.value === 'number'
    ? { value: node.text, at: rangeIn(file, node.start, node.end) } : undefined;
}

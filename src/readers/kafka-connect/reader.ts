import type { Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import { parseProperties } from '../../syntax/properties';
import { entry, get, isMap, isScalar, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document } from '../shared/document';
import { KeyedValues, leavesOf } from '../shared/keyed';
import { contentRange, knownText, nodeRange } from '../shared/places';
import { isTestOnly } from '../shared/profile';
import { connectorFacts, connectorSkipped } from './connector';
import { dialect } from './dialect';
import { isConnectorFile } from './recognize';

/** Connectors of Kafka Connect: JSON for its REST interface, YAML of that shape, standalone properties. */
export const kafkaConnect: Reader = { dialect, recognizes: isConnectorFile, read: readConnectors };

/** A file of more connectors than this was generated. */
const maxConnectors = 500;

function readConnectors(
  file: SourceFile, _others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const result = /\.properties(\.\w+)*$/i.test(file.path) ? readProperties(file) : readDocument(file);
  if (!isTestOnly(file.path, options.profile)) return result;
  // What a test deploys is no part of the system; a secret in it can be read all the same.
  return { facts: result.facts.filter((fact) => fact.kind === 'credential'), problems: result.problems };
}

function readProperties(file: SourceFile): ReadResult {
  const tree = parseProperties(file.text);
  const root = tree.roots[0];
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  if (!isMap(root)) return { facts: [], problems };
  const held = { config: root, extent: nodeRange(file, root), name: undefined, type: undefined };
  const made = connectorOf(file, held, 1);
  return { facts: made.facts, problems, skipped: made.skipped };
}

function readDocument(file: SourceFile): ReadResult {
  const document = new Document(file);
  const found = document.roots.flatMap((root) => connectorsIn(file, root, 0)).slice(0, maxConnectors);
  const made = found.map((one) => connectorOf(file, one, found.length));
  const facts = made.flatMap((one) => one.facts);
  for (const one of made) for (const at of one.skipped) document.skip(at);
  return { facts, problems: document.problems, skipped: document.skipped };
}

/** A connector as a document holds it. */
interface Held {
  readonly config: MapNode;
  readonly extent: SourceRange;
  readonly name: SyntaxNode | undefined;
  /** The class, where it stands outside of the configuration: a source of Debezium's platform. */
  readonly type: SyntaxNode | undefined;
}

/** The connectors of a document: one, a list of them, or a list or map under `connectors`. */
function connectorsIn(file: SourceFile, node: SyntaxNode | undefined, depth: number): readonly Held[] {
  if (depth > 3) return [];
  if (isSeq(node)) return node.items.flatMap((item) => connectorsIn(file, item, depth + 1));
  if (!isMap(node)) return [];
  const extent = nodeRange(file, node);
  const config = get(node, 'config');
  const type = get(node, 'type');
  if (isMap(config) && (hasClass(config) || text(type)?.startsWith('io.debezium.connector.') === true)) {
    const name = get(node, 'name') ?? get(config, 'name');
    return [{ config, extent, name, type: hasClass(config) ? undefined : type }];
  }
  if (hasClass(node)) return [{ config: node, extent, name: get(node, 'name'), type: undefined }];
  const inner = get(node, 'connectors');
  if (!isMap(inner)) return connectorsIn(file, inner, depth + 1);
  return inner.entries.flatMap(({ key, value }) =>
    connectorsIn(file, value, depth + 2).map((one) => ({ ...one, name: one.name ?? key })));
}

function hasClass(node: MapNode): boolean {
  return entry(node, 'connector.class') !== undefined || text(get(node, 'connector', 'class')) !== undefined;
}

function connectorOf(
  file: SourceFile, held: Held, count: number,
): { facts: readonly Fact[]; skipped: readonly SourceRange[] } {
  const values = new KeyedValues(file, leavesOf(file, held.config));
  const nameNode = held.name ?? get(held.config, 'name');
  const said = knownText(file, nameNode);
  const named = said === 'open' ? undefined : said;
  const openName = said === 'open' && isScalar(nameNode) ? [contentRange(file, nameNode)] : [];
  const skipped = [...connectorSkipped(values), ...openName];
  const type = knownText(file, held.type);
  const platform = type !== undefined && type !== 'open';
  const facts = connectorFacts(values, defined({
    dialect, extent: held.extent, name: named ?? fileName(file, values, held, count),
    class: platform ? type : undefined,
    inferred: named === undefined
      ? 'Nothing in the file names the connector; it is named after the file.' : undefined,
  }));
  if (!platform) return { facts, skipped };
  return { facts: facts.filter((f) => f.kind === 'service' || f.kind === 'credential'), skipped };
}

const endings = /(\.(json|jsonc|ya?ml|properties|j2|tpl|tmpl|template|example|sample|dist|in))+$/i;

/** `register-postgres` of `register-postgres.json`: with Connect's REST interface the URL has the name. */
function fileName(file: SourceFile, values: KeyedValues, held: Held, count: number): Sourced<string> {
  const base = baseName(file.path).replace(endings, '');
  const type = values.get('connector.class')?.value ?? '';
  const value = count === 1 ? base : `${base} ${type.slice(type.lastIndexOf('.') + 1)}`.trim();
  const key = values.get('connector.class')?.keyAt;
  return { value, at: key ?? { ...held.extent, end: held.extent.start } };
}

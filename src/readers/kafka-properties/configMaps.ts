import type { SourceFile } from '../../text/sourceFile';
import type { Fact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import { entry, isMap, isScalar, isSeq, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { Document } from '../shared/document';
import { isTestOnly } from '../shared/profile';
import { readClient } from './client';
import { dialect } from './dialect';
import { openIn } from './reader';
import { rolesOf } from './recognize';

const fileName = /\.(ya?ml|jsonc?)$/i;
const looked = 1 << 16;

/** A flat key of Kafka's clients, as no other format has it. */
const address = /(?:^|[{,])[ \t]*["']?(?:bootstrap\.servers|metadata\.broker\.list)["']?[ \t]*:/m;

/** Formats that hold Kafka's keys in a meaning of their own: Kubernetes, Connect, AsyncAPI, compose. */
const roots = [
  'apiVersion', 'asyncapi', 'openapi', 'services', 'flow', 'connector\\.class', 'spring', 'quarkus',
  'micronaut', '\\$schema',
].join('|');
const others = new RegExp(
  `^(?:${roots})[ \\t]*:|^(?:[ \\t]{0,4}|\\{[ \\t]*)["'](?:${roots})["'][ \\t]*:|["']connector\\.class["']`,
  'm',
);

/** How deep below the root the settings of a client are looked for: `kafka: consumer: …`. */
const maxDepth = 4;

/**
 * Settings of Kafka clients as maps of YAML or JSON with Kafka's own flat keys, which programs hand to their
 * client as they are (librdkafka's bindings, the Java client in Scala or Clojure).
 */
export const kafkaConfigMaps: Reader = { dialect, recognizes: isConfigMap, read: readConfigMaps };

function isConfigMap(file: SourceFile): boolean {
  if (!fileName.test(file.path)) return false;
  const head = file.text.length > looked ? file.text.slice(0, looked) : file.text;
  return address.test(head) && !others.test(head);
}

function readConfigMaps(
  file: SourceFile, _others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const document = new Document(file);
  const facts: Fact[] = [];
  const problems = [...document.problems];
  const skipped = [];
  const seen = new Set<string>();
  for (const map of document.roots.flatMap((root) => clientMaps(root, 0))) {
    const roles = rolesOf(file.path, new Set(map.entries.map((e) => e.key.text)));
    const client = readClient(file, map, roles, false);
    problems.push(...client.problems);
    skipped.push(...openIn(client.all));
    for (const fact of client.facts) {
      if (isTestOnly(file.path, options.profile) && fact.kind !== 'credential') continue;
      // Producer and consumer of one program know one cluster, and are one service.
      const isShared = fact.kind === 'broker' || fact.kind === 'service';
      const id = isShared ? `${fact.kind} ${fact.name.value}` : undefined;
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      facts.push(fact);
    }
  }
  return { facts, problems, skipped };
}

/** The maps with an address of a cluster, in order; what stands inside of one belongs to it. */
function clientMaps(node: SyntaxNode | undefined, depth: number): MapNode[] {
  if (depth > maxDepth) return [];
  if (isSeq(node)) return node.items.flatMap((item) => clientMaps(item, depth + 1));
  if (!isMap(node)) return [];
  const own = entry(node, 'bootstrap.servers') ?? entry(node, 'metadata.broker.list');
  if (own !== undefined && isScalar(own.value)) return [node];
  return node.entries.flatMap((e) => clientMaps(e.value, depth + 1));
}

import type { Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { Reader, ReadResult } from '../../model/reader';
import { masked } from '../../syntax/placeholder';
import { parseProperties } from '../../syntax/properties';
import { isMap, type MapNode } from '../../syntax/tree';
import { brokerFact } from '../kafka-broker/broker';
import { mirrorFacts } from '../kafka-broker/mirrorMaker';
import { isLoginKey, readSecrets } from '../shared/clientSecrets';
import { KeyedValues, type Keyed } from '../shared/keyed';
import { knownLeaves, readClient } from './client';
import { dialect } from './dialect';
import { isKafkaProperties, kindOf, rolesOf } from './recognize';

/**
 * Settings of Kafka as lines of keys and values: of clients (producer, consumer, Connect worker, Streams;
 * Java's properties, librdkafka's and kcat's files), of brokers, of MirrorMaker 2.
 */
export const kafkaProperties: Reader = { dialect, recognizes: isKafkaProperties, read: readProperties };

function readProperties(file: SourceFile): ReadResult {
  const tree = parseProperties(file.text);
  // In a template a key may stand in several branches, of which one will be left.
  const isTemplate = file.text.includes(masked);
  const found = isTemplate ? tree.problems.filter((p) => p.code !== 'syntax/duplicate-key') : tree.problems;
  const problems: Problem[] = found.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  const root = tree.roots[0];
  if (!isMap(root) || root.entries.length === 0) return { facts: [], problems };
  const keys = new Set(root.entries.map((e) => e.key.text));
  const kind = kindOf(file.path, keys);
  if (kind === 'broker' || kind === 'mirror-maker') return { ...readServer(file, root, kind), problems };
  const roles = rolesOf(file.path, keys);
  if (roles.length === 0) return { facts: [], problems };
  const client = readClient(file, root, roles, true);
  return { facts: client.facts, problems: [...problems, ...client.problems], skipped: openIn(client.all) };
}

/** A broker or MirrorMaker: what clients may know of it, and the secrets that are written into it. */
function readServer(
  file: SourceFile, root: MapNode, kind: 'broker' | 'mirror-maker',
): Pick<ReadResult, 'facts' | 'skipped'> {
  const all = knownLeaves(file, root);
  const values = new KeyedValues(file, all);
  const own = kind === 'broker'
    ? [brokerFact(values, dialect, rangeIn(file, root.start, root.end))].filter((f) => f !== undefined)
    : mirrorFacts(values, dialect);
  const of = own.length === 1 && own[0]?.kind === 'broker' ? own[0].name.value : baseName(file.path);
  const secrets = readSecrets(file, all, { dialect, of, protocol: 'kafka' });
  return { facts: [...own, ...secrets], skipped: openIn(all) };
}

/** The places of what the file leaves to others, but for logins. */
export function openIn(all: readonly Keyed[]): SourceRange[] {
  return all.filter((one) => one.isOpen && !isLoginKey(one.key)).map((one) => one.at);
}

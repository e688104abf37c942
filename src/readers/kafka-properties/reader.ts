import type { Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { BrokerFact, ConsumeFact, Fact, InsertPlace, PublishFact, ServiceFact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { parseProperties } from '../../syntax/properties';
import type { SyntaxNode } from '../../syntax/tree';
import { brokerFact } from '../kafka-broker/broker';
import { mirrorFacts } from '../kafka-broker/mirrorMaker';
import { isLoginKey, readSecrets, registryKeys } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { allowedValues } from '../shared/kafkaClient';
import { processingGuarantee } from '../shared/kafkaStreams';
import { KeyedValues, leavesOf, type Keyed } from '../shared/keyed';
import { dialect } from './dialect';
import type { Role } from './keys';
import { clientOf, lineBreak, serviceName } from './naming';
import { isKafkaProperties, kindOf, rolesOf } from './recognize';
import { consumerSettings, producerSettings, Properties } from './settings';

/**
 * Settings of Kafka in Java's properties format: of clients (producer, consumer, Connect worker, Streams), of
 * brokers, of MirrorMaker 2.
 */
export const kafkaProperties: Reader = { dialect, recognizes: isKafkaProperties, read: readProperties };

function readProperties(file: SourceFile): ReadResult {
  const tree = parseProperties(file.text);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  const root = tree.roots[0];
  const p = new Properties(file, root);
  const keys = new Set(p.entries.map((e) => e.key.text));
  const kind = kindOf(file.path, keys);
  if (kind === 'broker' || kind === 'mirror-maker') return { ...readServer(file, root, kind), problems };
  const roles = rolesOf(file.path, keys);
  if (roles.length === 0 || p.entries.length === 0) return { facts: [], problems };
  const extent = rangeIn(file, root?.start ?? 0, root?.end ?? 0);
  const facts: Fact[] = [];
  const broker = brokerOf(p);
  if (broker !== undefined) facts.push(broker);
  // A file with nothing but an address and a login serves tools as well as programs: it is no service.
  if (!(roles.length === 1 && roles[0] === 'client')) facts.push(...serviceFacts(p, root, roles, extent));
  for (const { key, value, at } of p.wrong.values()) {
    problems.push({
      code: 'kafka/wrong-value', severity: 'warning', at,
      message: `"${value}" is no value of ${key}. Write ${allowedValues(key)}; `
        + 'clients refuse to start with anything else.',
    });
  }
  const of = broker?.url?.value ?? baseName(file.path);
  const all = leavesOf(file, root);
  facts.push(...readSecrets(file, all, { dialect, of, protocol: 'kafka' }));
  return { facts, problems, skipped: openIn(all) };
}

/** A broker or MirrorMaker: what clients may know of it, and the secrets that are written into it. */
function readServer(
  file: SourceFile, root: SyntaxNode | undefined, kind: 'broker' | 'mirror-maker',
): Pick<ReadResult, 'facts' | 'skipped'> {
  const all = leavesOf(file, root);
  const values = new KeyedValues(file, all);
  const own = kind === 'broker'
    ? [brokerFact(values, dialect, rangeIn(file, root?.start ?? 0, root?.end ?? 0))].filter((f) => f !== undefined)
    : mirrorFacts(values, dialect);
  const of = own.length === 1 && own[0]?.kind === 'broker' ? own[0].name.value : baseName(file.path);
  return { facts: [...own, ...readSecrets(file, all, { dialect, of, protocol: 'kafka' })], skipped: openIn(all) };
}

/** The places of what the file leaves to others, but for logins. */
function openIn(all: readonly Keyed[]): SourceRange[] {
  return all.filter((one) => one.isOpen && !isLoginKey(one.key)).map((one) => one.at);
}

function serviceFacts(
  p: Properties, root: SyntaxNode | undefined, roles: readonly Role[], extent: SourceRange,
): Fact[] {
  const { name, inferred } = serviceName(p, roles);
  const service: ServiceFact = defined({
    kind: 'service' as const, dialect, extent, name, client: clientOf(p, root, roles), inferred,
  });
  const worker = roles.includes('connect');
  const streams = roles.includes('streams');
  const facts: Fact[] = [service];
  const eos = streams ? processingGuarantee(p.text('processing.guarantee'), p.text('application.id')) : undefined;
  if (worker || streams || roles.includes('producer')) {
    facts.push(defined<PublishFact>({
      kind: 'publish', dialect, extent, service: name, protocol: 'kafka', note: eos?.note,
      settings: { ...eos?.publish, ...producerSettings(p, !worker) },
      insert: insertPlace(p, worker ? 'producer.' : ''),
    }));
  }
  if (worker || streams || roles.includes('consumer')) {
    facts.push(defined<ConsumeFact>({
      kind: 'consume', dialect, extent, service: name, protocol: 'kafka', note: eos?.note,
      settings: {
        ...eos?.consume, ...consumerSettings(p, !worker),
        ...(streams ? { group: p.text('application.id') } : {}),
      },
      insert: insertPlace(p, worker ? 'consumer.' : ''),
    }));
  }
  return facts;
}

/** Behind the last entry, on a line of its own. */
function insertPlace(p: Properties, prefix: string): InsertPlace | undefined {
  const end = Math.max(...p.entries.map((e) => e.end));
  const before = `${lineBreak(p.file)}${prefix}`;
  return { at: rangeIn(p.file, end, end), before, separator: '=', after: '' };
}

function brokerOf(p: Properties): BrokerFact | undefined {
  const url = p.text('bootstrap.servers', 'metadata.broker.list');
  if (url === undefined) return undefined;
  const entry = p.entry('bootstrap.servers') ?? p.entry('metadata.broker.list');
  return brokerByAddress({
    dialect, extent: entry === undefined ? url.at : rangeIn(p.file, entry.key.start, entry.end),
    bootstrap: url, securityProtocol: p.text('security.protocol'), registry: p.text(...registryKeys),
  });
}

import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Problem } from '../../text/problem';
import type { SourceRange, Sourced } from '../../text/range';
import type {
  BrokerFact, ChannelFact, ConsumeFact, Fact, InsertPlace, PublishFact, ServiceFact,
} from '../../model/facts';
import { masked } from '../../syntax/placeholder';
import type { MapNode, SyntaxNode } from '../../syntax/tree';
import { readSecrets, registryKeys } from '../shared/clientSecrets';
import { workerPublish } from '../shared/connectWorker';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { allowedValues } from '../shared/kafkaClient';
import { processingGuarantee, streamsConsume } from '../shared/kafkaStreams';
import { KeyedValues, leavesOf, type Keyed } from '../shared/keyed';
import { namedTopics } from '../shared/namedTopics';
import { dialect } from './dialect';
import type { Role } from './keys';
import { clientOf, lineBreak, serviceName } from './naming';
import { consumerSettings, producerSettings, Properties } from './settings';

/** What a client's settings give, and the values by key, for what else is to be read from them. */
export interface ClientReading {
  readonly facts: Fact[];
  readonly problems: Problem[];
  readonly all: readonly Keyed[];
}

/**
 * The settings of one Kafka client: a properties file, or a map of YAML or JSON with Kafka's own keys.
 * @param canInsert true where a setting can be written as a line of its own.
 */
export function readClient(
  file: SourceFile, root: MapNode, roles: readonly Role[], canInsert: boolean,
): ClientReading {
  const p = new Properties(file, root);
  const extent = rangeIn(file, root.start, root.end);
  const facts: Fact[] = [];
  const all = knownLeaves(file, root);
  const broker = brokerOf(p);
  if (broker !== undefined) facts.push(broker);
  // A file with nothing but an address and a login serves tools as well as programs: it is no service.
  if (!(roles.length === 1 && roles[0] === 'client')) {
    const service = serviceFacts(p, root, roles, extent, canInsert);
    facts.push(...service, ...topicFacts(new KeyedValues(file, all), service[0].name, roles, broker));
  }
  const problems = [...p.wrong.values()].map(({ key, value, at }): Problem => ({
    code: 'kafka/wrong-value', severity: 'warning', at,
    message: `"${value}" is no value of ${key}. Write ${allowedValues(key)}; `
      + 'clients refuse to start with anything else.',
  }));
  const of = broker?.url?.value ?? baseName(file.path);
  facts.push(...readSecrets(file, all, { dialect, of, protocol: 'kafka' }));
  return { facts, problems, all };
}

/** The settings whose keys are known: a template may print a part of one. */
export function knownLeaves(file: SourceFile, root: SyntaxNode): readonly Keyed[] {
  return leavesOf(file, root).filter((one) => !one.key.includes(masked));
}

/** Kafka's own keys that name topics of its machinery. */
const machinery = /(^|\.)(offset|config|status)\.storage\.topic$|(^|\.)(confluent|metrics?|errors)\./;

/**
 * Topics that a program keeps beside its client's settings (`input.topic.name`). Which way messages go is
 * said by the key, or by the settings, where they are those of a producer or of a consumer alone.
 */
function topicFacts(
  values: KeyedValues, service: Sourced<string>, roles: readonly Role[], broker: BrokerFact | undefined,
): Fact[] {
  const [role] = roles;
  if (role === 'connect') return [];
  const sides = { producer: 'publish', consumer: 'consume', streams: undefined, client: undefined } as const;
  const only = roles.length !== 1 || role === undefined ? undefined : sides[role];
  const topics = namedTopics(values).filter(({ what, key }) => what === 'topic' && !machinery.test(key));
  return topics.map((named): Fact => {
    const direction = named.direction ?? only;
    const inferred = direction === undefined || named.direction !== undefined
      ? `The key ${named.key} names a topic.`
      : `The key ${named.key} names a topic, and the file holds the settings of a ${role}.`;
    const common = { dialect, extent: named.from.extent, inferred };
    if (direction === undefined) {
      return defined<ChannelFact>({
        kind: 'channel', ...common, address: named.name, protocol: 'kafka', broker: broker?.name,
        settings: {},
      });
    }
    const edge = {
      ...common, service, protocol: 'kafka' as const, settings: {},
      channel: defined({ name: named.name, protocol: 'kafka' as const, broker: broker?.name.value }),
    };
    return direction === 'publish' ? { kind: 'publish', ...edge } : { kind: 'consume', ...edge };
  });
}

function serviceFacts(
  p: Properties, root: SyntaxNode, roles: readonly Role[], extent: SourceRange, canInsert: boolean,
): [ServiceFact, ...Fact[]] {
  const { name, inferred } = serviceName(p, roles);
  const service: ServiceFact = defined({
    kind: 'service' as const, dialect, extent, name, client: clientOf(p, root, roles), inferred,
  });
  const worker = roles.includes('connect');
  const streams = roles.includes('streams');
  const facts: [ServiceFact, ...Fact[]] = [service];
  const eos = streams ? processingGuarantee(p.text('processing.guarantee'), p.text('application.id'))
    : undefined;
  if (worker || streams || roles.includes('producer')) {
    facts.push(defined<PublishFact>({
      kind: 'publish', dialect, extent, service: name, protocol: 'kafka', note: eos?.note,
      settings: { ...eos?.publish, ...(worker ? workerPublish((key) => p.text(key)) : {}), ...producerSettings(p, !worker) },
      insert: canInsert ? insertPlace(p, worker ? 'producer.' : '') : undefined,
    }));
  }
  if (worker || streams || roles.includes('consumer')) {
    facts.push(defined<ConsumeFact>({
      kind: 'consume', dialect, extent, service: name, protocol: 'kafka', note: eos?.note,
      settings: {
        ...eos?.consume, ...consumerSettings(p, !worker),
        ...(streams ? { ...streamsConsume((key) => p.text(key)), group: p.text('application.id') } : {}),
      },
      insert: canInsert ? insertPlace(p, worker ? 'consumer.' : '') : undefined,
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

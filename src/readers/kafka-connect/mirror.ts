import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelRef, Fact, RouteFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { brokerByAddress, nameOfHost } from '../shared/kafkaBroker';
import type { Connector } from './context';

/** Regular expressions: what is none of these is a topic's plain name. */
const isPattern = /[\\^$*+?()[\]{}|]/;

/** Topics that MirrorMaker 2's or Confluent's connectors copy from one cluster to another. */
export function mirrorFacts(c: Connector): Fact[] {
  const type = c.type?.value ?? '';
  return /Replicator/.test(type) ? replicator(c) : mirrorMaker(c, /MirrorSource/.test(type));
}

interface End {
  readonly name: Sourced<string>;
  readonly fact: BrokerFact;
}

function mirrorMaker(c: Connector, copies: boolean): Fact[] {
  const { values } = c;
  const source = endOf(c, values.text('source.cluster.alias'), 'source.cluster.');
  const target = endOf(c, values.text('target.cluster.alias'), 'target.cluster.');
  const brokers = [source, target].flatMap((end) => (end === undefined ? [] : [end.fact]));
  if (!copies || source === undefined) return brokers;
  const policy = values.text('replication.policy.class')?.value ?? '';
  const separator = values.text('replication.policy.separator')?.value ?? '.';
  // A policy of somebody's own names topics in ways that only its code tells.
  if (policy !== '' && !/(Default|Identity)ReplicationPolicy$/.test(policy)) return brokers;
  const prefix = policy.endsWith('IdentityReplicationPolicy') ? '' : `${source.name.value}${separator}`;
  return [...brokers, ...copied(c, source, target, (name) => prefix + name, '.*')];
}

function replicator(c: Connector): Fact[] {
  const { values } = c;
  const source = endOf(c, undefined, 'src.kafka.');
  const target = endOf(c, undefined, 'dest.kafka.');
  const brokers = [source, target].flatMap((end) => (end === undefined ? [] : [end.fact]));
  const format = values.get('topic.rename.format')?.value ?? '${topic}';
  const rename = (name: string): string => format.replaceAll('${topic}', () => name);
  return [...brokers, ...copied(c, source, target, rename, undefined)];
}

function endOf(c: Connector, alias: Sourced<string> | undefined, prefix: string): End | undefined {
  const bootstrap = c.values.text(`${prefix}bootstrap.servers`);
  const name = alias ?? (bootstrap && { value: nameOfHost(bootstrap.value), at: bootstrap.at });
  if (name === undefined) return undefined;
  const entry = c.values.all.find((one) => one.at.start === (bootstrap ?? name).at.start);
  const base = { dialect: c.dialect, extent: entry?.extent ?? name.at };
  if (bootstrap === undefined) {
    return { name, fact: { kind: 'broker', ...base, name, protocol: { value: 'kafka', at: name.at } } };
  }
  const securityProtocol = c.values.text(`${prefix}security.protocol`);
  const { inferred, ...fact } = brokerByAddress(defined({ ...base, bootstrap, securityProtocol }));
  return { name, fact: { ...fact, name, ...(alias === undefined ? { inferred } : {}) } };
}

function copied(
  c: Connector, source: End | undefined, target: End | undefined, rename: (name: string) => string,
  all: string | undefined,
): RouteFact[] {
  const { values } = c;
  const base = { kind: 'route' as const, route: 'mirror' as const, dialect: c.dialect, extent: c.extent };
  const end = (of: End | undefined): Pick<ChannelRef, 'broker' | 'protocol'> =>
    defined({ protocol: 'kafka' as const, broker: of?.name.value });
  const named = [...values.list('topics'), ...values.list('topic.whitelist')];
  const regex = values.text('topics.regex', 'topic.regex');
  const patterns = [...named, ...(regex === undefined ? [] : [regex])];
  // MirrorMaker 2 copies all topics where none are listed.
  const from = patterns.length > 0 || all === undefined || source === undefined
    ? patterns : [{ value: all, at: source.name.at }];
  return from.map((name) => {
    const isRegex = name === regex || isPattern.test(name.value);
    return {
      ...base, by: `connector ${c.name.value}`,
      from: { ...end(source), name, ...(isRegex ? { match: 'regex' as const } : {}) },
      to: { ...end(target), name: { value: rename(isRegex ? '$&' : name.value), at: name.at } },
    };
  });
}

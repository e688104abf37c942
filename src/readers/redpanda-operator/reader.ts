import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelFact, ChannelRef, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ChannelSettings, ConsumeSettings } from '../../model/settings';
import { entry, get, type SyntaxNode } from '../../syntax/tree';
import { known, Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import { serviceAddresses } from '../kubernetes/network';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn, withSettings } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { entryRange, nodeRange } from '../shared/places';

const dialect = 'redpanda-operator';
/** Of the internal listener of the operator's clusters, and the usual one. */
const ports = [9093, 9092];

type Read = (ask: Asking, resource: Resource, all: readonly Resource[]) => Fact[];

const kinds: Readonly<Record<string, Read>> = { Redpanda: clusterFacts, Topic: topicFacts, User: userFacts };

/** The custom resources of Redpanda's operator: clusters, topics, and users with what they may do. */
export const redpandaOperator: ResourceReader = {
  dialect,
  kinds: { 'cluster.redpanda.com': 'all' },
  read: (resource, all): ResourceFacts => {
    const ask = new Asking(resource.file);
    const facts = Object.hasOwn(kinds, resource.kind) ? kinds[resource.kind]!(ask, resource, all) : [];
    return { facts, skipped: ask.skipped };
  },
};

function clusterFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root, extent } = resource;
  if (name === undefined) return [];
  const spec = get(root, 'spec', 'clusterSpec');
  return [defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'kafka', at: name.at }, namespace,
    addresses: serviceAddresses(name, namespace, ports),
    nodes: known(ask.number(get(spec, 'statefulset', 'replicas'))),
    tls: known(ask.boolean(get(spec, 'tls', 'enabled'))), software: 'redpanda',
  })];
}

interface Place {
  readonly name: Sourced<string> | undefined;
  readonly facts: readonly Fact[];
}

/** The cluster of a topic or user: by reference, or by the addresses of its brokers. */
function placeOf(ask: Asking, resource: Resource, all: readonly Resource[]): Place {
  const spec = get(resource.root, 'spec');
  const name = ask.text(get(spec, 'cluster', 'clusterRef', 'name'));
  if (name !== undefined) {
    const isHere = all.some((r) => r.kind === 'Redpanda' && r.name?.value === name.value);
    const first = all.find((r) => r.kind !== 'Redpanda'
      && ask.text(get(r.root, 'spec', 'cluster', 'clusterRef', 'name'))?.value === name.value);
    return { name, facts: isHere || first !== resource ? [] : [referredTo(name, resource.namespace)] };
  }
  const holder = get(spec, 'cluster', 'staticConfiguration', 'kafka') ?? get(spec, 'kafkaApiSpec');
  const brokers = entry(holder, 'brokers');
  const facts = brokers && brokerOfClient({
    dialect, resource, protocol: 'kafka', urls: ask.list(brokers.value),
    extent: entryRange(ask.file, brokers),
  });
  return { name: facts?.[0].name, facts: facts ?? [] };
}

function referredTo(name: Sourced<string>, namespace: string | undefined): BrokerFact {
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent: name.at, name, protocol: { value: 'kafka', at: name.at }, namespace,
    addresses: serviceAddresses(name, namespace, ports),
    inferred: 'The file names the cluster; its addresses follow from the operator\'s naming.',
  });
}

function topicFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const said = ask.said(get(spec, 'overwriteTopicName'));
  const address = said === undefined ? resource.name : known(said);
  const place = placeOf(ask, resource, all);
  if (address === undefined) return [...place.facts];
  return [...place.facts, defined<ChannelFact>({
    kind: 'channel', dialect, extent: resource.extent, address, protocol: 'kafka',
    broker: place.name && { value: place.name.value, at: place.name.at },
    settings: withSettings<ChannelSettings>(topicSettings(ask.lookup(get(spec, 'additionalConfig'))), {
      partitions: ask.number(get(spec, 'partitions')), replicas: ask.number(get(spec, 'replicationFactor')),
    }),
  })];
}

/** A `User`: the program that logs in by that name, with what its access rules let it do. */
function userFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, extent, root } = resource;
  const place = placeOf(ask, resource, all);
  if (name === undefined) return [...place.facts];
  const rules = mapsIn(get(root, 'spec', 'authorization', 'acls'))
    .filter((rule) => ask.text(get(rule, 'type'))?.value.toLowerCase() !== 'deny');
  const groups = rules.flatMap((rule) => (isOf(ask, rule, 'group') && !isPrefix(ask, rule)
    ? nameOf(ask, rule) ?? [] : []));
  const settings: ConsumeSettings = groups.length === 1 ? { group: groups[0]! } : {};
  return [...place.facts, {
    kind: 'service', dialect, extent, name, inferred: 'A program is taken to log in as the user of its name.',
  }, ...rules.flatMap((rule): Fact[] => {
    const topic = isOf(ask, rule, 'topic') ? nameOf(ask, rule) : undefined;
    if (topic === undefined) return [];
    const channel = defined<ChannelRef>({
      name: topic, protocol: 'kafka', broker: place.name?.value,
      match: isPrefix(ask, rule) ? 'prefix' : undefined,
    });
    const base = { dialect, extent: nodeRange(ask.file, rule), service: name, channel,
      protocol: 'kafka' as const };
    const operations = ask.list(get(rule, 'operations')).map((one) => one.value.toLowerCase());
    const can = (operation: string): boolean => operations.includes(operation) || operations.includes('all');
    const write: PublishFact = { ...base, kind: 'publish', settings: {},
      inferred: 'Its access rules let it write.' };
    const read: ConsumeFact = { ...base, kind: 'consume', settings,
      inferred: 'Its access rules let it read.' };
    return [...(can('write') ? [write] : []), ...(can('read') ? [read] : [])];
  })];
}

function isOf(ask: Asking, rule: SyntaxNode, type: string): boolean {
  return ask.text(get(rule, 'resource', 'type'))?.value.toLowerCase() === type;
}

function isPrefix(ask: Asking, rule: SyntaxNode): boolean {
  return /^prefix/i.test(ask.text(get(rule, 'resource', 'patternType'))?.value ?? '');
}

/** The name that a rule is about; one for everything names nothing. */
function nameOf(ask: Asking, rule: SyntaxNode): Sourced<string> | undefined {
  const name = ask.text(get(rule, 'resource', 'name'));
  return name?.value === '*' ? undefined : name;
}

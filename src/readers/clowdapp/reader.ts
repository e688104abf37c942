import type { Sourced } from '../../text/range';
import type { ChannelFact, Fact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { isLocalAddress } from '../../model/address';
import { get } from '../../syntax/tree';
import { Asking } from '../kubernetes/asking';
import { containerOf, moduleOf, type Container } from '../kubernetes/pods';
import { programFacts } from '../kubernetes/programs';
import { copies } from '../kubernetes/replicas';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn, withSettings } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { nodeRange } from '../shared/places';

const dialect = 'clowder-clowdapp';

/**
 * Applications for Clowder, the operator of Red Hat's hosted services. They list the Kafka topics that they need
 * without saying what for; which cluster it is, the environment decides that Clowder deploys them to.
 */
export const clowdApp: ResourceReader = {
  dialect,
  kinds: { 'cloud.redhat.com': ['ClowdApp'] },
  read: clowdAppFacts,
};

function clowdAppFacts(resource: Resource, all: readonly Resource[]): ResourceFacts {
  const { name, root, extent } = resource;
  const ask = new Asking(resource.file);
  const channels = mapsIn(get(root, 'spec', 'kafkaTopics')).flatMap((item): ChannelFact[] => {
    const address = ask.text(get(item, 'topicName'));
    if (address === undefined) return [];
    const settings = withSettings<ChannelSettings>(topicSettings(ask.lookup(get(item, 'config'))), {
      partitions: ask.number(get(item, 'partitions')), replicas: ask.number(get(item, 'replicas')),
    });
    return [defined<ChannelFact>({
      kind: 'channel', dialect, extent: nodeRange(ask.file, item), address, protocol: 'kafka', settings,
      note: name && `${name.value} needs the topic; its ClowdApp does not say whether it publishes or consumes.`,
    })];
  });
  const containers = containersOf(resource);
  const instances = instancesOf(resource);
  // Kafka is the one messaging system that Clowder provides.
  const program = programFacts(containers, {
    resource, all, dialect, name, instances, protocols: channels.length > 0 ? ['kafka'] : undefined,
  });
  const skipped = [...ask.skipped, ...program.skipped ?? []];
  const said = program.facts.filter((fact) => fact.kind === 'service');
  const service: readonly Fact[] = said.length > 0 || name === undefined || channels.length === 0 ? said : [
    defined<Fact>({ kind: 'service', dialect, extent, name, instances, module: moduleOf(containers[0]?.written) }),
  ];
  const needed = new Set(channels.map((channel) => channel.address.value));
  const others = withoutStandIns(program.facts).filter((fact) =>
    fact.kind !== 'service' && !(fact.kind === 'channel' && needed.has(fact.address.value)));
  return { facts: [...service, ...channels, ...others], skipped };
}

/** Clowder tells programs where Kafka is; an address on the own machine is a default that never holds there. */
function withoutStandIns(facts: readonly Fact[]): readonly Fact[] {
  const left = new Set(facts.flatMap((fact) =>
    (fact.kind === 'broker' && fact.url !== undefined && isLocalAddress(fact.url.value) ? [fact.name.value] : [])));
  return facts.flatMap((fact): Fact[] => {
    if (fact.kind === 'broker') return left.has(fact.name.value) ? [] : [fact];
    if (fact.kind === 'channel' && left.has(fact.broker?.value ?? '')) {
      const { broker: _, ...rest } = fact;
      return [rest];
    }
    if (fact.kind !== 'publish' && fact.kind !== 'consume') return [fact];
    if (!left.has(fact.channel?.broker ?? '')) return [fact];
    const { broker: _, ...channel } = fact.channel!;
    return [{ ...fact, channel }];
  });
}

/** The most copies that one of its deployments may have: `minReplicas` is an older word for `replicas`. */
function instancesOf(resource: Resource): Sourced<number> | undefined {
  const all = mapsIn(get(resource.root, 'spec', 'deployments')).flatMap((item) =>
    [get(item, 'autoScaler', 'maxReplicaCount'), get(item, 'autoScalerSimple', 'replicas', 'max'), get(item, 'replicas'),
      get(item, 'minReplicas')].map((node) => copies(resource, node)).find((said) => said !== undefined) ?? []);
  return all.reduce<Sourced<number> | undefined>((most, one) => (most !== undefined && most.value >= one.value ? most : one), undefined);
}

/** The containers of its deployments, then of its jobs; `pods` is an older word for deployments. */
function containersOf(resource: Resource): Container[] {
  return ['deployments', 'jobs'].flatMap((key) => mapsIn(get(resource.root, 'spec', key))
    .flatMap((item) => mapsIn(wrapped(get(item, 'podSpec')))).map((node) => containerOf(resource, node)))
    .concat(mapsIn(get(resource.root, 'spec', 'pods')).map((node) => containerOf(resource, node)));
}

function wrapped(node: ReturnType<typeof get>): ReturnType<typeof get> {
  return node && { kind: 'seq', start: node.start, end: node.end, items: [node], flow: false };
}

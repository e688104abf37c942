import { shownUrl } from '../address';
import { keepAttached } from '../attach';
import type {
  BrokerDriver,
  BrokerSession,
  ConnectOptions,
  Tap,
  TapPlan,
  TapSink,
  TapStart,
  TapTarget,
} from '../driver';
import type { DriverServices } from '../services';
import { within } from '../wait';
import { unreachableBrokers, type AdvertisedBroker } from './advertised';
import { kafkaClient } from './client';
import { diagnosed } from './diagnose';
import { kafkaError } from './failure';
import { kafkaFigures } from './figures';
import { Groups } from './groups';
import { kafkaInventory } from './inventory';
import { isInternal } from './metadata';
import { whileLeadersMove, type Nodes } from './nodes';
import { noSuchPartition } from './positions';
import { planPublish, topicPublisher } from './publish';
import { topicRedrive } from './redrive';
import { TopicTap } from './tap';

const CALL_WITHIN = 20_000;

/**
 * Kafka through kafkajs. A tap fetches from the partition leaders without joining a consumer group:
 * it makes nothing on the broker, commits nothing, needs rights on the topic only, and its first
 * message does not wait for a group to form.
 */
export function kafkaDriver(services: DriverServices): BrokerDriver {
  return {
    protocol: 'kafka',
    connect: (options, signal) => connect(options, services, signal),
  };
}

async function connect(
  options: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<BrokerSession> {
  const where = `Kafka at ${shownUrl(options.url)}`;
  const client = await kafkaClient(options, services);
  const { client: nodes, sockets, drop } = await client.nodes();
  const ask = async <T>(work: () => Promise<T>, under: AbortSignal, topic?: string): Promise<T> => {
    try {
      return await within(work(), under, CALL_WITHIN, where);
    } catch (error) {
      throw kafkaError(error, where, topic);
    }
  };
  let brokers: readonly AdvertisedBroker[];
  try {
    ({ brokers } = await within(nodes.metadata([]), signal, CALL_WITHIN, where));
  } catch (error) {
    void drop();
    throw signal.aborted ? kafkaError(error, where) : await diagnosed(error, options, sockets, where, signal);
  }
  const outOfReach = await unreachableBrokers(brokers, options).catch((error: unknown) => {
    void drop();
    throw error;
  });
  for (const { nodeId, host, port } of outOfReach)
    services.log('warn', `Kafka’s broker ${nodeId} cannot be reached at ${host}:${port}.`);

  const about = aboutCluster(brokers.length, outOfReach.length);
  const groups = new Groups(nodes);
  const room = { client, nodes, groups, where };
  const closing = new AbortController();
  return {
    protocol: 'kafka',
    about,
    plan: (target, start) =>
      ask(() => planOf(nodes, target.address, start), closing.signal, target.address),
    tap: async (target: TapTarget, start: TapStart, sink: TapSink, under: AbortSignal): Promise<Tap> => {
      const committedOnly = options.isolation === 'read_committed';
      const tap = new TopicTap(client, target.address, start, committedOnly, sink, where);
      const attached = await keepAttached((nth, s) => tap.attach(nth, s), sink, under);
      return { pause: () => tap.pause(), resume: () => tap.resume(), stop: () => attached.stop() };
    },
    list: (under) =>
      ask(async () => {
        const { topics } = await nodes.metadata('all');
        return topics
          .filter((t) => !isInternal(t))
          .map((t) => ({ address: t.name, kind: 'topic' as const }))
          .sort((a, b) => (a.address < b.address ? -1 : 1));
      }, under),
    // Only versions that tapped through a consumer group left something.
    remove: (entry, under) =>
      ask(async () => {
        if (entry.kind !== 'group') return true;
        const { node } = await nodes.coordinator(entry.name);
        const [group] = (await node.describeGroups({ groupIds: [entry.name] })).groups;
        if (group && group.state !== 'Dead') await node.deleteGroups([entry.name]);
        return true;
      }, under),
    figures: (query, under) => ask(() => whileLeadersMove(() => kafkaFigures(nodes, groups, query)), under),
    inventory: (under) => ask(() => kafkaInventory(nodes, groups, about), under),
    planPublish: (target, under) => ask(() => planPublish(room, target), under, target.address),
    publisher: (target, under) => topicPublisher(room, target, under),
    redrive: (target) => topicRedrive(room, target),
    close: async () => {
      closing.abort();
      await drop();
    },
  };
}

function aboutCluster(brokers: number, outOfReach: number): string {
  const count = `${brokers} broker${brokers === 1 ? '' : 's'}`;
  return `Kafka, ${count}${outOfReach > 0 ? `, ${outOfReach} of them out of reach` : ''}`;
}

async function planOf(nodes: Nodes, topic: string, start: TapStart): Promise<TapPlan> {
  const found = await nodes.topic(topic);
  const partitions = found.partitions.map((p) => p.partition).sort((a, b) => a - b);
  const strange = start.partitions?.filter((p) => !partitions.includes(p)) ?? [];
  return {
    verdict: strange.length > 0 ? 'refused' : 'ok',
    makes: [],
    changes: [],
    starts: ['latest', 'earliest', 'last', 'offset', 'time'],
    untils: ['now', 'offset', 'time'],
    partitions,
    ...(strange.length > 0 ? { reason: noSuchPartition(topic, strange, partitions.length) } : {}),
  };
}

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
import { kafkaClient } from './client';
import { kafkaError } from './failure';
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
  const admin = client.admin();
  const ask = async <T>(work: () => Promise<T>, under: AbortSignal, topic?: string): Promise<T> => {
    try {
      return await within(work(), under, CALL_WITHIN, where);
    } catch (error) {
      throw kafkaError(error, where, topic);
    }
  };
  let brokers = 0;
  try {
    await ask(async () => {
      await admin.connect();
      brokers = (await admin.describeCluster()).brokers.length;
    }, signal);
  } catch (error) {
    admin.disconnect().catch(() => {});
    throw error;
  }

  const closing = new AbortController();
  return {
    protocol: 'kafka',
    about: `Kafka, ${brokers} broker${brokers === 1 ? '' : 's'}`,
    plan: (target) =>
      ask(
        async () => {
          await admin.fetchTopicMetadata({ topics: [target.address] });
          return PLAN;
        },
        closing.signal,
        target.address,
      ),
    tap: async (target: TapTarget, start: TapStart, sink: TapSink, under: AbortSignal): Promise<Tap> => {
      const committedOnly = options.isolation === 'read_committed';
      const tap = new TopicTap(client, target.address, start, committedOnly, sink, where);
      const attached = await keepAttached((nth, s) => tap.attach(nth, s), sink, under);
      return { pause: () => tap.pause(), resume: () => tap.resume(), stop: () => attached.stop() };
    },
    list: (under) =>
      ask(async () => {
        const names = (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort();
        return names.map((address) => ({ address, kind: 'topic' as const }));
      }, under),
    // Only versions that tapped through a consumer group left something.
    remove: (entry, under) =>
      ask(async () => {
        if (entry.kind !== 'group') return true;
        const there = (await admin.listGroups()).groups.some((g) => g.groupId === entry.name);
        if (there) await admin.deleteGroups([entry.name]);
        return true;
      }, under),
    close: async () => {
      closing.abort();
      await admin.disconnect().catch(() => {});
    },
  };
}

const PLAN: TapPlan = {
  verdict: 'ok',
  makes: [],
  changes: [],
  starts: ['latest', 'earliest', 'last'],
};

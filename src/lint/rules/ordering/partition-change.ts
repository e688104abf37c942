import { placingOf } from '../../../delivery/partitioners';
import type { ChannelFact } from '../../../model/facts';
import type { Channel, FlowModel } from '../../../model/model';
import type { Sourced } from '../../../text/range';
import type { EarlierFiles } from '../../context';
import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { orderAt, orderRelated } from '../../orderWish';
import { defineRule, type Finding } from '../../rule';
import { channelWords, couldSaySettings } from '../../words';

/** Another number of partitions moves keys away from their earlier records. */
export default defineRule<'keyed' | 'unknown' | 'fewer'>({
  name: 'ordering/partition-change',
  severity: 'error',
  summary: 'The number of partitions of a Kafka topic with keys is not what it was.',
  why: `
A producer takes the partition of a key by its hash modulo the number of partitions. With another number many keys belong
to another partition from then on, and Kafka moves no record that is there already: the records of one key lie in two
partitions, which different consumers read at their own pace, so that a later record may be handled before an earlier one.
Joins and state stores of Kafka Streams look for a key in the wrong partition, and a compacted topic keeps two last values
of a key, of which a tombstone deletes one. Partitions cannot be taken away at all: Kafka refuses it, and a tool that does
not stop there deletes the topic with its records.

Asked only where an earlier state of the same files is known: in \`tailrace compat\` against a commit or a folder, and in the
editor against the commit that contracts are compared with (\`compat: { against }\` of the configuration). \`tailrace check\`
sees one state only and cannot tell. A topic that moved to another file is not followed there.

An error where somebody says that order per key counts; a warning where a producer says that it sets a key, or the topic is
compacted, and for each number that became smaller; information where no file could say whether its records have keys. A topic whose
producers say no key, or with \`ordering: none\`, may grow.`,
  sources: [
    'https://kafka.apache.org/documentation/#basic_ops_modify_topic',
    'https://kafka.apache.org/documentation/#producerconfigs_partitioner.class',
  ],
  messages: {
    keyed: '{channel} had {before} in {earlier} and has {now} now: producers take a key’s hash modulo that number, so that keys go to other partitions while their earlier records stay, and records of one key are read out of order. Keep {before}, or create a new topic with {now} and move to it once the old one has been read to its end.',
    unknown: '{channel} had {before} in {earlier} and has {now} now, and no file says whether its records have keys: if they have, keys go to other partitions while their earlier records stay, and records of one key are read out of order. Say ordering: none if order does not count; else keep {before}, or move to a new topic.',
    fewer: '{channel} had {before} in {earlier} and has {now} now: Kafka takes no partition away. What applies this fails, or deletes the topic with its records. Keep {before}, or create a new topic with {now} and move to it once the old one has been read to its end.',
  },
  examples: {
    invalid: [
      {
        earlier: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 6, ordering: per-key }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all, key: order_id }
        `,
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all, key: order_id }
        `,
        report: text`
          error ordering/partition-change topic orders.placed had 6 partitions in main (0123456789) and has 12 partitions now: producers take a key’s hash modulo that number, so that keys go to other partitions while their earlier records stay, and records of one key are read out of order. Keep 6 partitions, or create a new topic with 12 partitions and move to it once the old one has been read to its end.
            test.flow.yaml:5:48
            5 |   orders.placed: { broker: events, partitions: 12, ordering: per-key }
              |                                                ^^
            test.flow.yaml:9:40 checkout sets a key
            test.flow.yaml:5:62 topic orders.placed needs per-key order
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 6, ordering: per-key }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all, key: order_id }
        `,
      },
      {
        earlier: text`
          === topics.yaml
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: customers, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 1, replicas: 3, config: { cleanup.policy: compact } }
          ---
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: clicks, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 3, replicas: 3 }
          ---
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: views, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 8, replicas: 3 }
        `,
        files: text`
          === topics.yaml
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: customers, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 4, replicas: 3, config: { cleanup.policy: compact } }
          ---
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: clicks, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 6, replicas: 3 }
          ---
          apiVersion: kafka.strimzi.io/v1beta2
          kind: KafkaTopic
          metadata: { name: views, labels: { strimzi.io/cluster: events } }
          spec: { partitions: 1, replicas: 3 }
        `,
        report: text`
          warning ordering/partition-change topic customers had 1 partition in main (0123456789) and has 4 partitions now: producers take a key’s hash modulo that number, so that keys go to other partitions while their earlier records stay, and records of one key are read out of order. Keep 1 partition, or create a new topic with 4 partitions and move to it once the old one has been read to its end.
            topics.yaml:4:21
            4 | spec: { partitions: 4, replicas: 3, config: { cleanup.policy: compact } }
              |                     ^
            topics.yaml:4:63 a compacted topic keeps the last record of each key

          info ordering/partition-change topic clicks had 3 partitions in main (0123456789) and has 6 partitions now, and no file says whether its records have keys: if they have, keys go to other partitions while their earlier records stay, and records of one key are read out of order. Say ordering: none if order does not count; else keep 3 partitions, or move to a new topic.
            topics.yaml:9:21
            9 | spec: { partitions: 6, replicas: 3 }
              |                     ^

          warning ordering/partition-change topic views had 8 partitions in main (0123456789) and has 1 partition now: Kafka takes no partition away. What applies this fails, or deletes the topic with its records. Keep 8 partitions, or create a new topic with 1 partition and move to it once the old one has been read to its end.
            topics.yaml:14:21
            14 | spec: { partitions: 1, replicas: 3 }
               |                     ^
        `,
      },
    ],
    valid: [
      {
        earlier: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events, partitions: 6 }
            pings: { broker: events, partitions: 1, ordering: none }
          services:
            shop:
              publishes:
                clicks: { acks: all }
        `,
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            clicks: { broker: events, partitions: 12 }
            pings: { broker: events, partitions: 3, ordering: none }
            orders.placed: { broker: events, partitions: 12, ordering: per-key }
          services:
            shop:
              publishes:
                clicks: { acks: all }
                orders.placed: { acks: all, key: order_id }
        `,
      },
    ],
  },
  * check(model, { earlier }) {
    if (earlier === undefined) return;
    for (const { channel, partitions, before } of changes(model, earlier)) {
      const found = judge(channel, before < partitions.value);
      if (found === undefined) continue;
      yield {
        ...found,
        at: partitions.at,
        data: { channel: channelWords(channel), earlier: earlier.name, before: countWords(before), now: countWords(partitions.value) },
        fixes: replaceFix(model, partitions.at, 'partitions', `${before}`, false),
      };
    }
  },
});

/** What a change means by what is known of keys; undefined where it does no harm. */
function judge(channel: Channel, grows: boolean): Pick<Finding<'keyed' | 'unknown' | 'fewer'>, 'message' | 'severity' | 'related'> | undefined {
  const wish = orderAt(channel);
  const keyed = channel.publishes.filter(({ settings }) => settings.key !== undefined)
    .filter((publish) => placingOf(publish)?.hash !== 'none');
  const { cleanup, ordering } = channel.settings;
  const compacted = cleanup?.value.includes('compact') === true ? cleanup : undefined;
  const related = [
    ...keyed.flatMap(({ service, settings: { key } }) => (key === undefined ? [] : [{ at: key.at, message: `${service.name} sets a key` }])),
    ...(compacted === undefined ? [] : [{ at: compacted.at, message: 'a compacted topic keeps the last record of each key' }]),
    ...(wish === undefined ? [] : orderRelated(wish)),
  ];
  if (!grows) return { message: 'fewer', severity: wish?.order.value === 'per-key' ? 'error' : 'warning', related };
  // That total order needs one partition is told whatever the number was.
  if (wish?.order.value === 'total') return undefined;
  if (wish !== undefined) return { message: 'keyed', severity: 'error', related };
  if (compacted !== undefined) return { message: 'keyed', severity: 'warning', related };
  if (ordering?.value === 'none') return undefined;
  if (keyed.length > 0) return { message: 'keyed', severity: 'warning', related };
  const isTold = channel.publishes.length > 0
    && channel.publishes.every((publish) => couldSaySettings(publish) && publish.settings.open?.includes('key') !== true);
  return isTold ? undefined : { message: 'unknown', severity: 'info', related };
}

interface Change {
  readonly channel: Channel;
  readonly partitions: Sourced<number>;
  readonly before: number;
}

interface Declaration {
  readonly channel: Channel;
  readonly fact: ChannelFact;
}

/** The declarations of topics that say another number than the same file said before. */
function* changes(model: FlowModel, earlier: EarlierFiles): Iterable<Change> {
  const all = model.channels.filter(({ protocol }) => protocol === 'kafka')
    .flatMap((channel) => channel.declarations.map((fact): Declaration => ({ channel, fact })));
  const byFile = grouped(all, ({ fact }) => fact.extent.file);
  for (const [file, declarations] of byFile) {
    const path = model.files.get(file)?.path;
    // The number itself may stand in another file (`$ref`), which may have changed where this one has not.
    const mayDiffer = path !== undefined && (!earlier.isSame(path)
      || declarations.some(({ fact: { settings: { partitions } } }) => partitions !== undefined && partitions.at.file !== file));
    if (mayDiffer) yield* changesIn(declarations, earlier.facts(path).filter((fact) => fact.kind === 'channel'));
  }
}

/** A file's declarations of now and before are paired by topic; where a file has several of one name, by broker too. */
function* changesIn(declarations: readonly Declaration[], before: readonly ChannelFact[]): Iterable<Change> {
  const then = grouped(before, ({ address }) => address.value);
  const now = grouped(declarations, ({ fact }) => fact.address.value);
  for (const [address, here] of now) {
    const there = then.get(address) ?? [];
    for (const { channel, fact: { settings: { partitions }, broker } } of here) {
      const [same, ...others] = there.length === 1 && here.length === 1 ? there : there.filter((one) => one.broker?.value === broker?.value);
      const count = others.length === 0 ? same?.settings.partitions?.value : undefined;
      if (partitions !== undefined && count !== undefined && count !== partitions.value) yield { channel, partitions, before: count };
    }
  }
}

function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const known = groups.get(keyOf(one));
    if (known === undefined) groups.set(keyOf(one), [one]);
    else known.push(one);
  }
  return groups;
}

function countWords(count: number): string {
  return `${count} partition${count === 1 ? '' : 's'}`;
}

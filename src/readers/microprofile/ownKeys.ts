import type { ChannelFact, ConsumeFact, PublishFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { KeyedValues } from '../shared/keyed';
import { namedTopics } from '../shared/namedTopics';
import type { Context } from './context';
import { dialect } from './dialect';
import { addKafkaBroker } from './kafka';

/** Keys of frameworks, whose topics are read elsewhere or mean something else. */
const framework = new RegExp(`^(?:${[
  'quarkus', 'smallrye', 'kafka-streams', 'kafka', 'camel',
  'mp\\.messaging\\.(?:incoming|outgoing|connector)', 'mp\\.(?!messaging)[\\w-]+',
  '(?:rabbitmq|mqtt|amqp)-[\\w-]+',
].join('|')})(?:\\.|$)`);

/** What shows that a program talks to Kafka, and so that its topics are Kafka's. */
const kafkaKey = /\bkafka\b/;

/**
 * Topics in the program's own keys (`orders.topic`), where the file shows that they are Kafka's. Which way
 * messages go is taken from the key only where it says so.
 */
export function readOwnKeys(context: Context): void {
  const { config, facts } = context;
  const own = config.values.all.filter((one) => !framework.test(one.key));
  const usesKafka = config.values.all.some((one) => kafkaKey.test(one.key) || one.value === 'smallrye-kafka');
  const named = namedTopics(new KeyedValues(config.file, own))
    .filter(({ what, key }) => what === 'topic' && (usesKafka || /kafka/i.test(key)));
  if (named.length === 0) return;
  const broker = kafkaCluster(context);
  const known = new Set(facts.flatMap((fact) =>
    fact.kind === 'channel' ? [fact.address.value] : 'channel' in fact && fact.channel
      ? [fact.channel.name.value] : []));
  for (const { name, key, direction, from } of named) {
    const way = direction === undefined ? '' : ', and says which way messages go';
    const inferred = `The key ${key} names a topic${way}.`;
    if (direction !== undefined) {
      const edge = {
        dialect, extent: from.extent, service: context.service, protocol: 'kafka' as const, settings: {},
        inferred,
        channel: { name, protocol: 'kafka' as const, ...(broker === undefined ? {} : { broker }) },
      };
      facts.push(direction === 'publish'
        ? defined<PublishFact>({ kind: 'publish', ...edge })
        : defined<ConsumeFact>({ kind: 'consume', ...edge }));
    } else if (!known.has(name.value)) {
      facts.push(defined<ChannelFact>({
        kind: 'channel', dialect, extent: from.extent, address: name, protocol: 'kafka', settings: {},
        inferred,
        broker: broker === undefined ? undefined : context.brokers.get(broker)?.name,
      }));
    }
    known.add(name.value);
  }
}

/** The cluster of the program's own clients, or of Camel's component. */
export function kafkaCluster(context: Context): string | undefined {
  const { values } = context.config;
  const bootstrap = values.text('kafka.bootstrap.servers', 'quarkus.kafka-streams.bootstrap-servers',
    'camel.component.kafka.brokers');
  if (bootstrap === undefined) return undefined;
  return addKafkaBroker(context, bootstrap, (key) => values.lookup('kafka.')(key)
    ?? values.lookup('camel.component.kafka.')(key.replaceAll('.', '-')));
}


import { variablesIn } from '../../syntax/placeholder';
import { baseName, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact, Fact, ServiceFact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import { isLoginKey } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import { folderName } from '../shared/folderName';
import { readAmqp1 } from './amqp1';
import { channelsOf, type MessagingChannel } from './channels';
import { readConfig, type Config } from './config';
import { placed, type Context } from './context';
import { credentials, isMessagingKey } from './credentials';
import { dialect } from './dialect';
import { hostBroker } from './hosts';
import { readKafka } from './kafka';
import { readMqtt } from './mqtt';
import { natsBroker, readNats } from './nats';
import { kafkaCluster, readOwnKeys } from './ownKeys';
import { readRabbit } from './rabbitmq';
import { isMicroProfile } from './recognize';
import { hasStreams, readStreams } from './streams';

/** The configuration of a Quarkus or MicroProfile program: a service and the channels that it is given. */
export const microProfile: Reader = { dialect, recognizes: isMicroProfile, read: readMicroProfile };

function readMicroProfile(
  file: SourceFile, others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const config = readConfig(file, options, others);
  const channels = channelsOf(config);
  const service = serviceOf(config, channels);
  const context: Context = {
    config, service: service.name, facts: [], brokers: new Map(), declared: new Set(),
  };
  for (const channel of channels) read(context, channel);
  if (hasStreams(config.values)) readStreams(context);
  readOwnKeys(context);
  readAddresses(context);
  const brokers = [...context.brokers.values()];
  const isProgram = channels.length > 0 || brokers.length > 0
    || context.facts.some((fact) => fact.kind !== 'channel');
  const facts: Fact[] = [
    ...brokers,
    ...(isProgram ? [serviceFact(config, service, context)] : []),
    ...context.facts,
    ...credentials(file, config.everything, nameOfAll(brokers) ?? baseName(file.path)),
  ];
  return {
    facts, problems: config.problems, ...(config.wants.length === 0 ? {} : { wants: config.wants }),
    skipped: config.values.all
      .filter((one) => one.isOpen && isMessagingKey(one.key) && !isLoginKey(one.key)).map((one) => one.at),
  };
}

/** Clusters that the program is connected to though its channels are known to its code alone. */
function readAddresses(context: Context): void {
  const { values } = context.config;
  kafkaCluster(context);
  hostBroker(context, values.lookup('rabbitmq-'), 'amqp');
  natsBroker(context);
}

function read(context: Context, channel: MessagingChannel): void {
  if (channel.connector.isAmqp1 === true) return readAmqp1(context, channel);
  switch (channel.connector.protocol) {
    case 'kafka': return readKafka(context, channel);
    case 'rabbitmq': return readRabbit(context, channel);
    case 'mqtt': return readMqtt(context, channel);
    case 'nats': return readNats(context, channel);
  }
}

interface Named {
  readonly name: Sourced<string>;
  readonly inferred?: string;
}

/**
 * `quarkus.application.name`, else the id for Kafka Streams, else the folder: the build would give its
 * artifact's name, which the file does not say.
 */
function serviceOf(config: Config, channels: readonly MessagingChannel[]): Named {
  const said = config.values.text('quarkus.application.name');
  if (said !== undefined) return { name: said };
  // A program with nothing but a topology is known to Kafka by its application's id.
  const application = channels.length > 0
    ? undefined : config.values.text('quarkus.kafka-streams.application-id');
  if (application !== undefined) return { name: application };
  const at = channels[0]?.name.at ?? config.values.all.find((one) => isMessagingKey(one.key))?.keyAt
    ?? config.values.all[0]?.keyAt ?? { file: config.file.id, start: 0, end: 0 };
  return {
    name: placed(folderName(config.file.path) ?? 'quarkus', at),
    inferred: 'The file has no quarkus.application.name; the service is named after its folder.',
  };
}

/** The client is the connector's where all edges are of one; each edge says its own besides. */
function serviceFact(config: Config, { name, inferred }: Named, context: Context): ServiceFact {
  const edges = context.facts.filter((fact) => fact.kind === 'publish' || fact.kind === 'consume');
  const clients = new Set(edges.map((edge) => edge.client?.value));
  const only = clients.size === 1 ? edges[0]?.client : undefined;
  return defined<ServiceFact>({
    kind: 'service', dialect, name, inferred, client: only,
    placeholders: variablesIn(config.file.text),
    extent: config.values.get('quarkus.application.name')?.extent ?? edges[0]?.extent ?? name.at,
  });
}

function nameOfAll(brokers: readonly BrokerFact[]): string | undefined {
  return brokers.length === 1 ? brokers[0]?.url?.value : undefined;
}

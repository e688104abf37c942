import type { ISocketFactory, KafkaConfig, logLevel as LogLevel, Producer, ProducerConfig } from 'kafkajs';
import { hostPorts, schemeOf, tapName } from '../address';
import type { ConnectOptions } from '../driver';
import type { DriverServices } from '../services';
import { readTlsFiles } from '../tlsFiles';
import { delay } from '../wait';
import { loadCodecs } from './codecs';
import { Nodes } from './nodes';
import { partitioner, type PartitionOf } from './partition';
import type { Codecs } from './records';
import { signIn } from './signIn';
import { GIVEN_UP, Sockets } from './sockets';

/** kafkajs with its lower layer, loaded on the first connection. */
export interface KafkaClient {
  readonly codecs: Codecs;
  /** kafkajs's definition of the fetch request. */
  readonly fetchRequest: unknown;
  producer(): Promise<Opened<Producer>>;
  readonly partitionOf: PartitionOf;
  /** Connections of their own, made when they are asked for. */
  nodes(): Promise<Opened<Nodes>>;
}

/** A client of kafkajs with the sockets that are its own. */
export interface Opened<T> {
  readonly client: T;
  readonly sockets: Sockets;
  /** Closes its connections, also those that wait for an answer. Never rejects. */
  drop(): Promise<void>;
}

const CONNECTION_TIMEOUT = 8000;
const ERROR_LEVEL = 1;
/** How long a client may wait for open answers when it is closed. */
const LAST_ANSWERS = 1000;

export async function kafkaClient(options: ConnectOptions, services: DriverServices): Promise<KafkaClient> {
  const [kafkajs, clusterModule, fetchModule, loggerModule, codecs] = await Promise.all([
    import('kafkajs'),
    import('kafkajs/src/cluster/index.js'),
    import('kafkajs/src/protocol/requests/fetch/index.js'),
    import('kafkajs/src/loggers/index.js'),
    loadCodecs(),
  ]);
  // Without this kafkajs writes its log to the console; errors reach the user as states anyway.
  const logCreator =
    () =>
    ({ label, log }: { label: string; log: { message: string } }): void => {
      if (!log.message.includes(GIVEN_UP)) services.log('info', `kafkajs ${label.toLowerCase()}: ${log.message}`);
    };
  const { brokers, aliases } = bootstrap(options.url);
  const sasl = signIn(options);
  // Files are read anew by each client, so that a renewed certificate is taken up.
  const configure = async (): Promise<{ config: KafkaConfig; sockets: Sockets }> => {
    const sockets = new Sockets(aliases);
    const config: KafkaConfig = {
      clientId: tapName(options),
      brokers,
      ssl: usesTls(options) ? await readTlsFiles(options) : false,
      ...(sasl === undefined ? {} : { sasl }),
      connectionTimeout: CONNECTION_TIMEOUT,
      authenticationTimeout: CONNECTION_TIMEOUT,
      reauthenticationThreshold: 5_000,
      requestTimeout: 15_000,
      // Attempts are ours to make and to show; these are for a list of brokers of which one is down.
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
      logLevel: ERROR_LEVEL as LogLevel,
      logCreator,
      socketFactory: sockets.make as ISocketFactory,
    };
    return { config, sockets };
  };
  const opened = <T extends { disconnect(): Promise<void> }>(client: T, sockets: Sockets): Opened<T> => ({
    client,
    sockets,
    drop: async () => {
      const patience = new AbortController();
      // kafkajs waits for open answers without end, also after their connection is gone.
      const closed = client.disconnect().catch(() => {});
      await Promise.race([closed, delay(LAST_ANSWERS, patience.signal)]);
      patience.abort();
      sockets.drop();
    },
  });
  const ClusterClass = defaultOf(clusterModule);
  return {
    codecs,
    partitionOf: partitioner(),
    fetchRequest: defaultOf(fetchModule),
    producer: async () => {
      const { config, sockets } = await configure();
      const settings: ProducerConfig = {
        // A request that is sent again must not become a second message.
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        retry: { retries: 5, initialRetryTime: 200, maxRetryTime: 3000 },
      };
      return opened(new kafkajs.Kafka(config).producer(settings), sockets);
    },
    nodes: async () => {
      const { config, sockets } = await configure();
      const cluster = new ClusterClass({
        ...config,
        logger: loggerModule.createLogger({ level: ERROR_LEVEL, logCreator }),
        enforceRequestTimeout: true,
        // Otherwise looking at a topic that does not exist makes it.
        allowAutoTopicCreation: false,
        isolationLevel: 0,
      });
      return opened(new Nodes(cluster), sockets);
    },
  };
}

export function usesTls(options: ConnectOptions): boolean {
  return options.tls ?? /^(kafka\+ssl|kafkas|ssl|sasl_ssl)$/.test(schemeOf(options.url));
}

/** The servers as kafkajs takes them, `host:port`; an IPv6 address is given a name that has no colon. */
function bootstrap(url: string): { brokers: string[]; aliases: Map<string, string> } {
  const aliases = new Map<string, string>();
  const brokers = hostPorts(url, 9092).map(({ host, port }, n) => {
    if (!host.includes(':')) return `${host}:${port}`;
    aliases.set(`ipv6-${n}`, host);
    return `ipv6-${n}:${port}`;
  });
  return { brokers, aliases };
}

/** A CommonJS module's export, which bundlers and Node wrap differently. */
function defaultOf<T>(module: { default: T }): T {
  const inner = module.default as T & { default?: T };
  return inner.default ?? inner;
}

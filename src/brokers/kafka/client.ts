import type { Admin, KafkaConfig, logLevel as LogLevel, SASLOptions } from 'kafkajs';
import type Cluster from 'kafkajs/src/cluster/index.js';
import { hostPorts, schemeOf, tapName } from '../address';
import type { ConnectOptions } from '../driver';
import type { DriverServices } from '../services';
import { loadCodecs } from './codecs';
import type { Codecs } from './records';

/** kafkajs with its lower layer, loaded on the first connection. */
export interface KafkaClient {
  readonly codecs: Codecs;
  /** kafkajs's definition of the fetch request. */
  readonly fetchRequest: unknown;
  admin(): Admin;
  /** Connections and metadata of their own, for one attachment of a tap. */
  cluster(): Cluster;
}

const CONNECTION_TIMEOUT = 8000;
const ERROR_LEVEL = 1;

export async function kafkaClient(options: ConnectOptions, services: DriverServices): Promise<KafkaClient> {
  const [kafkajs, clusterModule, fetchModule, socketModule, loggerModule, codecs] = await Promise.all([
    import('kafkajs'),
    import('kafkajs/src/cluster/index.js'),
    import('kafkajs/src/protocol/requests/fetch/index.js'),
    import('kafkajs/src/network/socketFactory.js'),
    import('kafkajs/src/loggers/index.js'),
    loadCodecs(),
  ]);
  // Without this kafkajs writes its log to the console; errors reach the user as states anyway.
  const logCreator = () => (entry: { label: string; log: { message: string } }) =>
    services.log('info', `kafkajs ${entry.label.toLowerCase()}: ${entry.log.message}`);
  const config: KafkaConfig = {
    clientId: tapName(options),
    brokers: hostPorts(options.url, 9092).map(({ host, port }) => `${host}:${port}`),
    ssl: options.tls ?? /^(kafka\+ssl|kafkas|ssl|sasl_ssl)$/.test(schemeOf(options.url)),
    ...(options.user !== undefined ? { sasl: sasl(options) } : {}),
    connectionTimeout: CONNECTION_TIMEOUT,
    authenticationTimeout: CONNECTION_TIMEOUT,
    requestTimeout: 15_000,
    // Attempts are ours to make and to show; these are for a list of brokers of which one is down.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: ERROR_LEVEL as LogLevel,
    logCreator,
  };
  const kafka = new kafkajs.Kafka(config);
  const ClusterClass = defaultOf(clusterModule);
  return {
    codecs,
    fetchRequest: defaultOf(fetchModule),
    admin: () => kafka.admin(),
    cluster: () =>
      new ClusterClass({
        ...config,
        logger: loggerModule.createLogger({ level: ERROR_LEVEL, logCreator }),
        socketFactory: defaultOf(socketModule)(),
        enforceRequestTimeout: true,
        metadataMaxAge: 300_000,
        // Otherwise looking at a topic that does not exist makes it.
        allowAutoTopicCreation: false,
        isolationLevel: options.isolation === 'read_committed' ? 1 : 0,
      }),
  };
}

function sasl(options: ConnectOptions): SASLOptions {
  return {
    mechanism: options.saslMechanism ?? 'plain',
    username: options.user!,
    password: options.password ?? '',
  };
}

/** A CommonJS module's export, which bundlers and Node wrap differently. */
function defaultOf<T>(module: { default: T }): T {
  const inner = module.default as T & { default?: T };
  return inner.default ?? inner;
}

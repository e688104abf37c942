import { hostPorts } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { socketKind, wordsOf } from '../failure';
import { unreachable } from './probe';

/** A broker, and where it tells clients to find it. */
export interface AdvertisedBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** More brokers than this are not tried one by one. */
const MOST = 30;

/**
 * The brokers that cannot be reached at the address that they tell clients to go on at.
 * @throws BrokerError where that is all of them: one is connected to the cluster, but can use none of it.
 */
export async function unreachableBrokers(
  brokers: readonly AdvertisedBroker[],
  options: ConnectOptions,
): Promise<readonly AdvertisedBroker[]> {
  const given = new Set(hostPorts(options.url, 9092).map(({ host, port }) => `${host}:${port}`));
  const tried = await Promise.all(
    brokers.slice(0, MOST).map(async (broker) => ({ broker, error: await unreachable(broker) })),
  );
  const lost = tried.filter(({ error }) => error !== undefined);
  const [first] = lost;
  if (!first || lost.length < tried.length) return lost.map(({ broker }) => broker);
  const at = lost.map(({ broker }) => `${broker.host}:${broker.port}`);
  throw new BrokerError(
    socketKind(first.error) ?? 'port',
    `Kafka at ${[...given].join(',')} answers, but tells clients to go on at ${at.join(', ')}, which cannot be ` +
      `reached from here (${wordsOf(first.error)}). Set the broker’s advertised.listeners to an address that ` +
      'this machine can reach, or make that name and port lead to it.',
    { cause: first.error },
  );
}

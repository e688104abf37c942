import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { ConnectOptions, TapTarget } from '../driver';
import type { BrokerFigures, ChannelFigures, ConsumerFigures } from '../figures';
import { natsError } from './failure';
import { isOwnConsumer } from './inventory';
import { findStream } from './streamInfo';

/** Reads streams one after another, and consumers by the page (256 each), so that no burst reaches the server. */
export async function natsFigures(
  manager: JetStreamManager,
  targets: readonly TapTarget[],
  options: ConnectOptions,
  where: string,
  signal: AbortSignal,
): Promise<BrokerFigures> {
  const channels: ChannelFigures[] = [];
  const consumers: ConsumerFigures[] = [];
  const notes: string[] = [];
  /** Taps' consumers by the stream, which may stand behind several targets. */
  const own = new Map<string, number>();
  for (const target of targets) {
    // A subject of core NATS is no place: nothing lies in it, and nobody counts what passes.
    if (target.kind !== 'stream' || signal.aborted) continue;
    try {
      const { info } = await findStream(manager, target.address, where);
      const readers = await readersOf(manager, info, options).catch((error: unknown) => {
        notes.push(natsError(error, where).message);
        return undefined;
      });
      own.set(info.config.name, readers?.own ?? 0);
      channels.push(channelFigures(target, info, readers?.others));
      consumers.push(...(readers?.others ?? []).map((c) => consumerFigures(target, c)));
    } catch (error) {
      notes.push(natsError(error, where).message);
    }
  }
  return { at: Date.now(), channels, consumers, broker: await accountFigures(manager, sum([...own.values()], (n) => n), notes), notes };
}

/** Who reads a stream, and how many taps do beside them. */
interface Readers {
  readonly others: readonly ConsumerInfo[];
  readonly own: number;
}

async function readersOf(manager: JetStreamManager, { config }: StreamInfo, options: ConnectOptions): Promise<Readers> {
  const others: ConsumerInfo[] = [];
  let own = 0;
  for await (const c of manager.consumers.list(config.name)) {
    if (isOwnConsumer(c, options)) own++;
    else others.push(c);
  }
  return { others, own };
}

/** @param readers undefined where they cannot be read */
function channelFigures(
  { address, kind }: TapTarget,
  { state }: StreamInfo,
  readers: readonly ConsumerInfo[] | undefined,
): ChannelFigures {
  return {
    address,
    kind,
    published: state.last_seq,
    depth: state.messages,
    bytes: state.bytes,
    ...(readers === undefined
      ? {}
      : {
          consumers: readers.length,
          redelivered: sum(readers, (c) => c.num_redelivered),
          unacked: sum(readers, (c) => c.num_ack_pending),
          delivered: sum(readers, (c) => c.delivered.consumer_seq),
        }),
    ...(state.messages > 0 ? { oldest: Date.parse(state.first_ts) } : {}),
  };
}

function consumerFigures({ address, kind }: TapTarget, c: ConsumerInfo): ConsumerFigures {
  const acknowledges = c.config.ack_policy !== 'none';
  return {
    channel: address,
    kind,
    name: c.name,
    ...(c.config.deliver_subject === undefined ? {} : { state: c.push_bound ? 'bound' : 'not bound' }),
    lag: c.num_pending,
    ...(acknowledges ? { ackPending: c.num_ack_pending } : {}),
    redelivered: c.num_redelivered,
    done: acknowledges ? c.ack_floor.consumer_seq : c.delivered.consumer_seq,
  };
}

/** @param own consumers of taps, which the server counts among the account's */
async function accountFigures(manager: JetStreamManager, own: number, notes: string[]): Promise<BrokerFigures['broker']> {
  try {
    const { memory, storage, streams, consumers } = await manager.getAccountInfo();
    return [
      { name: 'streams', value: streams },
      { name: 'consumers', value: Math.max(0, consumers - own) },
      { name: 'storage', value: storage, unit: 'bytes' },
      { name: 'memory', value: memory, unit: 'bytes' },
    ];
  } catch {
    notes.push('The account’s figures cannot be read: allow publishing to $JS.API.INFO.');
    return [];
  }
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

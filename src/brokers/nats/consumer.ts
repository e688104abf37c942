import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { shownUrl, tapName } from '../address';
import type { ConnectOptions } from '../driver';
import type { DriverServices } from '../services';

const SECOND = 1_000_000_000; // JetStream's durations are nanoseconds
/** Seconds between two signs of life where no message comes. */
export const HEARTBEAT = 3;
/** A tap that dies without cleaning up is forgotten by the server after this many seconds. */
const FORGET_AFTER = 30;

/**
 * Where a consumer begins: a sequence, or the first message at or after a time, in milliseconds or as a string of
 * nanoseconds since 1970.
 */
type ConsumerStart = { readonly sequence: number } | { readonly time: number | string };

export interface TapConsumer {
  /** The sequence from which it read on when it was made. */
  readonly next: number;
  /** Messages that matched when it was made. */
  readonly pending: number;
  info(): Promise<ConsumerInfo>;
  /**
   * False where the connection is lost: then it is to be removed over another one, and else the server forgets it.
   * Never rejects.
   */
  remove(over?: JetStreamManager): Promise<boolean>;
}

/** Makes ephemeral consumers on one stream: without acks, in memory, on one replica, each in the ledger first. */
export class ConsumerMaker {
  constructor(
    private readonly manager: JetStreamManager,
    private readonly stream: string,
    private readonly filter: string | undefined,
    private readonly options: ConnectOptions,
    private readonly services: DriverServices,
  ) {}

  /** @param inbox where it delivers; it waits until somebody listens there */
  async make(inbox: string, start: ConsumerStart): Promise<TapConsumer> {
    const { manager, stream, services } = this;
    const name = tapName(this.options);
    const entry = await services.ledger.made({
      protocol: 'nats',
      broker: shownUrl(this.options.url),
      kind: 'consumer',
      name,
      of: stream,
    });
    const config: Partial<ConsumerConfig> = {
      name,
      description: 'Tailrace tap; safe to delete',
      deliver_subject: inbox,
      ...('time' in start
        ? { deliver_policy: 'by_start_time', opt_start_time: timeOf(start.time) }
        : { deliver_policy: 'by_start_sequence', opt_start_seq: Math.max(1, start.sequence) }),
      ack_policy: 'none',
      filter_subject: this.filter,
      mem_storage: true,
      num_replicas: 1,
      flow_control: true,
      idle_heartbeat: HEARTBEAT * SECOND,
      inactive_threshold: FORGET_AFTER * SECOND,
    };
    const remove = async (over = manager): Promise<boolean> => {
      try {
        await over.consumers.delete(stream, name);
      } catch (error) {
        if (!/not found/i.test(String(error))) return false;
      }
      await services.ledger.removed(entry);
      return true;
    };
    try {
      const made = await manager.consumers.add(stream, config);
      return {
        next: made.delivered.stream_seq + 1,
        pending: made.num_pending,
        info: () => manager.consumers.info(stream, name),
        remove,
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /** The sequence from which on at least so many messages match, as near to the end as can be found cheaply. */
  async lastOf(count: number, inbox: string, first: number, last: number): Promise<number> {
    const lowest = Math.max(1, first);
    for (let back = Math.max(1, count); ; back *= 4) {
      const start = Math.max(lowest, last + 1 - back);
      if (start <= lowest) return lowest;
      const counter = await this.look(`${inbox}.count`, { sequence: start });
      if (counter.pending >= count) return start;
    }
  }

  /** The sequence of the first message at or after a time; behind the last where there is none. */
  async firstAt(time: number | string, inbox: string): Promise<number> {
    return (await this.look(`${inbox}.count`, { time })).next;
  }

  /** Nobody listens where this one delivers, so it only tells what would come. */
  private async look(inbox: string, start: ConsumerStart): Promise<TapConsumer> {
    const consumer = await this.make(inbox, start);
    await consumer.remove();
    return consumer;
  }
}

function timeOf(time: number | string): string {
  if (typeof time === 'number') return new Date(time).toISOString();
  return new Date(Number(time.slice(0, -6))).toISOString().replace('Z', `${time.slice(-6)}Z`);
}

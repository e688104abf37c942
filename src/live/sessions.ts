import type { BrokerDriver, BrokerSession, ConnectOptions } from '../brokers/driver';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import { sweep } from './sweep';

export type DriverTable = Readonly<Record<Protocol, (services: DriverServices) => BrokerDriver>>;

/** The sessions of one tail: sources that are reached in the same way share one, and what it knows of its broker. */
export class Sessions {
  private readonly open = new Map<string, Promise<BrokerSession>>();

  constructor(
    private readonly table: DriverTable,
    private readonly services: DriverServices,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws BrokerError if the broker cannot be reached or refuses; the next one to ask tries again. */
  get(protocol: Protocol, connect: ConnectOptions): Promise<BrokerSession> {
    const way = wayOf(protocol, connect);
    const known = this.open.get(way);
    if (known) return known;
    const session = this.connect(protocol, connect);
    this.open.set(way, session);
    session.catch(() => this.open.delete(way));
    return session;
  }

  /** Nobody needs the session to this broker any more. */
  async release(protocol: Protocol, connect: ConnectOptions): Promise<void> {
    const way = wayOf(protocol, connect);
    const session = this.open.get(way);
    this.open.delete(way);
    // One that never opened has nothing to close.
    await session?.then((opened) => opened.close(), () => undefined);
  }

  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.open.values());
    await Promise.allSettled(sessions.map((s) => (s.status === 'fulfilled' ? s.value.close() : undefined)));
  }

  private async connect(protocol: Protocol, connect: ConnectOptions): Promise<BrokerSession> {
    const { services, signal } = this;
    const session = await this.table[protocol](services).connect(connect, signal);
    sweep(session, protocol, connect, services, signal).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      services.log('warn', `What earlier taps left on ${session.about} could not be removed: ${why}`);
    });
    return session;
  }
}

/** Sources with the same way share a session. */
export function wayOf(protocol: Protocol, connect: ConnectOptions): string {
  return JSON.stringify([protocol, connect]);
}

import type { BrokerSession, ConnectOptions } from '../brokers/driver';
import { drivers } from '../brokers/index';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';

/** Milliseconds for all that is asked in one session. */
const SHORT = 30_000;

/** Connects, asks, and closes again, also where the question fails. @throws BrokerError with the broker's reason. */
export async function withSession<T>(
  services: DriverServices,
  protocol: Protocol,
  connect: ConnectOptions,
  ask: (session: BrokerSession, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(SHORT);
  const session = await drivers[protocol](services).connect(connect, signal);
  try {
    return await ask(session, signal);
  } finally {
    await session.close();
  }
}

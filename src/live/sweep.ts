import { shownUrl } from '../brokers/address';
import type { BrokerSession, ConnectOptions } from '../brokers/driver';
import type { TapLedger } from '../brokers/ledger';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';

/** The sweep that goes on by each ledger: tails that begin at once would remove the same things twice, and say so. */
const going = new WeakMap<TapLedger, Promise<void>>();

/** Removes what taps of processes that are gone left on this broker, and logs what that was. */
export async function sweep(
  session: BrokerSession,
  protocol: Protocol,
  connect: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<void> {
  const before = going.get(services.ledger);
  const mine = (async () => {
    // Its own failure is told to whoever asked for it.
    await before?.catch(() => {});
    await sweepNow(session, protocol, connect, services, signal);
  })();
  going.set(services.ledger, mine);
  await mine;
}

async function sweepNow(
  session: BrokerSession,
  protocol: Protocol,
  connect: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<void> {
  for (const entry of await services.ledger.abandoned(protocol, shownUrl(connect.url))) {
    if (signal.aborted) break;
    try {
      if (!(await session.remove(entry, signal))) continue;
      await services.ledger.removed(entry);
      services.log(
        'info',
        `Removed ${entry.kind} ${entry.name}, which a tap left on ${session.about} at ${entry.at}.`,
      );
    } catch (error) {
      services.log(
        'warn',
        `${entry.kind} ${entry.name} of an earlier tap could not be removed: ` +
          `${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

import { shownUrl } from '../brokers/address';
import type { BrokerSession, ConnectOptions } from '../brokers/driver';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';

/** Removes what taps of processes that are gone left on this broker. Returns what was removed, in words. */
export async function sweep(
  session: BrokerSession,
  protocol: Protocol,
  connect: ConnectOptions,
  services: DriverServices,
  signal: AbortSignal,
): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of await services.ledger.abandoned(protocol, shownUrl(connect.url))) {
    if (signal.aborted) break;
    try {
      if (!(await session.remove(entry, signal))) continue;
      await services.ledger.removed(entry);
      removed.push(`${entry.kind} ${entry.name}`);
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
  return removed;
}

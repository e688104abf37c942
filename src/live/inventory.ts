import { BrokerError, type BrokerSession, type ConnectOptions, type TapTarget } from '../brokers/driver';
import type { BrokerInventory } from '../brokers/inventory';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import { withSession } from './withSession';

/**
 * All that is on a broker; changes nothing.
 * @param wanted channels that somebody declares. Brokers leave out of a list what the user may not see: of those that
 * are not listed each is asked for by itself, and comes as `hidden` unless the broker says that it is not there.
 * @throws BrokerError with the broker's reason, or where its driver cannot tell what is there.
 */
export function readInventory(
  services: DriverServices, protocol: Protocol, connect: ConnectOptions, wanted: readonly TapTarget[] = [],
): Promise<BrokerInventory> {
  return withSession(services, protocol, connect, async (session, signal) => {
    if (session.inventory === undefined) {
      throw new BrokerError('other', `${session.about} does not tell what is on it, so it can be neither compared nor imported.`);
    }
    const inventory = await session.inventory(signal);
    const hidden = await hiddenOf(session, wanted.filter((one) => !isListed(inventory, one)), signal);
    return hidden.length === 0 ? inventory : { ...inventory, hidden };
  });
}

/** A NATS stream may be asked for by its name or by a subject in it; which it is, the caller compares. */
function isListed({ channels }: BrokerInventory, { address, kind }: TapTarget): boolean {
  return channels.some((one) => one.address === address && (one.kind === 'exchange') === (kind === 'exchange'));
}

async function hiddenOf(session: BrokerSession, missing: readonly TapTarget[], signal: AbortSignal): Promise<TapTarget[]> {
  const hidden: TapTarget[] = [];
  for (const target of missing) {
    signal.throwIfAborted();
    try {
      await session.plan(target, { at: 'latest' });
      hidden.push(target);
    } catch (error) {
      if (!(error instanceof BrokerError && error.kind === 'missing')) hidden.push(target);
    }
  }
  return hidden;
}

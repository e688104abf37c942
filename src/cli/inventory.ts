import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TapTarget } from '../brokers/driver';
import type { BrokerInventory } from '../brokers/inventory';
import type { ReachedBroker } from './brokerAddress';

/** All that is on a broker, and of the wanted channels whether they may be there though they are not listed. */
export async function readFrom({ protocol, connect }: ReachedBroker, wanted: readonly TapTarget[] = []): Promise<BrokerInventory> {
  // Loaded only now: a mistyped name should not wait for four client libraries.
  const { fileLedger, readInventory } = await import('../live/main');
  const ledger = fileLedger(join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'tailrace', 'taps'));
  const log = (level: string, text: string): void => {
    if (level === 'error') process.stderr.write(`tailrace: ${text}\n`);
  };
  return readInventory({ ledger, log }, protocol, connect, wanted);
}

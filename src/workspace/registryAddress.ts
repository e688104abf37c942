import type { Broker } from '../model/model';
import type { FileId } from '../text/range';
import { brokerAddress, type BrokerAddress } from './brokerUrl';

/** Where a broker's schema registry is, the first of several; undefined where no file says an address that can be asked. */
export function registryAddress(
  { registry }: Broker, textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>>,
): BrokerAddress | undefined {
  const found = registry && brokerAddress(registry, textOf(registry.at.file), environment);
  const url = found?.url.split(',')[0]?.trim() ?? '';
  return found && /^https?:\/\/[^$\s]+$/i.test(url) ? { ...found, url } : undefined;
}

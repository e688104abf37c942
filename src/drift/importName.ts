import { hostsOf } from '../model/address';
import type { Protocol } from '../model/settings';

/** What to call a broker of which only the address is known: its host's first word, or its protocol on this machine. */
export function importName(url: string, protocol: Protocol): string {
  const host = (hostsOf(url, protocol)[0] ?? '').replace(/:\w*$/, '');
  const [word = ''] = host.split('.');
  return /^[a-z][\w-]*$/i.test(word) && word !== 'localhost' ? word : protocol;
}

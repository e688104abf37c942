import { randomBytes } from 'node:crypto';
import { BrokerError, type ConnectOptions } from './driver';

/** Where one server of a broker is. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Servers of a comma-separated list such as `kafka://a:9092,b:9092`, `[::1]:4222` or `a`; the scheme
 * and the path are left to the caller. User info is refused: secrets do not belong into addresses.
 */
export function hostPorts(url: string, defaultPort: number): HostPort[] {
  const list = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '');
  const found = list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      if (part.includes('@')) {
        throw new BrokerError(
          'other',
          'The address contains user info. Give user and password apart from the address.',
        );
      }
      const match = /^(\[[0-9a-f:.%]+\]|[^:\s]+)(?::(\d+))?$/i.exec(
        part.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''),
      );
      const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
      if (!match || port < 1 || port > 65535) {
        throw new BrokerError('other', `“${part}” is not an address of the form host:port.`);
      }
      return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
    });
  if (found.length === 0) throw new BrokerError('other', 'The broker’s address is empty.');
  return found;
}

/** The scheme in lower case, without `://`; empty if there is none. */
export function schemeOf(url: string): string {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? '';
}

/** An address that can be shown and compared: without user info, query and fragment. */
export function shownUrl(url: string): string {
  return url
    .replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)?[^/@]*@/i, '$1')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
}

/** What names of taps begin with where the user says nothing else. */
const PREFIX = 'tailrace-tap';

/** What the names of all that taps of a connection make begin with. */
export function tapPrefix(options: Pick<ConnectOptions, 'tapPrefix'>): string {
  return options.tapPrefix ?? PREFIX;
}

/**
 * A new name for something that a tap makes: the prefix that rights can be given for, and 40 random bits or
 * more.
 */
export function tapName(
  options: Pick<ConnectOptions, 'tapPrefix'>,
  separator: '-' | '.' = '-',
  bytes = 8,
): string {
  return `${tapPrefix(options)}${separator}${randomBytes(bytes).toString('hex')}`;
}

/**
 * True for what a tap has made: one of this connection, or one of a command line beside it, which knows no other prefix
 * than the usual one. Such a thing is nobody's topology and nobody's reader.
 */
export function isTapName(name: string, options: Pick<ConnectOptions, 'tapPrefix'>, separator: '-' | '.' = '-'): boolean {
  return [tapPrefix(options), PREFIX].some((prefix) => name.startsWith(`${prefix}${separator}`));
}

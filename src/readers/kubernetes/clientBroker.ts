import { percentDecode } from '../../text/percent';
import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import { hostsOf, isTlsUrl } from '../../model/address';
import type { BrokerFact, CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { isUnknown } from '../../syntax/placeholder';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { qualifiedAddresses } from './network';
import type { Resource } from './resource';

/** What a client's resource says of the broker that it talks to. */
export interface ClientOf {
  readonly dialect: string;
  readonly resource: Resource;
  readonly protocol: Protocol;
  /** URLs or `host:port`, a single one or several with commas. */
  readonly urls: readonly Sourced<string>[];
  /** How the file calls the broker, where it does; else it is called by its first host. */
  readonly name?: Sourced<string> | undefined;
  /** The entry that holds the address. */
  readonly extent: SourceRange;
  /** Why the broker is taken to be there. */
  readonly inferred?: string;
}

/** The broker that a resource knows by its address, and the logins written into the address. */
export function brokerOfClient(
  about: ClientOf, more: Partial<BrokerFact> = {},
): readonly [BrokerFact, ...CredentialFact[]] | undefined {
  const { dialect, resource, protocol, extent, urls } = about;
  const first = urls[0];
  if (first === undefined) return undefined;
  const parts = urls.flatMap(({ value, at }) => value.split(',').map((part) => ({ text: part.trim(), at })))
    .filter((part) => part.text !== '' && !isUnknown(hostOf(part.text)));
  const shown = parts.map((part) => parseBrokerUrl(part.text).shown);
  const url = { value: shown.join(','), at: first.at };
  const hosts = hostsOf(url.value, protocol);
  if (shown.length === 0 || hosts.length === 0) return undefined;
  const name = about.name ?? { value: nameOf(shown[0] ?? ''), at: first.at };
  const addresses = qualifiedAddresses({ value: hosts.join(','), at: first.at }, resource.namespace);
  const broker = defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: protocol, at: first.at }, url,
    addresses: addresses.length === 0 ? undefined : addresses,
    // A bare host is a Service of the client's own namespace.
    namespace: addresses.length === 0 ? undefined : resource.namespace,
    tls: shown.every(isTlsUrl) ? { value: true, at: first.at } : undefined,
    inferred: about.inferred ?? 'The file knows the broker by its address.', ...more,
  });
  return [broker, ...parts.flatMap((part) => loginOf(about, part.text, part.at, name.value))];
}

/** The host and port of a URL: what lies behind (a virtual host) is none of the broker's name. */
function nameOf(url: string): string {
  return parseBrokerUrl(url).host;
}

/** The host alone: a placeholder may stand in its place, before a port that is written. */
function hostOf(url: string): string {
  return nameOf(url).replace(/:\w*$/, '');
}

function loginOf(about: ClientOf, url: string, at: SourceRange, of: string): CredentialFact[] {
  const { user, password } = parseBrokerUrl(url);
  if (user === undefined || password === undefined || !isLiteralSecret(password.text)) return [];
  const { file } = about.resource;
  // With escapes or placeholders in it the text stands elsewhere in the file: then the whole value is the
  // place.
  const from = file.text.slice(at.start, at.end).indexOf(url);
  const place = (start: number, end: number): SourceRange =>
    (from < 0 ? at : rangeIn(file, at.start + from + start, at.start + from + end));
  return [defined<CredentialFact>({
    kind: 'credential', dialect: about.dialect, extent: about.extent, of, protocol: about.protocol,
    where: 'user info of url', user: { value: percentDecode(user.text), at: place(user.start, user.end) },
    secret: place(password.start, password.end),
    isDefault: user.text === 'guest' && password.text === 'guest' ? true : undefined,
  })];
}

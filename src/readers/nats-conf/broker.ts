import { baseName, rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { parseDuration } from '../../model/units';
import { isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { list, type Conf } from './conf';
import { dialect } from './dialect';
import { noteOf } from './note';

/** The server, named as its cluster, else as itself, else after the file. */
export function readBroker(c: Conf): void {
  const root = c.root;
  const first = isMap(root) ? root.entries[0] : undefined;
  if (root === undefined || first === undefined) return;
  const said = c.text(c.get(c.get(root, 'cluster'), 'name')) ?? c.text(c.get(root, 'server_name'));
  const name: Sourced<string> = said ?? { value: nameOfFile(c.file.path), at: c.keyRange(first) };
  c.broker = name.value;
  const extent = rangeIn(c.file, root.start, root.end);
  const addresses = addressesOf(c, root);
  const anonymous = anonymousOf(c, root, first);
  const open = anonymous?.value === true && c.entry(root, 'no_auth_user') === undefined
    ? 'Nothing in it asks clients who they are.' : undefined;
  c.facts.push(defined<BrokerFact>({
    kind: 'broker', dialect, extent, name, protocol: { value: 'nats', at: extent },
    addresses: addresses.length === 0 ? undefined : addresses, isServer: true,
    tls: tlsOf(c, root), anonymous, syncInterval: syncOf(c, root), maxMessageSize: payloadOf(c, root),
    note: [open, noteOf(c, root)].filter((s) => s !== undefined).join(' ') || undefined,
    inferred: said === undefined ? 'the file gives no name to the server or its cluster' : undefined,
  }));
}

function nameOfFile(path: string): string {
  return baseName(path).replace(/\.(conf|cfg|config)(\.[\w.]+)?$/i, '') || 'nats';
}

/** Where clients reach the server. A host that is not said is every address of the machine. */
function addressesOf(c: Conf, root: SyntaxNode): Sourced<string>[] {
  const found: Sourced<string>[] = [];
  const advertised = c.text(c.get(root, 'client_advertise'));
  if (advertised !== undefined) found.push(advertised);
  const listen = c.text(c.get(root, 'listen'));
  const port = c.text(c.get(root, 'port'));
  const host = c.text(c.get(root, 'host', 'net'));
  if (listen !== undefined) {
    const address = /^\d+$/.test(listen.value) ? `:${listen.value}` : listen.value;
    found.push({ value: address.startsWith(':') ? `0.0.0.0${address}` : address, at: listen.at });
  } else if (port !== undefined || host !== undefined) {
    // The server leaves -1 to the system, which then gives it any free port.
    const value = `${bracketed(host?.value ?? '0.0.0.0')}:${port?.value ?? '4222'}`;
    const at = (port ?? host)?.at;
    if (at !== undefined) found.push({ value, at });
  }
  return found.filter((a) => /:\d{1,5}$/.test(a.value) || a === advertised);
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** With `allow_non_tls` clients choose, so that the file tells nothing of how they are connected. */
function tlsOf(c: Conf, root: SyntaxNode): Sourced<boolean> | undefined {
  const tls = c.entry(root, 'tls');
  const plain = c.get(root, 'allow_non_tls');
  if (tls === undefined || !isMap(tls.value) || (isScalar(plain) && plain.value === true)) return undefined;
  return { value: true, at: c.keyRange(tls) };
}

/** How long JetStream leaves what it has stored to the operating system; `always` writes each message first. */
function syncOf(c: Conf, root: SyntaxNode): Sourced<number> | undefined {
  const said = c.text(c.get(c.get(root, 'jetstream'), 'sync_interval', 'sync'));
  if (said === undefined) return undefined;
  if (/^always$/i.test(said.value)) return { value: 0, at: said.at };
  // The server takes a bare number for seconds (parseDuration in opts.go).
  const value = /^\d{1,9}$/.test(said.value) ? Number(said.value) * 1000 : parseDuration(said.value);
  return value === undefined || value <= 0 ? undefined : { value, at: said.at };
}

/** A number of bytes; units are of 1000 for `M`, of 1024 for `MB`, `Mi` and `MiB` (conf/parse.go). */
function payloadOf(c: Conf, root: SyntaxNode): Sourced<number> | undefined {
  const said = c.text(c.get(root, 'max_payload'));
  const match = /^(\d{1,12})\s*([kmgt]?)(ib?|b)?$/i.exec(said?.value ?? '');
  if (said === undefined || match === null) return undefined;
  const [, digits = '', unit = '', byte] = match;
  const value = Number(digits) * (byte === undefined ? 1000 : 1024) ** ' kmgt'.indexOf(unit.toLowerCase() || ' ');
  return { value, at: said.at };
}

/**
 * Without any authentication everybody may connect. A file that includes others, or asks for certificates,
 * may have it there.
 */
function anonymousOf(c: Conf, root: SyntaxNode, first: Entry): Sourced<boolean> | undefined {
  const guest = c.entry(root, 'no_auth_user');
  if (guest !== undefined) return { value: true, at: c.text(guest.value)?.at ?? c.keyRange(guest) };
  const authorization = c.entry(root, 'authorization');
  const accounts = c.entry(root, 'accounts');
  const trusted = c.entry(
    root, 'operator', 'operators', 'root', 'roots', 'trusted', 'trusted_keys', 'resolver', 'account_resolver',
  );
  const asks = trusted
    ?? (hasLogin(c, authorization?.value) ? authorization : undefined)
    ?? (hasUsers(c, accounts?.value) ? accounts : undefined);
  if (asks !== undefined) return { value: false, at: c.keyRange(asks) };
  const tls = c.get(root, 'tls');
  const certificates = c.get(tls, 'verify', 'verify_and_map', 'verify_cert_and_check_known_urls');
  if (certificates !== undefined || c.tree.includes.length > 0 || isTemplate(c)) return undefined;
  return { value: true, at: c.keyRange(c.entry(root, 'listen', 'port', 'server_name') ?? first) };
}

/** A template may fill in a whole block, where a variable only gives a value. */
function isTemplate(c: Conf): boolean {
  return /\{\{|\{%/.test(c.file.text);
}

function hasLogin(c: Conf, node: SyntaxNode | undefined): boolean {
  return c.entry(node, 'user', 'username', 'token', 'auth_callout', 'auth_hook') !== undefined
    || list(c.get(node, 'users')).length > 0;
}

function hasUsers(c: Conf, accounts: SyntaxNode | undefined): boolean {
  return isMap(accounts) && accounts.entries.some((a) => list(c.get(a.value, 'users')).length > 0);
}

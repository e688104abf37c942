import type { BrokerFact, ChannelRef, ChannelSpace } from '../../model/facts';
import { percentDecode } from '../../text/percent';
import type { Sourced } from '../../text/range';
import { entry, get, isMap, isSeq, text, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { entryRange, nodeRange, sourcedText } from '../shared/places';
import { isLoopback, parseBrokerUrl } from '../shared/url';
import { channelRef, defaultVhost, dialect, listOf, nameAt, vhostOf, type Context } from './context';
import { credentialsInUrl } from './credentials';

interface End {
  readonly ref: ChannelRef;
  readonly key?: Sourced<string>;
}

/** Reads dynamic shovels: runtime parameters of the component `shovel` (docs/shovel-dynamic). */
export function readShovels(c: Context): void {
  for (const node of listOf(c, 'parameters')) {
    if (text(get(node, 'component')) !== 'shovel') continue;
    const value = get(node, 'value');
    if (!isMap(value)) continue;
    const name = text(get(node, 'name')) ?? '';
    for (const side of ['src', 'dest'] as const) {
      const key = `${side}-uri`;
      for (const uri of uris(get(value, key))) credentialsInUrl(c, uri, `${key} of shovel "${name}"`);
    }
    const from = endOf(c, node, value, 'src');
    const to = endOf(c, node, value, 'dest');
    if (from === undefined || to === undefined) continue;
    c.facts.push({
      kind: 'route', dialect, route: 'shovel', extent: nodeRange(c.file, node), from: from.ref, to: to.ref,
      key: to.key ?? from.key, by: `shovel "${name}"`,
    });
  }
}

function endOf(c: Context, node: MapNode, value: MapNode, side: 'src' | 'dest'): End | undefined {
  const target = nameAt(c, get(value, `${side}-queue`)) ?? nameAt(c, get(value, `${side}-exchange`));
  let name = target;
  let space: ChannelSpace = entry(value, `${side}-queue`) === undefined ? 'exchange' : 'queue';
  let key = sourcedText(c.file, get(value, `${side}-exchange-key`));
  if (name === undefined) {
    const address = sourcedText(c.file, get(value, `${side}-address`));
    const parsed = address && parseAddress(address);
    if (parsed === undefined) return undefined;
    ({ name, space, key } = { key, ...parsed });
  }
  if (name.value === '') return undefined;
  const broker = brokerOf(c, uris(get(value, `${side}-uri`))[0], vhostOf(c, node), value, side);
  // A shovel declares its queues if they are missing, so nothing dangles.
  return { ref: { ...channelRef(name, space, broker), mustExist: false }, key };
}

/**
 * AMQP 1.0 addresses: `/queues/q`, `/exchanges/x/key` (version 2), `/queue/q`, `/exchange/x/key`, or a bare
 * queue.
 */
function parseAddress(
  address: Sourced<string>,
): { name: Sourced<string>; space: ChannelSpace; key?: Sourced<string> } | undefined {
  const match = /^\/(?:amq\/)?(queue|queues|exchange|exchanges)\/([^/]+)(?:\/(.+))?$/.exec(address.value);
  if (match === null) {
    return address.value.startsWith('/') ? undefined : { name: address, space: 'queue' };
  }
  const name = { value: percentDecode(match[2] ?? ''), at: address.at };
  const key = match[3] === undefined ? undefined : { value: percentDecode(match[3]), at: address.at };
  return { name, space: match[1]?.startsWith('queue') === true ? 'queue' : 'exchange', key };
}

/**
 * The broker an URI means: this file's own vhost for a URI without host or to this machine, else a
 * broker of its own, which becomes a fact. Without a path the URI means the vhost `/`.
 */
function brokerOf(
  c: Context, uri: SyntaxNode | undefined, own: Sourced<string>, value: MapNode, side: 'src' | 'dest',
): string {
  const written = sourcedText(c.file, uri);
  if (written === undefined) return own.value;
  const url = parseBrokerUrl(written.value);
  const path = url.path.replace(/^\//, '');
  const vhost = path === '' ? defaultVhost : percentDecode(path);
  if (url.host === '' || isLoopback(url.host)) return vhost;
  const name = vhost === defaultVhost ? url.host : `${url.host}/${vhost}`;
  const holder = entry(value, `${side}-uri`);
  const fact: BrokerFact = {
    kind: 'broker', dialect, extent: holder === undefined ? written.at : entryRange(c.file, holder),
    name: { value: name, at: written.at }, protocol: { value: 'rabbitmq', at: written.at },
    url: { value: url.shown, at: written.at }, vhost: { value: vhost, at: written.at },
    tls: { value: url.scheme === 'amqps', at: written.at },
    inferred: 'A shovel or federation link connects to it.',
  };
  if (!c.facts.some((f) => f.kind === 'broker' && f.name.value === name)) c.facts.push(fact);
  return name;
}

/** A URI, or a list of them of which one is tried after the other. */
export function uris(node: SyntaxNode | undefined): SyntaxNode[] {
  if (isSeq(node)) return node.items.filter((n) => n !== undefined);
  return node === undefined ? [] : [node];
}

/** For federation: the upstream's broker, by the rules of shovels except that the vhost is kept. */
export function upstreamBroker(c: Context, node: MapNode, value: MapNode): string {
  return brokerOf(c, uris(get(value, 'uri'))[0], vhostOf(c, node), value, 'src');
}

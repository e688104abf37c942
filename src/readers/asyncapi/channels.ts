import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelFact, ChannelSpace } from '../../model/facts';
import type { ChannelSettings, Protocol } from '../../model/settings';
import { get, isSeq, text, type Entry } from '../../syntax/tree';
import { contentRange, entryRange, oneOf, sourcedText } from '../shared/places';
import { defined } from '../shared/defined';
import { bindingsOf, boundProtocols, type Bindings } from './bindings';
import { bindingNames, dialect, entriesOf, rootOf, type Doc } from './document';
import { extensionOfChannel } from './extension';
import type { Messages } from './messages';
import { identity, refOf, type Located } from './refs';
import type { Server } from './servers';
import { wiresOf, type Wires } from './wires';

/** A channel of the document, ready for its operations. */
export interface DocChannel extends Wires {
  readonly at: Located;
  readonly key: Sourced<string>;
  readonly entry: Entry;
  readonly address: Sourced<string>;
  readonly protocol?: Protocol;
  readonly broker?: Sourced<string>;
  /** The servers it is on, foreign protocols included. */
  readonly servers: readonly Server[];
}

/** Reads `channels` and makes their facts. */
export function readChannels(doc: Doc, servers: readonly Server[], messages: Messages): DocChannel[] {
  const bound = boundByOperations(doc);
  return entriesOf(doc, doc.refs.member(rootOf(doc), 'channels')).flatMap(({ entry, at }) => {
    const item = doc.refs.follow(at);
    if (item === undefined || item.node.kind !== 'map') return [];
    const key = { value: entry.key.text, at: contentRange(at.file, entry.key) };
    const { address, inferred } = addressOf(doc, item, key);
    const own = serversOf(doc, item, servers);
    const protocol = protocolOf(doc, item, own, bound.get(identity(item)));
    const ours = own.filter((s) => s.protocol !== undefined
      && (protocol === undefined || s.protocol === protocol));
    // With several servers the document does not say which of them a reader means: alternatives, as a rule.
    const [only] = ours;
    const broker = only !== undefined && ours.length === 1 && protocol !== undefined
      ? serverName(item, only) : undefined;
    const bindings = protocol && bindingsOf(doc, item, protocol);
    const wires = wiresOf(protocol, bindings, address);
    const channel: DocChannel = { at: item, key, entry, address, protocol, broker, servers: own, ...wires };
    const extent = entryRange(at.file, entry);
    addFacts(doc, channel, bindings, messages, { extent, inferred, foreign: foreignNote(own) });
    return [channel];
  });
}

/** 2.x: the key is the address. 3.x: `address`; absent or null means that it is not known before run time. */
function addressOf(
  doc: Doc, item: Located, key: Sourced<string>,
): { address: Sourced<string>; inferred?: string } {
  if (doc.major === 2) return { address: key };
  const address = sourcedText(item.file, get(item.node, 'address'));
  if (address !== undefined) return { address };
  return { address: key, inferred: 'The document leaves the address open; the channel is shown by its key.' };
}

/** The servers a channel is limited to (names in 2.x, references in 3.x), else all. */
function serversOf(doc: Doc, item: Located, servers: readonly Server[]): readonly Server[] {
  const list = get(item.node, 'servers');
  if (!isSeq(list) || list.items.length === 0) return servers;
  return list.items.flatMap((node) => {
    const target = node && refOf(node) && doc.refs.follow({ file: item.file, node });
    const found = servers.find((s) => (target !== undefined
      ? s.at.node === target.node && s.at.file === target.file
      : s.name.value === text(node)));
    return found === undefined ? [] : [found];
  });
}

function serverName(item: Located, server: Server): Sourced<string> {
  const list = get(item.node, 'servers');
  const written = isSeq(list) ? list.items.find((n) => text(n) === server.name.value) : undefined;
  return (written && sourcedText(item.file, written)) ?? server.name;
}

/**
 * The protocol that all its servers speak; where they differ or there are none, the one its bindings are for.
 */
function protocolOf(
  doc: Doc, item: Located, servers: readonly Server[], byOperations: ReadonlySet<Protocol> | undefined,
): Protocol | undefined {
  const spoken = new Set(servers.map((s) => s.protocol));
  const [only] = [...spoken];
  if (spoken.size === 1 && only !== undefined) return only;
  const bound = new Set([...boundProtocols(doc, item), ...(byOperations ?? [])]);
  if (doc.major === 2) {
    for (const way of ['publish', 'subscribe']) {
      const operation = doc.refs.member(item, way);
      for (const p of operation === undefined ? [] : boundProtocols(doc, operation)) bound.add(p);
    }
  }
  const fitting = [...bound].filter((p) => servers.length === 0 || spoken.has(p));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** 3.x: the protocols that a channel's operations have bindings for, by the channel's identity. */
function boundByOperations(doc: Doc): Map<string, Set<Protocol>> {
  const found = new Map<string, Set<Protocol>>();
  if (doc.major === 2) return found;
  for (const { at } of entriesOf(doc, doc.refs.member(rootOf(doc), 'operations'))) {
    const protocols = boundProtocols(doc, at);
    const channel = protocols.size === 0 ? undefined : doc.refs.member(at, 'channel');
    if (channel === undefined) continue;
    const known = found.get(identity(channel)) ?? new Set<Protocol>();
    for (const protocol of protocols) known.add(protocol);
    found.set(identity(channel), known);
  }
  return found;
}

interface FactPlaces {
  readonly extent: SourceRange;
  readonly inferred?: string;
  readonly foreign?: string;
}

function addFacts(
  doc: Doc, c: DocChannel, bindings: Bindings | undefined, messages: Messages, places: FactPlaces,
): void {
  const extension = extensionOfChannel(doc, c);
  const fallback = `${c.address.value} message`;
  const carried = doc.major === 3
    ? messages.of(doc.refs.member(c.at, 'messages'), 'map', fallback)[0]
    : ['publish', 'subscribe'].flatMap((way) =>
      messages.of(doc.refs.raw(doc.refs.member(c.at, way), 'message'), 'one', fallback))[0];
  const base = {
    kind: 'channel' as const, dialect, extent: places.extent, protocol: c.protocol, broker: c.broker,
    inferred: places.inferred, note: places.foreign,
    description: text(get(c.at.node, 'description')) ?? text(get(c.at.node, 'summary'))
      ?? text(get(c.at.node, 'title')),
    schema: extension.schema ?? (carried && { value: carried.name.value, at: carried.use }),
  };
  const pattern = /\{[^{}]+\}/.test(c.into.name.value) ? c.into.name.value : undefined;
  doc.facts.push(defined<ChannelFact>({
    ...base, address: c.into.name, space: c.into.space, pattern,
    settings: { ...settingsOf(c, bindings, c.into.space), ...extension.settings },
  }));
  if (c.outOf.name.value !== c.into.name.value || c.outOf.space !== c.into.space) {
    doc.facts.push(
      defined<ChannelFact>({
        ...base, address: c.outOf.name, space: c.outOf.space,
        settings: settingsOf(c, bindings, c.outOf.space),
      }),
      {
        kind: 'route', dialect, route: 'binding', extent: places.extent, key: c.routingKey,
        from: { name: c.into.name, space: 'exchange', protocol: 'rabbitmq', broker: c.broker?.value },
        to: { name: c.outOf.name, space: 'queue', protocol: 'rabbitmq', broker: c.broker?.value },
        by: `channel "${c.key.value}"`,
      },
    );
  }
}

const queueTypes = ['classic', 'quorum', 'stream'] as const;

function settingsOf(
  c: DocChannel, b: Bindings | undefined, space: ChannelSpace | undefined,
): ChannelSettings {
  if (b === undefined) return {};
  if (c.protocol === 'kafka') {
    const policy = b.field('topicConfiguration', 'cleanup.policy');
    const words = policy?.node.kind === 'seq'
      ? policy.node.items.map((i) => text(i) ?? '').join(',') : text(policy?.node);
    return defined({
      partitions: b.number('partitions'), replicas: b.number('replicas'),
      retention: b.number('topicConfiguration', 'retention.ms'),
      minInsyncReplicas: b.number('topicConfiguration', 'min.insync.replicas'),
      uncleanLeaderElection: b.boolean('topicConfiguration', 'unclean.leader.election.enable'),
      cleanup: policy === undefined || words === undefined ? undefined
        : { value: words, at: { file: policy.file.id, start: policy.node.start, end: policy.node.end } },
    });
  }
  if (c.protocol !== 'rabbitmq' || space === undefined) return {};
  return defined({
    exchange: space === 'exchange' ? b.text('exchange', 'type') : undefined,
    queue: space === 'queue'
      ? oneOf(b.text('queue', 'arguments', 'x-queue-type') ?? b.text('queue', 'type'), queueTypes)
      : undefined,
    durable: b.boolean(space, 'durable'), autoDelete: b.boolean(space, 'autoDelete'),
    ...(space === 'queue' ? argumentsOf(b) : {}),
  });
}

/** What the binding's schema does not name is written as RabbitMQ's own arguments. */
function argumentsOf(b: Bindings): ChannelSettings {
  const argument = (name: string): Sourced<number> | undefined => b.number('queue', 'arguments', `x-${name}`);
  return {
    exclusive: b.boolean('queue', 'exclusive'), ttl: argument('message-ttl'), expires: argument('expires'),
    maxLength: argument('max-length'), maxLengthBytes: argument('max-length-bytes'),
    overflow: b.text('queue', 'arguments', 'x-overflow'), deliveryLimit: argument('delivery-limit'),
    consumerTimeout: argument('consumer-timeout'),
    deadLetterStrategy: b.text('queue', 'arguments', 'x-dead-letter-strategy'),
    singleActiveConsumer: b.boolean('queue', 'arguments', 'x-single-active-consumer'),
  };
}

function foreignNote(servers: readonly Server[]): string | undefined {
  const said = servers.filter((s) => s.protocol === undefined).map((s) => s.says);
  if (servers.length === 0 || said.length < servers.length) return undefined;
  const ours = Object.keys(bindingNames).join(', ');
  return `Its server speaks ${[...new Set(said)].sort().join(', ')}, which is none of ${ours}.`;
}

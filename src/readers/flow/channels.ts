import type { ChannelFact, ChannelRef, ChannelSpace, RouteKind } from '../../model/facts';
import { blockSchema } from '../../model/flowSchema/schema';
import type { ChannelSettings } from '../../model/settings';
import { entry, get, isMap, isScalar, isSeq, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import { contentRange, entryRange, nodeRange } from '../shared/places';
import { dialect, optional, type FlowContext } from './context';
import { insertPlace } from './insertPlace';
import { readBlocks } from './blocks';
import { readSettings } from './settings';
import { filledText, readAliases } from './value';

/** Names that brokers bring along: nobody declares them. */
const brokersOwn = /^(?:amq\.|\$|__)/;

/**
 * Reads `channels:`: a channel a key, and the routes that its keys say.
 * @returns how many facts there were before each entry, and behind the last one.
 */
export function readChannels(context: FlowContext, node: SyntaxNode | undefined): number[] {
  const counts = [context.facts.length];
  for (const e of isMap(node) ? node.entries : []) {
    readChannel(context, e, node as MapNode);
    counts.push(context.facts.length);
  }
  return counts;
}

/** A reference to a channel in this file's words. */
export function channelRef(context: FlowContext, name: Sourced<string>, space?: ChannelSpace): ChannelRef {
  const known = context.channels.channel(name.value);
  const where = space ?? known?.space;
  return {
    name,
    ...optional('space', where),
    ...optional('protocol', known?.protocol ?? (where ? ('rabbitmq' as const) : undefined)),
    mustExist: !brokersOwn.test(name.value),
  };
}

function readChannel(context: FlowContext, e: Entry, parent: MapNode): void {
  const { file } = context;
  const address = filledText(file, e.key);
  if (address === undefined) return;
  const hint = context.channels.channel(e.key.text);
  const channel: ChannelFact = {
    kind: 'channel',
    dialect,
    extent: entryRange(file, e),
    address,
    ...optional('space', hint?.space),
    ...optional('protocol', hint?.protocol),
    ...optional('broker', filledText(file, get(e.value, 'broker'))),
    ...optional('schema', filledText(file, get(e.value, 'schema'))),
    settings: {
      ...readSettings<ChannelSettings>(file, blockSchema('channel'), e.value),
      ...readBlocks(file, ['stream', 'needs', 'alert'], e.value),
    },
    ...optional('insert', insertPlace(file, e, parent)),
    ...optional('description', filledText(file, get(e.value, 'description'))?.value),
    ...readAliases(file, e.value),
  };
  context.facts.push(channel);
  readBindings(context, channel, e.value);
  readRoute(context, channel, e.value, 'deadLetter');
  readRoute(context, channel, e.value, 'alternateExchange');
  readOtherRoutes(context, channel, get(e.value, 'routes'));
}

/** The channel itself as one end of a route; its place is the key, which is right there. */
function self(channel: ChannelFact): ChannelRef {
  return {
    name: channel.address,
    ...optional('space', channel.space),
    ...optional('broker', channel.broker?.value),
    ...optional('protocol', channel.protocol),
    mustExist: true,
  };
}

function readRoute(
  context: FlowContext,
  channel: ChannelFact,
  node: SyntaxNode | undefined,
  key: 'deadLetter' | 'alternateExchange',
): void {
  const e = entry(node, key);
  const target = filledText(context.file, e?.value);
  if (e === undefined || target === undefined) return;
  const isDeadLetter = key === 'deadLetter';
  const to = channelRef(context, target, isDeadLetter ? undefined : 'exchange');
  context.facts.push({
    kind: 'route',
    dialect,
    extent: entryRange(context.file, e),
    route: isDeadLetter ? 'dead-letter' : 'alternate',
    from: self(channel),
    // An exchange hands on within its vhost only.
    to: isDeadLetter ? to : { ...to, ...optional('broker', channel.broker?.value) },
    ...(isDeadLetter ? optional('key', filledText(context.file, get(node, 'deadLetterRoutingKey'))) : {}),
  });
}

const routeKinds: readonly RouteKind[] = ['mirror', 'shovel', 'bridge', 'stream-source', 'retry', 'import', 'mapping'];

/** `routes:` a target a key, the kind its value. */
function readOtherRoutes(context: FlowContext, channel: ChannelFact, node: SyntaxNode | undefined): void {
  for (const e of isMap(node) ? node.entries : []) {
    const target = filledText(context.file, e.key);
    const route = routeKinds.find((kind) => isScalar(e.value) && kind === e.value.text);
    if (target === undefined || route === undefined) continue;
    context.facts.push({
      kind: 'route', dialect, extent: entryRange(context.file, e), route, from: self(channel), to: channelRef(context, target),
    });
  }
}

/** `bindings:` in its three ways of writing; each key of a list of keys is a route of its own. */
function readBindings(context: FlowContext, channel: ChannelFact, node: SyntaxNode | undefined): void {
  const bindings = get(node, 'bindings');
  if (isMap(bindings)) {
    for (const e of bindings.entries) {
      const at = entryRange(context.file, e);
      addBinding(context, channel, at, filledText(context.file, e.key), e.value, undefined);
    }
  } else if (isSeq(bindings)) {
    for (const item of bindings.items) {
      if (item === undefined) continue;
      const at = nodeRange(context.file, item);
      if (isScalar(item))
        addBinding(context, channel, at, filledText(context.file, item), undefined, undefined);
      else {
        const exchange = filledText(context.file, get(item, 'exchange'));
        addBinding(context, channel, at, exchange, get(item, 'routingKey'), get(item, 'arguments'));
      }
    }
  }
}

function addBinding(
  context: FlowContext,
  channel: ChannelFact,
  extent: ReturnType<typeof rangeIn>,
  exchange: Sourced<string> | undefined,
  keys: SyntaxNode | undefined,
  args: SyntaxNode | undefined,
): void {
  if (exchange === undefined) return;
  const broker = optional('broker', channel.broker?.value);
  const from = { ...channelRef(context, exchange, 'exchange'), ...broker };
  const written = isSeq(keys) && keys.items.length > 0 ? keys.items : [keys];
  for (const key of written) {
    context.facts.push({
      kind: 'route',
      dialect,
      extent,
      route: 'binding',
      from,
      to: self(channel),
      ...optional('key', bindingKey(context, key)),
      ...optional('arguments', isMap(args) ? argumentsText(args) : undefined),
    });
  }
}

/** The empty key is a key like any other: fanout exchanges are bound with it. */
function bindingKey(context: FlowContext, node: SyntaxNode | undefined): Sourced<string> | undefined {
  if (isScalar(node) && node.text === '' && node.style !== 'plain')
    return { value: '', at: contentRange(context.file, node) };
  return filledText(context.file, node);
}

function argumentsText(args: SyntaxNode): string {
  if (isScalar(args)) return args.text;
  if (isSeq(args)) return args.items.map((i) => (i ? argumentsText(i) : '')).join(', ');
  return args.entries.map((e) => `${e.key.text}: ${e.value ? argumentsText(e.value) : ''}`).join(', ');
}

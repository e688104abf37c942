import type { Entry, MapNode, SeqNode, SyntaxNode } from '../../syntax/tree';
import type { Args } from './args';
import { nested, skip, type Context, type Made } from './context';
import { handleFor } from './handles';
import { isUnknown, scalar, type Value } from './value';

/**
 * Resources of the RabbitMQ provider say what definitions say, in other words. This turns each into the
 * entry that definitions would have, with the places of the resource, so that one reader reads both.
 */
export interface RabbitEntry {
  /** The list of the definitions that it belongs to. */
  readonly list: 'exchanges' | 'queues' | 'bindings' | 'policies' | 'parameters' | 'users' | 'permissions'
    | 'topic_permissions' | 'vhosts';
  readonly node: MapNode;
  /** How other files refer to it. */
  readonly handle: string;
  /** Arguments of a queue that are written but not known, by their names in RabbitMQ. */
  readonly open: readonly string[];
}

/** Begins the name of an exchange or queue that stands in another file: the rest is its handle. */
export const elsewhere = '\uE013';

/** Begins the name of a vhost that the file does not say; it is cut out of what is read. */
export const unknownVhost = '\uE012';

/** The provider's names of a shovel's keys, by RabbitMQ's. */
const shovelKeys = ['uri', 'queue', 'exchange', 'exchange_key', 'address'];
const shovelNames = Object.fromEntries(shovelKeys.flatMap((key) => [
  [`source_${key}`, `src-${key.replace('_', '-')}`], [`destination_${key}`, `dest-${key.replace('_', '-')}`],
]));

type Build = (c: Context, made: Made) => RabbitEntry[];

export const rabbitKinds: Readonly<Record<string, Build>> = {
  rabbitmq_vhost: (c, made) => one(made, 'vhosts', [
    required(c, made.args, 'name'), named(made.args, 'description'), named(made.args, 'default_queue_type'),
  ]),
  rabbitmq_exchange: (c, made) => {
    const settings = nested(c, made.args, 'settings')[0];
    const from = settings ?? made.args;
    return one(made, 'exchanges', [
      required(c, made.args, 'name'), vhost(c, made), named(from, 'type'),
      flag(from, 'durable'), flag(from, 'auto_delete'), argumentsOf(c, from).entry,
    ]);
  },
  rabbitmq_queue: (c, made) => {
    const settings = nested(c, made.args, 'settings')[0];
    const from = settings ?? made.args;
    const { entry, open } = argumentsOf(c, from);
    return one(made, 'queues', [
      required(c, made.args, 'name'), vhost(c, made), flag(from, 'durable'), flag(from, 'auto_delete'), entry,
    ], open);
  },
  rabbitmq_binding: (c, made) => one(made, 'bindings', [
    endOf(c, made.args, 'source'), endOf(c, made.args, 'destination'), vhost(c, made),
    named(made.args, 'destination_type'), named(made.args, 'routing_key'), argumentsOf(c, made.args).entry,
  ]),
  rabbitmq_policy: (c, made) => one(made, 'policies', [
    named(made.args, 'name'), vhost(c, made), ...policy(c, made),
  ]),
  rabbitmq_operator_policy: (c, made) => parameter(c, made, 'operator_policy', policy(c, made)),
  rabbitmq_federation_upstream: (c, made) => {
    const value = nested(c, made.args, 'definition')[0];
    return parameter(c, made, 'federation-upstream', value === undefined ? [] : renamed(c, value, {
      uri: 'uri', exchange: 'exchange', queue: 'queue',
    }));
  },
  rabbitmq_shovel: (c, made) => {
    const info = nested(c, made.args, 'info')[0];
    // Without its addresses nobody can say between which brokers it moves messages.
    const isKnown = info?.text('source_uri') !== undefined && info.text('destination_uri') !== undefined;
    return isKnown ? parameter(c, made, 'shovel', renamed(c, info, shovelNames)) : [];
  },
  // A password that is kept elsewhere is as it should be: there is nothing to tell of.
  rabbitmq_user: (_, made) => one(made, 'users', [
    named(made.args, 'name'), named(made.args, 'password') ?? 'missing',
  ]),
  rabbitmq_permissions: (c, made) => permissions(c, made, 'permissions'),
  rabbitmq_topic_permissions: (c, made) => permissions(c, made, 'topic_permissions'),
};

type Maybe = Entry | 'missing' | undefined;

/** One entry, or none where a name that it cannot do without is not known. */
function one(
  made: Made, list: RabbitEntry['list'], entries: readonly Maybe[], open: readonly string[] = [],
): RabbitEntry[] {
  if (entries.includes('missing')) return [];
  const node = mapNode(made, entries.filter((e): e is Entry => typeof e === 'object'));
  return [{ list, node, handle: handleFor(made), open }];
}

function mapNode(made: Made, entries: readonly Entry[]): MapNode {
  return { kind: 'map', flow: true, entries, start: made.extent.start, end: made.extent.end };
}

function entryOf(name: string, value: Value): Entry {
  return { key: { ...scalar(name, value), end: value.start }, value, end: value.end };
}

/** An argument under its own name; one that is not known counts as not said. */
function named(args: Args, name: string): Entry | undefined {
  const value = args.value(name);
  return value === undefined || isUnknown(value) ? undefined : entryOf(name, value);
}

function required(c: Context, args: Args, name: string): Maybe {
  const value = args.value(name);
  if (isUnknown(value)) skip(c, value);
  return named(args, name) ?? 'missing';
}

/** An end of a binding: another file may declare it. */
function endOf(c: Context, args: Args, name: string): Maybe {
  const value = args.value(name);
  return isUnknown(value) && value.handle !== undefined
    ? entryOf(name, scalar(elsewhere + value.handle, value)) : required(c, args, name);
}

/** `durable` and `auto_delete`: false where nothing is written, as the provider has it. */
function flag(args: Args, name: string): Entry | undefined {
  if (args.has(name)) return named(args, name);
  return entryOf(name, scalar(false, { start: args.headAt.start, end: args.headAt.end }));
}

function vhost(c: Context, made: Made): Entry | undefined {
  const value = made.args.value('vhost');
  if (value === undefined || !isUnknown(value)) return named(made.args, 'vhost');
  skip(c, value);
  return entryOf('vhost', scalar(unknownVhost + value.text, value));
}

/** Arguments whose values are names of exchanges. */
const namesExchange = /^(x-dead-letter-exchange|alternate-exchange)$/;

/** `arguments`, a map of texts, or `arguments_json`, which `jsonencode` makes of an object. */
function argumentsOf(c: Context, args: Args): { entry: Entry | undefined; open: readonly string[] } {
  const name = args.has('arguments_json') ? 'arguments_json' : 'arguments';
  const value = args.value(name);
  if (value === undefined) return { entry: undefined, open: [] };
  if (isUnknown(value)) skip(c, value);
  if (value.kind !== 'map') return { entry: undefined, open: ['*'] };
  const open: string[] = [];
  const entries = value.entries.flatMap((e): Entry[] => {
    if (!isUnknown(e.value)) return [e];
    if (e.value.handle !== undefined && namesExchange.test(e.key.text)) {
      return [{ ...e, value: scalar(elsewhere + e.value.handle, e.value) }];
    }
    skip(c, e.value);
    open.push(e.key.text);
    return [];
  });
  return { entry: entryOf('arguments', { ...value, entries }), open };
}

function policy(c: Context, made: Made): Entry[] {
  const block = nested(c, made.args, 'policy')[0];
  if (block === undefined) return [];
  const definition = block.map('definition') ?? nested(c, block, 'definition')[0]?.asMap;
  const known = definition?.entries.filter((e) => {
    if (isUnknown(e.value)) skip(c, e.value);
    return !isUnknown(e.value);
  });
  const keys = renamed(c, block, { pattern: 'pattern', priority: 'priority', apply_to: 'apply-to' });
  return definition === undefined || known === undefined
    ? keys : [...keys, entryOf('definition', { ...definition, entries: known })];
}

/** Arguments under the names that RabbitMQ has for them. */
function renamed(c: Context, args: Args, names: Readonly<Record<string, string>>): Entry[] {
  return Object.entries(names).flatMap(([argument, name]) => {
    const value = args.value(argument);
    if (isUnknown(value)) skip(c, value);
    return value === undefined || isUnknown(value) ? [] : [entryOf(name, value)];
  });
}

function parameter(c: Context, made: Made, component: string, entries: readonly Entry[]): RabbitEntry[] {
  return one(made, 'parameters', [
    entryOf('component', scalar(component, made.head)), named(made.args, 'name'), vhost(c, made),
    entryOf('value', mapNode(made, entries)),
  ]);
}

function permissions(c: Context, made: Made, list: RabbitEntry['list']): RabbitEntry[] {
  const user = required(c, made.args, 'user');
  return nested(c, made.args, 'permissions').flatMap((block) => one(made, list, [
    user, vhost(c, made), ...['exchange', 'configure', 'write', 'read'].map((name) => named(block, name)),
  ]));
}

/** The whole as definitions: a map of lists. */
export function definitionsOf(entries: readonly RabbitEntry[]): MapNode {
  const lists = new Map<string, SyntaxNode[]>();
  for (const { list, node } of entries) {
    const own = lists.get(list) ?? [];
    own.push(node);
    lists.set(list, own);
  }
  const at = { start: 0, end: 0 };
  return {
    kind: 'map', flow: true, ...at, entries: [...lists].map(([list, items]): Entry => {
      const value: SeqNode = { kind: 'seq', flow: true, items, ...at };
      return { key: scalar(list, at), value, end: 0 };
    }),
  };
}

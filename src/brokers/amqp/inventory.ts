import { isTapName } from '../address';
import type { ConnectOptions, TapTarget } from '../driver';
import type {
  BrokerInventory,
  InventoryBinding,
  InventoryChannel,
  InventoryConsumer,
  InventoryPart,
  InventoryPolicy,
  SettingValue,
} from '../inventory';
import type { ManagementFound, RawBinding, RawPolicy } from './management';
import type { Ask } from './managementHttp';

interface RawQueue {
  name: string;
  type?: string;
  durable?: boolean;
  auto_delete?: boolean;
  exclusive?: boolean;
  arguments?: Record<string, unknown>;
}

interface RawExchange {
  name: string;
  type: string;
  durable?: boolean;
  auto_delete?: boolean;
  internal?: boolean;
  arguments?: Record<string, unknown>;
}

interface RawConsumer {
  consumer_tag?: string;
  queue: { name: string };
  ack_required?: boolean;
  exclusive?: boolean;
  prefetch_count?: number;
}

/** All of the vhost that is neither the broker's own nor a tap's. Reads only. */
export async function amqpInventory(
  about: string,
  version: string | undefined,
  options: ConnectOptions,
  found: ManagementFound,
): Promise<BrokerInventory> {
  const head = { about, ...(version === undefined ? {} : { version }) };
  if (!found.management) {
    const unread: InventoryPart[] = ['channels', 'settings', 'bindings', 'policies', 'consumers'];
    const notes = [`Without the management API RabbitMQ does not tell what is on it. ${found.why}`];
    return { ...head, channels: [], bindings: [], policies: [], consumers: [], notes, unread };
  }
  const { ask } = found.management;
  const notes: string[] = [];
  const unread = new Set<InventoryPart>();
  const read = <T>(path: string, what: string, part: InventoryPart): Promise<readonly T[]> =>
    readOr<T>(ask, path, what, part, notes, unread);
  const [queues, exchanges, bindings, policies, operatorPolicies, consumers] = await Promise.all([
    read<RawQueue>(
      'queues/{vhost}?columns=name,type,durable,auto_delete,exclusive,arguments',
      'queues',
      'channels',
    ),
    read<RawExchange>('exchanges/{vhost}', 'exchanges', 'channels'),
    read<RawBinding>('bindings/{vhost}', 'bindings', 'bindings'),
    read<RawPolicy>('policies/{vhost}', 'policies', 'policies'),
    read<RawPolicy>('operator-policies/{vhost}', 'operator policies', 'policies'),
    read<RawConsumer>('consumers/{vhost}', 'consumers', 'consumers'),
  ]);
  if (!unread.has('consumers') && !(await seesAllReaders(ask))) {
    notes.push('Only the user’s own readers are seen: those of others need the tag monitoring.');
    unread.add('consumers');
  }
  const isOurs = (name: string): boolean => isTapName(name, options, '.');
  const isOwn = (name: string): boolean => name === '' || name.startsWith('amq.') || isOurs(name);
  const kinds = new Map(queues.map((q) => [q.name, kindOf(q)]));
  return {
    ...head,
    channels: [
      ...queues.filter((q) => !isOwn(q.name)).map(queueOf),
      ...exchanges.filter((x) => !isOwn(x.name)).map(exchangeOf),
    ].sort((a, b) => order(a.address, b.address) || order(a.kind, b.kind)),
    // amq.topic and its like are the broker's, but what is bound to them is not.
    bindings: bindings
      .filter((b) => b.source !== '' && !isOurs(b.source) && !isOwn(b.destination))
      .map(bindingOf)
      .sort(
        (a, b) =>
          order(a.exchange, b.exchange) || order(a.destination, b.destination) || order(a.routingKey, b.routingKey),
      ),
    policies: [
      ...policies.map(policyOf),
      ...operatorPolicies.map((p) => ({ ...policyOf(p), operator: true as const })),
    ].sort((a, b) => order(a.name, b.name) || Number(a.operator ?? false) - Number(b.operator ?? false)),
    consumers: consumersOf(consumers.filter((c) => !isOurs(c.queue.name) && !isOurs(c.consumer_tag ?? '')), kinds),
    notes,
    ...(unread.size > 0 ? { unread: [...unread].sort() } : {}),
  };
}

/** The list of consumers is cut without a word for users that are neither administrators nor monitors. */
async function seesAllReaders(ask: Ask): Promise<boolean> {
  // A list, or text with commas in older versions.
  const { tags } = await ask<{ tags: string | readonly string[] }>('whoami');
  return /\b(administrator|monitoring)\b/.test(String(tags));
}

async function readOr<T>(
  ask: Ask,
  path: string,
  what: string,
  part: InventoryPart,
  notes: string[],
  unread: Set<InventoryPart>,
): Promise<readonly T[]> {
  try {
    return await ask<T[]>(path);
  } catch (error) {
    notes.push(`The ${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    unread.add(part);
    return [];
  }
}

function kindOf(q: RawQueue): TapTarget['kind'] {
  return (q.arguments?.['x-queue-type'] ?? q.type) === 'stream' ? 'stream' : 'queue';
}

function queueOf(q: RawQueue): InventoryChannel {
  const given = settings(q.arguments ?? {});
  const { durable, auto_delete, exclusive } = q;
  return {
    address: q.name,
    kind: kindOf(q),
    settings: { 'x-queue-type': q.type ?? 'classic', ...settings({ durable, auto_delete, exclusive }), ...given },
    explicit: Object.keys(given).sort(),
  };
}

function exchangeOf(x: RawExchange): InventoryChannel {
  const given = settings(x.arguments ?? {});
  const { type, durable, auto_delete, internal } = x;
  return {
    address: x.name,
    kind: 'exchange',
    settings: { ...settings({ type, durable, auto_delete, internal }), ...given },
    explicit: Object.keys(given).sort(),
  };
}

function bindingOf(b: RawBinding): InventoryBinding {
  return {
    exchange: b.source,
    destination: b.destination,
    destinationKind: b.destination_type === 'queue' ? 'queue' : 'exchange',
    routingKey: b.routing_key,
    arguments: settings(b.arguments ?? {}),
  };
}

function policyOf(p: RawPolicy): InventoryPolicy {
  return {
    name: p.name,
    pattern: p.pattern,
    applyTo: p['apply-to'],
    priority: p.priority,
    definition: settings(p.definition),
  };
}

/** RabbitMQ's readers have no names that last, so those of a queue with equal settings are one, with their number. */
function consumersOf(
  consumers: readonly RawConsumer[],
  kinds: ReadonlyMap<string, TapTarget['kind']>,
): InventoryConsumer[] {
  const groups = new Map<string, { channel: string; members: number; settings: Record<string, SettingValue> }>();
  for (const c of consumers) {
    const own = settings({ ack: c.ack_required === false ? 'auto' : 'manual', prefetch: c.prefetch_count, exclusive: c.exclusive });
    const key = JSON.stringify([c.queue.name, own]);
    const group = groups.get(key);
    if (group) group.members++;
    else groups.set(key, { channel: c.queue.name, members: 1, settings: own });
  }
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .map(([, { channel, members, settings: own }]) => ({
      channel,
      kind: kinds.get(channel) ?? 'queue',
      members,
      settings: own,
    }));
}

/** Lists as lists of text, tables as JSON, in the broker's own names. */
function settings(from: Readonly<Record<string, unknown>>): Record<string, SettingValue> {
  const found: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found[name] = value;
    else if (Array.isArray(value)) found[name] = value.map((v) => (typeof v === 'string' ? v : JSON.stringify(v)));
    else found[name] = JSON.stringify(value);
  }
  return found;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

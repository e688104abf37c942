import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { HclReference } from '../../syntax/hclNodes';
import type { SyntaxNode } from '../../syntax/tree';
import { lookupIn } from './args';
import type { Context, Made } from './context';
import { isUnknown } from './value';

/** Resources that are channels, and the attributes that are their names on the wire. */
const named: Readonly<Record<string, readonly string[]>> = {
  kafka_topic: ['name', 'id'], confluent_kafka_topic: ['topic_name'], aiven_kafka_topic: ['topic_name'],
  google_managed_kafka_topic: ['topic_id'], redpanda_topic: ['name'], rabbitmq_queue: ['name'],
  rabbitmq_exchange: ['name'],
};

/** `kafka_topic.orders` of `kafka_topic.orders.name`, `kafka_topic.all["a"]` of one of several. */
export function handleOf(node: HclReference): string | undefined {
  const attribute = node.steps.at(-1);
  const names = Object.hasOwn(named, node.root) ? named[node.root] : undefined;
  if (typeof attribute !== 'string' || names?.includes(attribute) !== true) return undefined;
  const [label, key, ...more] = node.steps.slice(0, -1);
  if (typeof label !== 'string' || typeof key === 'object' || more.length > 0) return undefined;
  return keyed(`${node.root}.${label}`, key);
}

/** The same for the resource itself, or one of those that it makes. */
export function handleFor(made: Made): string {
  const { scope } = made.args.nested;
  const each = scope.get('each') ?? scope.get('count');
  const entry = each?.kind === 'map' ? each.entries[0]?.value : undefined;
  const key = entry?.kind === 'scalar' ? entry.value : undefined;
  return keyed(made.declared.address, typeof key === 'string' || typeof key === 'number' ? key : undefined);
}

function keyed(address: string, key: string | number | undefined): string {
  return key === undefined ? address : `${address}[${JSON.stringify(key)}]`;
}

/** A channel's name, or by which resource of another file it is meant: then the name is that handle. */
export interface ChannelName extends Sourced<string> {
  readonly handle?: string;
}

export function channelName(c: Context, value: SyntaxNode | undefined): ChannelName | 'open' | undefined {
  if (!isUnknown(value) || value.handle === undefined) return lookupIn(c, value);
  return { value: value.handle, at: rangeIn(c.file, value.start, value.end), handle: value.handle };
}

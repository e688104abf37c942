import type { ChannelFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { entry, get, text, type MapNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { oneOf, nodeRange, sourcedBoolean, sourcedNumber, sourcedText } from '../shared/places';
import type { Sourced } from '../../text/range';
import { dialect, listOf, nameAt, vhostOf, writtenVhost, type Context } from './context';
import { deadLetterRoutes } from './deadLetters';
import { effective } from './effective';
import type { Policies } from './policies';

const queueTypes = ['classic', 'quorum', 'stream'] as const;
export type QueueType = (typeof queueTypes)[number];

/** Reads `queues`: each a channel with the settings in force, and where its dead letters go. */
export function readQueues(c: Context, policies: Policies): void {
  const defaults = defaultTypes(c);
  for (const node of listOf(c, 'queues')) {
    const name = nameAt(c, get(node, 'name'));
    if (name === undefined || name.value === '') continue;
    const vhost = vhostOf(c, node);
    const args = get(node, 'arguments');
    const written = oneOf(sourcedText(c.file, get(args, 'x-queue-type') ?? get(node, 'type')), queueTypes);
    const type = written ?? defaults.get(vhost.value);
    const applied = policies.applied(vhost.value, type?.value ?? 'classic', name.value);
    const force = effective(c.file, args, applied, 'x-');
    const settings: ChannelSettings = {
      queue: type ?? { value: 'classic', at: name.at },
      durable: sourcedBoolean(c.file, get(node, 'durable')),
      autoDelete: sourcedBoolean(c.file, get(node, 'auto_delete')),
      exclusive: sourcedBoolean(c.file, get(node, 'exclusive')),
      maxLength: force.number('max-length'),
      maxLengthBytes: force.number('max-length-bytes'),
      overflow: force.text('overflow'),
      // That there is one decides whether a loop of dead letters is a delayed retry.
      ttl: force.numberOrOpen('message-ttl'),
      expires: force.number('expires'),
      deliveryLimit: force.number('delivery-limit'),
      consumerTimeout: force.number('consumer-timeout'),
      replicas: sourcedNumber(c.file, get(args, type?.value === 'stream' ? 'x-initial-cluster-size' : 'x-quorum-initial-group-size')),
      deadLetterStrategy: force.text('dead-letter-strategy'),
      singleActiveConsumer: sourcedBoolean(c.file, get(args, 'x-single-active-consumer')),
      retention: maxAge(force.text('max-age')),
    };
    const by = [
      applied.policy && `policy "${applied.policy.name}"`,
      applied.operator && `operator policy "${applied.operator.name}"`,
    ].filter((s) => s !== undefined);
    const fact: ChannelFact = {
      kind: 'channel', dialect, extent: nodeRange(c.file, node), address: name, space: 'queue',
      protocol: 'rabbitmq',
      broker: writtenVhost(node, vhost), settings: defined(settings),
      note: noteOf(written, type, vhost.value, by),
    };
    c.facts.push(fact);
    deadLetterRoutes(c, node, name, vhost.value, force);
  }
}

function noteOf(
  written: Sourced<string> | undefined, type: Sourced<string> | undefined, vhost: string,
  by: readonly string[],
): string | undefined {
  const parts = [];
  if (written === undefined && type !== undefined) {
    parts.push(`The queue type is the default of vhost "${vhost}".`);
  }
  if (by.length > 0) parts.push(`In force: ${by.join(' and ')}.`);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/**
 * `default_queue_type` of each vhost; newer exports repeat it in `metadata`, older ones write "undefined".
 */
function defaultTypes(c: Context): Map<string, Sourced<QueueType>> {
  const types = new Map<string, Sourced<QueueType>>();
  const take = (node: MapNode, name: string): void => {
    const direct = sourcedText(c.file, get(node, 'default_queue_type'));
    const found = oneOf(direct, queueTypes)
      ?? oneOf(sourcedText(c.file, get(node, 'metadata', 'default_queue_type')), queueTypes);
    if (found !== undefined) types.set(name, found);
  };
  for (const node of listOf(c, 'vhosts')) take(node, text(get(node, 'name')) ?? '');
  // An export of one vhost keeps the vhost's metadata at the top.
  if (c.root.kind === 'map' && entry(c.root, 'vhosts') === undefined) take(c.root, c.ownVhost);
  return types;
}

/** A stream's `max-age`: a number with one of the units Y, M, D, h, m, s (docs/streams). */
function maxAge(value: Sourced<string> | undefined): Sourced<number> | undefined {
  const match = /^(\d+)([YMDhms])$/.exec(value?.value ?? '');
  if (value === undefined || match === null) return undefined;
  const unit = { Y: 31_536_000, M: 2_592_000, D: 86_400, h: 3_600, m: 60, s: 1 }[match[2] ?? ''] ?? 0;
  return { value: Number(match[1]) * unit * 1_000, at: value.at };
}

import { get } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange, sourcedBoolean, sourcedText } from '../shared/places';
import {
  argumentsText, channelRef, dialect, isBuiltIn, listOf, nameAt, vhostOf, writtenVhost, type Context,
} from './context';
import { effective } from './effective';
import type { Policies } from './policies';

/** Reads `exchanges`: each a channel, with a route to its alternate exchange. */
export function readExchanges(c: Context, policies: Policies): void {
  for (const node of listOf(c, 'exchanges')) {
    const name = nameAt(c, get(node, 'name'));
    if (name === undefined || name.value === '') continue;
    const vhost = vhostOf(c, node);
    const args = get(node, 'arguments');
    const applied = policies.applied(vhost.value, 'exchange', name.value);
    c.facts.push({
      kind: 'channel', dialect, extent: nodeRange(c.file, node), address: name, space: 'exchange',
      protocol: 'rabbitmq',
      broker: writtenVhost(node, vhost),
      settings: defined({
        exchange: sourcedText(c.file, get(node, 'type')),
        durable: sourcedBoolean(c.file, get(node, 'durable')),
        autoDelete: sourcedBoolean(c.file, get(node, 'auto_delete')),
      }),
      note: applied.policy && `In force: policy "${applied.policy.name}".`,
    });
    const alternate = effective(c.file, args, applied, '').text('alternate-exchange');
    if (alternate === undefined || alternate.value === '') continue;
    c.facts.push({
      kind: 'route', dialect, route: 'alternate', extent: nodeRange(c.file, node),
      from: { ...channelRef(name, 'exchange', vhost.value), mustExist: false },
      to: channelRef({ value: alternate.value, at: alternate.at }, 'exchange', vhost.value),
      by: alternate.by ?? `exchange "${name.value}"`,
    });
  }
}

/**
 * Reads `bindings`. The default exchange's bindings exist for every queue by themselves and are not drawn.
 */
export function readBindings(c: Context): void {
  for (const node of listOf(c, 'bindings')) {
    const source = nameAt(c, get(node, 'source'));
    const destination = nameAt(c, get(node, 'destination'));
    if (source === undefined || destination === undefined || source.value === ''
      || destination.value === '') {
      continue;
    }
    const vhost = vhostOf(c, node).value;
    const space = nameAt(c, get(node, 'destination_type'))?.value === 'exchange' ? 'exchange' : 'queue';
    const key = nameAt(c, get(node, 'routing_key'));
    c.facts.push({
      kind: 'route', dialect, route: 'binding', extent: nodeRange(c.file, node),
      from: { ...channelRef(source, 'exchange', vhost), mustExist: !isBuiltIn(source.value) },
      to: channelRef(destination, space, vhost),
      key: key === undefined || key.value === '' ? undefined : key,
      arguments: argumentsText(get(node, 'arguments')),
      by: `binding of ${space} "${destination.value}" to exchange "${source.value}"`,
    });
  }
}

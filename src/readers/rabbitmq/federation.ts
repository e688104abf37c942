import type { Sourced } from '../../text/range';
import type { ChannelSpace } from '../../model/facts';
import { get, isMap, isSeq, text, type MapNode } from '../../syntax/tree';
import { nodeRange, sourcedText } from '../shared/places';
import { channelRef, dialect, listOf, nameAt, vhostOf, type Context } from './context';
import { upstreamCredentials } from './credentials';
import type { Policies } from './policies';
import { upstreamBroker } from './shovels';

interface Upstream {
  readonly name: string;
  readonly vhost: string;
  readonly node: MapNode;
  readonly value: MapNode;
}

/**
 * Federation: a policy with `federation-upstream` or `federation-upstream-set` pulls messages of the
 * same-named exchange or queue (or the one that the upstream names) from another broker.
 */
export function readFederation(c: Context, policies: Policies): void {
  const upstreams: Upstream[] = [];
  const sets = new Map<string, string[]>();
  for (const node of listOf(c, 'parameters')) {
    const component = text(get(node, 'component'));
    const name = text(get(node, 'name')) ?? '';
    const value = get(node, 'value');
    if (component === 'federation-upstream' && isMap(value)) {
      upstreams.push({ name, vhost: vhostOf(c, node).value, node, value });
      upstreamCredentials(c, value, name);
    } else if (component === 'federation-upstream-set' && isSeq(value)) {
      sets.set(`${vhostOf(c, node).value}\n${name}`, value.items.map((i) => text(get(i, 'upstream')) ?? ''));
    }
  }
  if (upstreams.length === 0) return;
  for (const [key, space] of [['exchanges', 'exchange'], ['queues', 'queue']] as const) {
    for (const node of listOf(c, key)) link(c, policies, node, space, upstreams, sets);
  }
}

function link(
  c: Context, policies: Policies, node: MapNode, space: ChannelSpace,
  upstreams: readonly Upstream[], sets: ReadonlyMap<string, readonly string[]>,
): void {
  const name = nameAt(c, get(node, 'name'));
  const vhost = vhostOf(c, node).value;
  if (name === undefined || name.value === '') return;
  const target = space === 'exchange'
    ? 'exchange' : queueTarget(text(get(node, 'arguments', 'x-queue-type')));
  const { policy } = policies.applied(vhost, target, name.value);
  const set = text(get(policy?.definition, 'federation-upstream-set'));
  const one = text(get(policy?.definition, 'federation-upstream'));
  if (policy === undefined || (set === undefined && one === undefined)) return;
  const wanted = one !== undefined ? [one] : sets.get(`${vhost}\n${set}`);
  for (const upstream of upstreams) {
    // The set "all" exists by itself and holds every upstream of the vhost.
    if (upstream.vhost !== vhost || !(set === 'all' || wanted?.includes(upstream.name) === true)) continue;
    const remote: Sourced<string> = sourcedText(c.file, get(upstream.value, space)) ?? name;
    const broker = upstreamBroker(c, upstream.node, upstream.value);
    c.facts.push({
      kind: 'route', dialect, route: 'mirror', extent: nodeRange(c.file, upstream.node),
      from: { ...channelRef(remote, space, broker), mustExist: false },
      to: { ...channelRef(name, space, vhost), mustExist: false },
      by: `federation upstream "${upstream.name}"`,
    });
  }
}

function queueTarget(type: string | undefined): 'classic' | 'quorum' | 'stream' {
  return type === 'quorum' || type === 'stream' ? type : 'classic';
}

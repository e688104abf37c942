import { readingOrder } from '../../src/graph/navigate';
import type { Layout } from '../../src/graph/types';
import type { Protocol } from '../../src/protocol/common';
import type { GraphData } from '../../src/protocol/graph';

/**
 * What the protocol filter hides: brokers and channels of the protocols that are off, their edges, and
 * services that have no other edge.
 */
export function hiddenBy(data: GraphData, off: ReadonlySet<Protocol>): Set<string> {
  const hidden = new Set<string>();
  if (off.size === 0) return hidden;
  for (const node of data.nodes) {
    if (node.kind !== 'service' && node.protocol !== undefined && off.has(node.protocol)) hidden.add(node.id);
  }
  const all = new Map<string, number>();
  const gone = new Map<string, number>();
  const count = (map: Map<string, number>, id: string): void => void map.set(id, (map.get(id) ?? 0) + 1);
  for (const edge of data.edges) {
    const isHidden = hidden.has(edge.from) || hidden.has(edge.to);
    for (const end of [edge.from, edge.to]) {
      count(all, end);
      if (isHidden) count(gone, end);
    }
    if (isHidden) hidden.add(edge.id);
  }
  for (const node of data.nodes) {
    if (node.kind === 'service' && (all.get(node.id) ?? 0) > 0 && all.get(node.id) === gone.get(node.id))
      hidden.add(node.id);
  }
  return hidden;
}

/** Ids of the nodes that a query finds, in reading order: every word of it in the name, kind or second line. */
export function matching(data: GraphData, layout: Layout, query: string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const texts = new Map(
    data.nodes.map((node) => [
      node.id,
      [node.label, node.detail, node.channelKind ?? node.kind, node.protocol ?? ''].join('\n').toLowerCase(),
    ]),
  );
  return readingOrder(layout).filter((id) => words.every((word) => texts.get(id)?.includes(word)));
}

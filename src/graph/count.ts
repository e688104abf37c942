import type { Drawable } from './types';

/** What a graph holds, for a line of counts. */
export interface GraphCounts {
  readonly brokers: number;
  readonly services: number;
  readonly channels: number;
  /** Paths publish -> channel (-> route …) -> consume, counted once a publish and consume. */
  readonly flows: number;
}

export function countGraph(graph: Drawable): GraphCounts {
  const of = (kind: string): number => graph.nodes.filter((node) => node.kind === kind).length;
  const routes = new Map<string, string[]>();
  const consumers = new Map<string, number>();
  for (const edge of graph.edges) {
    if (edge.kind === 'consume') consumers.set(edge.from, (consumers.get(edge.from) ?? 0) + 1);
    if (edge.kind === 'route') routes.set(edge.from, [...(routes.get(edge.from) ?? []), edge.to]);
  }
  const readBy = new Map<string, number>();
  const readersOf = (channel: string): number => {
    const known = readBy.get(channel);
    if (known !== undefined) return known;
    const seen = new Set([channel]);
    const queue = [channel];
    let sum = 0;
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      sum += consumers.get(id) ?? 0;
      for (const to of routes.get(id) ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        queue.push(to);
      }
    }
    readBy.set(channel, sum);
    return sum;
  };
  let flows = 0;
  for (const edge of graph.edges) if (edge.kind === 'publish') flows += readersOf(edge.to);
  return { brokers: of('broker'), services: of('service'), channels: of('channel'), flows };
}

import type { FlowGraph } from './types';

/**
 * The part of a graph that one node takes part in: the node, everything that can reach it and
 * everything it can reach, following edges in one direction each way (so not the other consumers of
 * an upstream channel), and the brokers of the channels found. For a broker: each of its channels so.
 * @param name a node id (`channel:orders`), or a label; a label may name several nodes, all are focused.
 * @returns undefined if no node has that id or label.
 */
export function focusGraph(graph: FlowGraph, name: string): FlowGraph | undefined {
  const exact = graph.nodes.filter((node) => node.id === name);
  const named =
    exact.length > 0 ? exact : graph.nodes.filter((node) => node.label === name || isId(node.id, name));
  if (named.length === 0) return undefined;

  const start = new Set(named.map((node) => node.id));
  for (const node of graph.nodes) {
    if (node.broker !== undefined && start.has(node.broker)) start.add(node.id);
  }
  const kept = new Set(start);
  for (const direction of ['down', 'up'] as const) {
    for (const id of reach(graph, start, direction)) kept.add(id);
  }
  for (const node of graph.nodes) {
    if (node.broker !== undefined && kept.has(node.id)) kept.add(node.broker);
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => kept.has(node.id)),
    edges: graph.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
  };
}

/** `orders` for `channel:orders`, where the label differs from the id (equal addresses on two brokers). */
function isId(id: string, name: string): boolean {
  return id.slice(id.indexOf(':') + 1) === name;
}

function reach(graph: FlowGraph, start: ReadonlySet<string>, direction: 'up' | 'down'): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    const [from, to] = direction === 'down' ? [edge.from, edge.to] : [edge.to, edge.from];
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  }
  const seen = new Set(start);
  const queue = [...start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

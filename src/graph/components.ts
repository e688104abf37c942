import type { Box, Drawable, DrawNode, DrawEdge, Flow } from './types';

/** A part of a graph that no line and no broker's frame ties to the rest. */
export interface Component extends Drawable {
  readonly nodes: readonly DrawNode[];
  readonly edges: readonly DrawEdge[];
}

/**
 * Splits a graph into its components. Those that are more than one node come first, by the least id
 * in them; then single nodes by id. Each keeps the graph's order of nodes and edges.
 */
export function componentsOf(graph: Drawable): Component[] {
  const ids = new Set(graph.nodes.map((node) => node.id));
  const leader = new Map<string, string>();
  const find = (id: string): string => {
    let root = id;
    for (let up = leader.get(root); up !== undefined; up = leader.get(root)) root = up;
    // Shorten the way for the next who asks.
    for (let at = id; at !== root;) {
      const up = leader.get(at) ?? root;
      leader.set(at, root);
      at = up;
    }
    return root;
  };
  const join = (a: string, b: string): void => {
    if (!ids.has(a) || !ids.has(b)) return;
    const [x, y] = [find(a), find(b)];
    if (x !== y) leader.set(x < y ? y : x, x < y ? x : y);
  };
  for (const edge of graph.edges) join(edge.from, edge.to);
  for (const node of graph.nodes) if (node.broker !== undefined) join(node.id, node.broker);

  const parts = new Map<string, { nodes: DrawNode[]; edges: DrawEdge[] }>();
  for (const node of graph.nodes) {
    const root = find(node.id);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, { nodes: [node], edges: [] });
    else part.nodes.push(node);
  }
  for (const edge of graph.edges) {
    if (ids.has(edge.from) && ids.has(edge.to)) parts.get(find(edge.from))?.edges.push(edge);
  }
  return [...parts.entries()]
    .sort(([a, x], [b, y]) => Number(x.nodes.length === 1) - Number(y.nodes.length === 1) || (a < b ? -1 : 1))
    .map(([, part]) => part);
}

/** Width to height that a drawing should have: that of a wide panel, or of a narrow one beside the text. */
export function aspectOf(flow: Flow): number {
  return flow === 'down' ? 0.7 : 1.6;
}

/**
 * Places boxes in rows from left to right, in their order. `width` is where rows end; by default it
 * is chosen so that the whole is about as wide as a panel.
 * @returns the left upper corners, in the order of the boxes, and the size of the whole.
 */
export function pack(
  sizes: readonly Omit<Box, 'x' | 'y'>[],
  gap: number,
  width = idealWidth(sizes, gap),
): {
  readonly places: readonly { x: number; y: number }[];
  readonly width: number;
  readonly height: number;
} {
  const places: { x: number; y: number }[] = [];
  let [x, y, row, widest] = [0, 0, 0, 0];
  for (const size of sizes) {
    if (x > 0 && x + size.width > width) {
      y += row + gap;
      [x, row] = [0, 0];
    }
    places.push({ x, y });
    x += size.width + gap;
    row = Math.max(row, size.height);
    widest = Math.max(widest, x - gap);
  }
  return { places, width: widest, height: y + row };
}

/** The width of rows that gives the wanted shape, but at least that of the widest box. */
export function idealWidth(
  sizes: readonly Omit<Box, 'x' | 'y'>[],
  gap: number,
  flow: Flow = 'right',
): number {
  const area = sizes.reduce((sum, size) => sum + (size.width + gap) * (size.height + gap), 0);
  return Math.max(Math.sqrt(area * aspectOf(flow)), ...sizes.map((size) => size.width));
}

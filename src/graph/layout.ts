import { componentsOf, idealWidth, pack, type Component } from './components';
import { elkInput, readElk, type Elk } from './elk';
import { labelOf, sizeOf } from './shapes';
import type { Box, Drawable, EdgeLine, Flow, Layout, NodeBox, Point } from './types';

export type { Elk } from './elk';

/** Above this, labels are left out and lines run straight: measured, it halves the time at 1,000 nodes. */
export const fullDetailNodes = 300;

const margin = 24;
const gap = 48;

/** What was drawn before, so that an edit keeps the reader's place. */
export interface Previous {
  readonly graph: Drawable;
  readonly layout: Layout;
}

/**
 * Lays a graph out along `flow`, brokers as frames around their channels. Parts that nothing
 * ties together are laid out apart and set in rows. A part that did not change keeps its drawing; in
 * one that did, the nodes known before keep their order. What ran the other way is not looked at.
 * @throws what elk throws; with well-formed input that is a defect, not the user's fault.
 */
export async function layoutGraph(
  graph: Drawable,
  elk: Elk,
  before?: Previous,
  flow: Flow = 'right',
): Promise<Layout> {
  const previous = (before?.layout.flow ?? 'right') === flow ? before : undefined;
  const full = graph.nodes.length <= fullDetailNodes;
  const components = componentsOf(graph);
  const known = new Map(
    previous === undefined || full !== previous.graph.nodes.length <= fullDetailNodes
      ? []
      : componentsOf(previous.graph).map((part) => [keyOf(part, full), part]),
  );
  const drawn: Layout[] = [];
  for (const part of components) {
    const same = known.get(keyOf(part, full));
    if (same !== undefined && previous !== undefined) drawn.push(cut(previous.layout, part));
    else if (part.nodes.length === 1 && part.edges.length === 0) drawn.push(alone(part));
    else drawn.push(readElk(part, await elk.layout(elkInput(part, full, previous?.layout, flow)), flow));
  }
  return assemble(graph, drawn, previous?.layout, flow);
}

/**
 * Equal for two graphs that lay out alike: same boxes, same lines, same room for labels. An edit that
 * keeps it (a setting, a problem come or gone) needs no layout, and nothing moves.
 */
export function layoutKey(graph: Drawable): string {
  return keyOf(graph, graph.nodes.length <= fullDetailNodes);
}

function keyOf(graph: Drawable, full: boolean): string {
  return JSON.stringify([
    graph.nodes.map((node) => [node.id, node.broker, ...Object.values(sizeOf(node))]),
    graph.edges.map((edge) => [edge.id, edge.from, edge.to, full ? labelOf(edge)?.width : undefined]),
  ]);
}

function alone(part: Component): Layout {
  const node = part.nodes[0];
  if (node === undefined) return { width: 0, height: 0, nodes: [], edges: [] };
  const size = sizeOf(node);
  return { ...size, nodes: [{ id: node.id, x: 0, y: 0, ...size }], edges: [] };
}

/** A part's share of a layout, moved to the origin. */
function cut(layout: Layout, part: Component): Layout {
  const nodeIds = new Set(part.nodes.map((node) => node.id));
  const edgeIds = new Set(part.edges.map((edge) => edge.id));
  const nodes = layout.nodes.filter((box) => nodeIds.has(box.id));
  const edges = layout.edges.filter((line) => edgeIds.has(line.id));
  return toOrigin(nodes, edges);
}

function toOrigin(nodes: readonly NodeBox[], edges: readonly EdgeLine[]): Layout {
  const boxes: Box[] = [
    ...nodes,
    ...edges.flatMap((line) => [...(line.label ? [line.label] : []), ...line.points.map(dot)]),
  ];
  const left = boxes.reduce((least, box) => Math.min(least, box.x), Infinity);
  const top = boxes.reduce((least, box) => Math.min(least, box.y), Infinity);
  const right = boxes.reduce((most, box) => Math.max(most, box.x + box.width), -Infinity);
  const bottom = boxes.reduce((most, box) => Math.max(most, box.y + box.height), -Infinity);
  return { width: right - left, height: bottom - top, ...shift(nodes, edges, -left, -top) };
}

const dot = (p: Point): Box => ({ ...p, width: 0, height: 0 });

function shift(
  nodes: readonly NodeBox[],
  edges: readonly EdgeLine[],
  dx: number,
  dy: number,
): Pick<Layout, 'nodes' | 'edges'> {
  const move = <P extends Point>(p: P): P => ({ ...p, x: p.x + dx, y: p.y + dy });
  return {
    nodes: nodes.map(move),
    edges: edges.map((line) => ({
      ...line,
      points: line.points.map(move),
      ...(line.label && { label: move(line.label) }),
    })),
  };
}

function assemble(
  graph: Drawable,
  parts: readonly Layout[],
  previous: Layout | undefined,
  flow: Flow,
): Layout {
  const tight = parts.map((part) => toOrigin(part.nodes, part.edges));
  const ideal = idealWidth(tight, gap, flow);
  // Rows end where they ended before, until that has become far too narrow: then nothing wraps anew at an edit.
  const kept = previous === undefined ? 0 : previous.width - 2 * margin;
  const widest = Math.max(0, ...tight.map((part) => part.width));
  const { places, width, height } = pack(tight, gap, kept * 1.5 < ideal ? ideal : Math.max(kept, widest));
  const nodes = new Map<string, NodeBox>();
  const edges = new Map<string, EdgeLine>();
  tight.forEach((part, index) => {
    const place = places[index] ?? { x: 0, y: 0 };
    const moved = shift(part.nodes, part.edges, place.x + margin, place.y + margin);
    for (const box of moved.nodes) nodes.set(box.id, box);
    for (const line of moved.edges) edges.set(line.id, line);
  });
  return {
    ...(flow === 'down' && { flow }),
    width: tight.length === 0 ? 0 : width + 2 * margin,
    height: tight.length === 0 ? 0 : height + 2 * margin,
    nodes: graph.nodes.flatMap((node) => nodes.get(node.id) ?? []),
    edges: graph.edges.flatMap((edge) => edges.get(edge.id) ?? []),
  };
}

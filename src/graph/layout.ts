import { labelOf, sizeOf } from './shapes';
import type { Box, DrawNode, Drawable, EdgeLine, Layout, NodeBox, Point } from './types';

/** The part of elkjs's `ELK` that a layout needs; it runs in a worker in the panel, in-process in the command line. */
export interface Elk {
  layout(graph: ElkNode): Promise<ElkNode>;
}

export interface ElkNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  children?: ElkNode[];
  edges?: ElkEdge[];
  layoutOptions?: Record<string, string>;
}

export interface ElkLabel {
  id: string;
  text: string;
  x?: number;
  y?: number;
  width: number;
  height: number;
  layoutOptions?: Record<string, string>;
}

export interface ElkEdge {
  id: string;
  sources: string[];
  targets: string[];
  labels?: ElkLabel[];
  sections?: { id: string; startPoint: Point; endPoint: Point; bendPoints?: Point[] }[];
  /** The node whose coordinates the sections count in; elk writes it. */
  container?: string;
}

/** Above this, labels are left out and lines run straight: measured, it halves the time at 1,000 nodes. */
export const fullDetailNodes = 300;

/** Room in a broker's group for its name. */
const groupPadding = '[top=52,left=28,bottom=24,right=28]';
const rootPadding = '[top=24,left=24,bottom=24,right=24]';

/**
 * Lays a graph out from left to right, brokers as groups around their channels.
 * @param previous the layout on screen: nodes known to it keep their order, so that an edit moves little.
 * @throws what elk throws; with well-formed input that is a defect, not the user's fault.
 */
export async function layoutGraph(graph: Drawable, elk: Elk, previous?: Layout): Promise<Layout> {
  if (graph.nodes.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  return readLayout(graph, await elk.layout(elkInput(graph, previous)));
}

/** The graph in elk's words. Exported for the worker and for tests. */
export function elkInput(graph: Drawable, previous?: Layout): ElkNode {
  const full = graph.nodes.length <= fullDetailNodes;
  const known = new Map(previous?.nodes.map((node) => [node.id, node]));
  const groups = new Map<string, ElkNode>();
  const shared = options(full, previous !== undefined);
  const root: ElkNode = { id: 'root', layoutOptions: { ...shared, 'elk.padding': rootPadding }, children: [], edges: [] };
  const withChannels = new Set(graph.nodes.flatMap((node) => (node.broker === undefined ? [] : [node.broker])));

  for (const node of graph.nodes) {
    if (node.kind !== 'broker' || !withChannels.has(node.id)) continue;
    const group: ElkNode = {
      id: node.id,
      children: [],
      layoutOptions: {
        ...shared,
        'elk.padding': groupPadding,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        'elk.nodeSize.minimum': `(${sizeOf(node).width + 60},90)`,
        ...position(known.get(node.id)),
      },
    };
    groups.set(node.id, group);
    root.children?.push(group);
  }
  for (const node of graph.nodes) {
    if (groups.has(node.id)) continue;
    const group = node.broker === undefined ? undefined : groups.get(node.broker);
    const frame = node.broker === undefined ? undefined : known.get(node.broker);
    const own = known.get(node.id);
    const inFrame = own && frame ? { x: own.x - frame.x, y: own.y - frame.y } : own;
    const child: ElkNode = { id: node.id, ...sizeOf(node), layoutOptions: position(inFrame) };
    (group ?? root).children?.push(child);
  }
  const ids = new Set(graph.nodes.map((node) => node.id));
  for (const edge of graph.edges) {
    if (!ids.has(edge.from) || !ids.has(edge.to)) continue;
    const label = full ? labelOf(edge) : undefined;
    root.edges?.push({
      id: edge.id,
      sources: [edge.from],
      targets: [edge.to],
      ...(label && { labels: [{ id: `${edge.id}#label`, ...label, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }] }),
    });
  }
  return root;
}

/**
 * Equal for two graphs that lay out alike: same boxes, same lines, same room for labels. An edit that
 * keeps it (a setting, a problem come or gone) needs no layout, and nothing moves.
 */
export function layoutKey(graph: Drawable): string {
  const full = graph.nodes.length <= fullDetailNodes;
  return JSON.stringify([
    graph.nodes.map((node) => [node.id, node.broker, ...Object.values(sizeOf(node))]),
    graph.edges.map((edge) => [edge.id, edge.from, edge.to, full ? labelOf(edge)?.width : undefined]),
  ]);
}

/** Elk does not hand options down to groups, so every group states them too. */
function options(full: boolean, again: boolean): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
    'elk.separateConnectedComponents': 'false',
    'elk.spacing.nodeNode': '30',
    'elk.spacing.edgeNode': '18',
    'elk.spacing.edgeEdge': '12',
    'elk.layered.spacing.nodeNodeBetweenLayers': full ? '56' : '90',
    'elk.layered.spacing.edgeNodeBetweenLayers': '20',
    'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
    'elk.edgeRouting': full ? 'ORTHOGONAL' : 'POLYLINE',
    ...(full ? { 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED' } : fastOptions),
    ...(again ? { 'elk.layered.crossingMinimization.semiInteractive': 'true' } : {}),
  };
}

const fastOptions: Readonly<Record<string, string>> = {
  'elk.layered.layering.strategy': 'LONGEST_PATH',
  'elk.layered.thoroughness': '1',
  'elk.layered.nodePlacement.strategy': 'SIMPLE',
};

function position(box: Point | undefined): Record<string, string> {
  return box === undefined ? {} : { 'elk.position': `(${Math.round(box.x)},${Math.round(box.y)})` };
}

/** Elk's answer in the drawing's space: absolute boxes, lines and label places, in the graph's order. */
export function readLayout(graph: Drawable, result: ElkNode): Layout {
  const boxes = new Map<string, Box>();
  const walk = (node: ElkNode, dx: number, dy: number): void => {
    const x = dx + (node.x ?? 0);
    const y = dy + (node.y ?? 0);
    boxes.set(node.id, { x, y, width: node.width ?? 0, height: node.height ?? 0 });
    for (const child of node.children ?? []) walk(child, x, y);
  };
  walk(result, 0, 0);

  const lines = new Map<string, EdgeLine>();
  for (const edge of edgesIn(result)) {
    const frame = boxes.get(edge.container ?? 'root') ?? { x: 0, y: 0 };
    const move = (p: Point): Point => ({ x: p.x + frame.x, y: p.y + frame.y });
    const points = (edge.sections ?? []).flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]).map(move);
    const label = edge.labels?.[0];
    lines.set(edge.id, {
      id: edge.id,
      points,
      ...(label?.x !== undefined && {
        label: { ...move({ x: label.x, y: label.y ?? 0 }), width: label.width ?? 0, height: label.height ?? 0 },
      }),
    });
  }
  const placed = (node: DrawNode): NodeBox[] => {
    const box = boxes.get(node.id);
    return box === undefined ? [] : [{ id: node.id, ...box }];
  };
  return {
    width: result.width ?? 0,
    height: result.height ?? 0,
    nodes: graph.nodes.flatMap(placed),
    edges: graph.edges.flatMap((edge) => lines.get(edge.id) ?? []),
  };
}

function* edgesIn(node: ElkNode): Iterable<ElkEdge> {
  yield* node.edges ?? [];
  for (const child of node.children ?? []) yield* edgesIn(child);
}

import type { Component } from './components';
import { gridsOf } from './grid';
import { labelOf, sizeOf } from './shapes';
import { straighten } from './straighten';
import type { Box, EdgeLine, Flow, Layout, NodeBox, Point } from './types';

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

/** Room in a broker's frame for its name. */
const framePadding = '[top=50,left=24,bottom=22,right=24]';

/**
 * One component in elk's words.
 * @param full with room for labels and right-angled lines; else the fast options.
 * @param previous where nodes stood: they keep their order.
 */
export function elkInput(
  part: Component,
  full: boolean,
  previous?: Layout,
  flow: Flow = 'right',
): ElkNode {
  const known = new Map(previous?.nodes.map((box) => [box.id, box]));
  const again = part.nodes.some((node) => known.has(node.id));
  const shared = options(full, again, flow);
  const root: ElkNode = {
    id: 'root',
    layoutOptions: { ...shared, 'elk.padding': '[top=0,left=0,bottom=0,right=0]' },
  };
  const children: ElkNode[] = [];
  const frames = new Map<string, ElkNode>();
  const framed = new Set(part.nodes.map((node) => node.broker));
  for (const node of part.nodes) {
    if (node.kind !== 'broker' || !framed.has(node.id)) continue;
    const frame: ElkNode = {
      id: node.id,
      children: [],
      layoutOptions: {
        ...shared,
        'elk.padding': framePadding,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        'elk.nodeSize.minimum': `(${sizeOf(node).width + 60},90)`,
        ...position(known.get(node.id)),
      },
    };
    frames.set(node.id, frame);
    children.push(frame);
  }
  const { grids, inGrid } = gridsOf(part, flow);
  const place = (
    id: string,
    broker: string | undefined,
    size: { width: number; height: number },
    at: Point | undefined,
  ): void => {
    const frame = broker === undefined ? undefined : frames.get(broker);
    const origin = broker === undefined ? undefined : known.get(broker);
    const own = at && origin ? { x: at.x - origin.x, y: at.y - origin.y } : at;
    (frame?.children ?? children).push({
      id,
      width: size.width,
      height: size.height,
      layoutOptions: position(own),
    });
  };
  for (const node of part.nodes) {
    if (!frames.has(node.id) && !inGrid.has(node.id))
      place(node.id, node.broker, sizeOf(node), known.get(node.id));
  }
  for (const grid of grids) place(grid.id, grid.broker, grid, known.get(grid.members[0]?.id ?? ''));
  root.children = children;
  root.edges = part.edges.map((edge): ElkEdge => {
    const label = full ? labelOf(edge) : undefined;
    const labels = label && [
      { id: `${edge.id}#label`, ...label, layoutOptions: { 'elk.edgeLabels.inline': 'true' } },
    ];
    return { id: edge.id, sources: [edge.from], targets: [edge.to], ...(labels && { labels }) };
  });
  return root;
}

/** Elk does not hand options down to groups, so every frame states them too. */
function options(full: boolean, again: boolean, flow: Flow): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': flow === 'down' ? 'DOWN' : 'RIGHT',
    'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
    'elk.separateConnectedComponents': 'false',
    'elk.spacing.nodeNode': '28',
    'elk.spacing.edgeNode': '18',
    'elk.spacing.edgeEdge': '12',
    'elk.layered.spacing.nodeNodeBetweenLayers': full ? '34' : '90',
    'elk.layered.spacing.edgeNodeBetweenLayers': '16',
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

/** Elk's answer: absolute boxes, lines and label places, in the part's order. */
export function readElk(part: Component, result: ElkNode, flow: Flow = 'right'): Layout {
  const boxes = new Map<string, Box>();
  const walk = (node: ElkNode, dx: number, dy: number): void => {
    const x = dx + (node.x ?? 0);
    const y = dy + (node.y ?? 0);
    boxes.set(node.id, { x, y, width: node.width ?? 0, height: node.height ?? 0 });
    for (const child of node.children ?? []) walk(child, x, y);
  };
  walk(result, 0, 0);
  for (const grid of gridsOf(part, flow).grids) {
    const at = boxes.get(grid.id);
    if (at !== undefined) for (const box of grid.boxesAt(at)) boxes.set(box.id, box);
  }
  const lines = new Map<string, EdgeLine>();
  for (const edge of edgesIn(result)) lines.set(edge.id, readLine(edge, boxes.get(edge.container ?? 'root')));
  return {
    width: result.width ?? 0,
    height: result.height ?? 0,
    nodes: part.nodes.flatMap((node): NodeBox[] => {
      const box = boxes.get(node.id);
      return box === undefined ? [] : [{ ...box, id: node.id }];
    }),
    edges: part.edges.flatMap((edge) => lines.get(edge.id) ?? []),
  };
}

function readLine(edge: ElkEdge, frame: Point = { x: 0, y: 0 }): EdgeLine {
  const move = (p: Point): Point => ({ x: p.x + frame.x, y: p.y + frame.y });
  const points = (edge.sections ?? [])
    .flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint])
    .map(move);
  const label = edge.labels?.[0];
  if (label?.x === undefined) return { id: edge.id, points: straighten(points) };
  const at = { ...move({ x: label.x, y: label.y ?? 0 }), width: label.width, height: label.height };
  return { id: edge.id, points: straighten(points), label: at };
}

function* edgesIn(node: ElkNode): Iterable<ElkEdge> {
  yield* node.edges ?? [];
  for (const child of node.children ?? []) yield* edgesIn(child);
}

import type { Component } from './components';
import { sizeOf } from './shapes';
import { aspectOf } from './components';
import type { DrawNode, Flow, NodeBox, Point } from './types';

/** Fewer loose channels than this stand in the layout like any other. */
const fewest = 4;
const gap = 20;

/** Channels of one broker that no line touches, set in rows: a layered layout would make one tall column of them. */
export interface Grid {
  readonly id: string;
  readonly broker: string;
  readonly members: readonly DrawNode[];
  readonly width: number;
  readonly height: number;
  boxesAt(corner: Point): NodeBox[];
}

/** The grids of a component; to elk each is one node. Same component, same grids. */
export function gridsOf(
  part: Component,
  flow: Flow = 'right',
): {
  readonly grids: readonly Grid[];
  readonly inGrid: ReadonlySet<string>;
} {
  const touched = new Set(part.edges.flatMap((edge) => [edge.from, edge.to]));
  const loose = new Map<string, DrawNode[]>();
  for (const node of part.nodes) {
    if (node.broker === undefined || touched.has(node.id)) continue;
    const known = loose.get(node.broker);
    if (known === undefined) loose.set(node.broker, [node]);
    else known.push(node);
  }
  const grids = [...loose]
    .filter(([, members]) => members.length >= fewest)
    .map(([broker, members]) => grid(broker, members, aspectOf(flow)));
  return { grids, inGrid: new Set(grids.flatMap((one) => one.members.map((node) => node.id))) };
}

function grid(broker: string, members: readonly DrawNode[], aspect: number): Grid {
  const sizes = members.map(sizeOf);
  const cell = {
    width: Math.max(...sizes.map((s) => s.width)),
    height: Math.max(...sizes.map((s) => s.height)),
  };
  const columns = Math.max(
    1,
    Math.round(Math.sqrt((members.length * aspect * (cell.height + gap)) / (cell.width + gap))),
  );
  const rows = Math.ceil(members.length / columns);
  return {
    id: `grid:${broker}`,
    broker,
    members,
    width: columns * (cell.width + gap) - gap,
    height: rows * (cell.height + gap) - gap,
    boxesAt: (corner) =>
      members.map((node, index) => ({
        id: node.id,
        x: corner.x + (index % columns) * (cell.width + gap),
        y: corner.y + Math.floor(index / columns) * (cell.height + gap),
        // In a grid equal boxes read best.
        width: cell.width,
        height: sizes[index]?.height ?? cell.height,
      })),
  };
}

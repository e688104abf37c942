import { transposed } from './flow';
import type { Box, Drawable, Layout } from './types';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The arrow keys of a drawing that runs down, in the words of one that runs to the right. */
const turned: Readonly<Record<Direction, Direction>> = { down: 'right', up: 'left', right: 'down', left: 'up' };

/**
 * Where an arrow key leads from a node. Right and left follow the edges out of it and into it, to the
 * end nearest in height; up and down go to the nearest node that stands over or under it. Where the
 * drawing runs down, it is the other way round.
 * @param shown tells which nodes are on screen.
 * @returns the id of the next node, or undefined if there is none that way.
 */
export function nextNode(
  graph: Drawable,
  layout: Layout,
  from: string,
  direction: Direction,
  shown: (id: string) => boolean = () => true,
): string | undefined {
  if (layout.flow === 'down') return nextNode(graph, transposed(layout), from, turned[direction], shown);
  const boxes = new Map(layout.nodes.map((box) => [box.id, box]));
  const here = boxes.get(from);
  if (here === undefined) return undefined;
  const brokers = new Set(graph.nodes.filter((node) => node.kind === 'broker').map((node) => node.id));
  if (direction === 'right' || direction === 'left') {
    const ends = graph.edges.flatMap((edge) =>
      direction === 'right' ? (edge.from === from ? [edge.to] : []) : edge.to === from ? [edge.from] : [],
    );
    const along = nearest(
      here,
      boxes,
      ends.filter((id) => id !== from && shown(id)),
      (a, b) => Math.abs(dy(a, b)),
    );
    if (along !== undefined) return along;
  }
  const aside = layout.nodes.filter((box) => {
    if (box.id === from || brokers.has(box.id) !== brokers.has(from) || !shown(box.id)) return false;
    if (direction === 'up') return dy(here, box) < -1 && overlaps(here, box);
    if (direction === 'down') return dy(here, box) > 1 && overlaps(here, box);
    return false;
  });
  return nearest(
    here,
    boxes,
    aside.map((box) => box.id),
    (a, b) => Math.abs(dy(a, b)),
  );
}

/** Node ids as read along the flow: columns from left to right, each from top to bottom; or rows. */
export function readingOrder(layout: Layout): string[] {
  if (layout.flow === 'down') return readingOrder(transposed(layout));
  const column = (box: Box): number => Math.round(box.x / 40);
  return [...layout.nodes]
    .sort((a, b) => column(a) - column(b) || a.y - b.y || (a.id < b.id ? -1 : 1))
    .map((box) => box.id);
}

const dy = (a: Box, b: Box): number => b.y + b.height / 2 - (a.y + a.height / 2);

const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.width + 20 && b.x < a.x + a.width + 20;

function nearest(
  here: Box,
  boxes: ReadonlyMap<string, Box>,
  ids: readonly string[],
  distance: (a: Box, b: Box) => number,
): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const id of [...ids].sort()) {
    const box = boxes.get(id);
    const far = box === undefined ? Infinity : distance(here, box);
    if (far < least) {
      least = far;
      best = id;
    }
  }
  return best;
}

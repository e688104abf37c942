import type { Box, Flow, Layout } from './types';

/** Below this zoom the small text of a node cannot be read with ease. */
export const readableZoom = 0.65;

/** Above this a drawing that runs down gets far too wide: the services of one broker stand in one row. */
const mostNodes = 40;

/** The room that a drawing has, in px of the screen. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** The zoom that shows a whole drawing. */
export function fitZoom(layout: Layout, room: Room): number {
  return Math.min(1, room.width / layout.width, room.height / layout.height);
}

/** Whether it is worth laying out downwards what to the right would only fit too small to read. */
export function mayRunDown(right: Layout, room: Room): boolean {
  const nodes = right.nodes.filter((box) => !box.id.startsWith('broker:')).length;
  return nodes <= mostNodes && fitZoom(right, room) < readableZoom;
}

/**
 * Of two drawings of one graph the one that reads better: the one that fits whole and readable, else
 * the one that fits the width at the larger zoom, since what is too long can be scrolled like text.
 */
export function betterFlow(right: Layout, down: Layout, room: Room): Flow {
  const score = (layout: Layout): number => {
    const whole = fitZoom(layout, room);
    return whole >= readableZoom ? 1 + whole : Math.min(1, room.width / layout.width);
  };
  return score(down) > score(right) ? 'down' : 'right';
}

/** The layout with its axes exchanged: what ran down runs to the right. Lines are left out. */
export function transposed(layout: Layout): Layout {
  const turn = <B extends Box>(box: B): B => ({
    ...box,
    x: box.y,
    y: box.x,
    width: box.height,
    height: box.width,
  });
  return { width: layout.height, height: layout.width, nodes: layout.nodes.map(turn), edges: [] };
}

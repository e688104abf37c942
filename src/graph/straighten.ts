import type { Point } from './types';

/** Steps up to this many px come from rounding where a line crosses a frame; nobody means them. */
const smallest = 5;

/**
 * Takes small steps out of a right-angled line: where it leaves or reaches a box a little off its
 * level, that end moves along the box's edge. Other lines stay as they are.
 */
export function straighten(points: readonly Point[]): Point[] {
  let line = [...points];
  for (let i = 1; i + 2 < line.length; i++) {
    const [a, b, c, d] = line.slice(i - 1, i + 3) as [Point, Point, Point, Point];
    const level = a.y === b.y && b.x === c.x && c.y === d.y && Math.abs(c.y - b.y) <= smallest;
    const upright = a.x === b.x && b.y === c.y && c.x === d.x && Math.abs(c.x - b.x) <= smallest;
    if (!level && !upright) continue;
    if (i === 1) line = [level ? { x: a.x, y: d.y } : { x: d.x, y: a.y }, ...line.slice(i + 2)];
    else if (i + 3 === line.length)
      line = [...line.slice(0, i), level ? { x: d.x, y: a.y } : { x: a.x, y: d.y }];
    else continue;
    i = 0;
  }
  return line;
}

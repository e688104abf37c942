import { oneLineHeight, sizeOf } from '../shapes';
import type { Box, DrawNode, Flow, Point } from '../types';
import type { Room } from '../flow';
import type { Spot } from './spots';

/** The drawing of one flow alone: its stations in a row or a column, with rows for what each of them holds. */
export interface StoryLayout extends Room {
  readonly flow: Flow;
  readonly stations: readonly StationBox[];
  /** From each station to the next. */
  readonly ways: readonly (readonly [Point, Point])[];
}

export interface StationBox {
  readonly node: Box;
  readonly rows: readonly Box[];
}

/** What is drawn of a station. */
export interface StationParts {
  readonly node: DrawNode;
  readonly rows: number;
}

export const tokenRadius = 11;
const rowHeight = 30;
const rowWidth = 190;
/** Where a row's messages begin, behind its label. */
const rowIndent = 112;
const slotWidth = 27;
/** Messages that wait before a station stand behind each other. */
const doorStep = 25;
/** Between stations, their rows and the edges. */
const gap = { rows: 6, node: 12, right: 92, down: 56, margin: 22 };

/** Drawn smaller than this, a story is shown in part, and the part goes with it. */
export const leastZoom = 0.66;

/** Stations side by side where there is room for them to be read, else one under the other. */
export function layoutStory(stations: readonly StationParts[], room: Room): StoryLayout {
  const [right, down] = [rightward(stations), downward(stations)];
  const fit = (layout: StoryLayout): number => Math.min(1, room.width / layout.width, room.height / layout.height);
  // A row is read more easily, so a column must be worth it.
  if (Math.max(fit(right), fit(down)) >= leastZoom) return fit(down) > fit(right) * 1.1 ? down : right;
  // Neither fits: what matters is to see all of a station, then to see many of them.
  const across = [Math.min(1, room.height / right.height), Math.min(1, room.width / down.width)] as const;
  if (Math.min(...across) < leastZoom) return across[1] > across[0] * 1.1 ? down : right;
  return room.height / down.height > (room.width / right.width) * 1.1 ? down : right;
}

/** The part of a drawing that is on screen: screen = drawing * k + (x, y). */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Shows all of a drawing where it can be read then, else what is around some stations; never more than there is. */
export function cameraOn(layout: StoryLayout, room: Room, stations: readonly number[], mostZoom: number): Camera {
  const whole = Math.min(mostZoom, room.width / layout.width, room.height / layout.height);
  const k = Math.max(whole, Math.min(leastZoom, mostZoom));
  const boxes = stations.flatMap((station) => {
    const found = layout.stations[station];
    return found === undefined ? [] : [found.node, ...found.rows];
  });
  const place = (least: number, most: number, all: number, space: number): number => {
    if (all * k <= space) return (space - all * k) / 2;
    // What is wider than the room is shown from its beginning.
    const middle = Math.min((least + most) / 2, least + space / k / 2 - gap.margin);
    return Math.min(0, Math.max(space - all * k, space / 2 - middle * k));
  };
  const xs = boxes.flatMap(({ x, width }) => [x, x + width]);
  const ys = boxes.flatMap(({ y, height }) => [y, y + height]);
  return {
    k,
    x: place(Math.min(...xs, layout.width), Math.max(...xs, 0), layout.width, room.width),
    y: place(Math.min(...ys, layout.height), Math.max(...ys, 0), layout.height, room.height),
  };
}

function rightward(stations: readonly StationParts[]): StoryLayout {
  let x = gap.margin;
  const tallest = Math.max(...stations.map(({ node }) => sizeOf(node).height), oneLineHeight);
  const boxes = stations.map(({ node, rows }): StationBox => {
    const size = sizeOf(node);
    const width = Math.max(size.width, rowWidth);
    const box: StationBox = {
      node: { x: x + (width - size.width) / 2, y: gap.margin + (tallest - size.height) / 2, ...size },
      rows: rowBoxes(x, gap.margin + tallest + gap.node, width, rows),
    };
    x += width + gap.right;
    return box;
  });
  const height = Math.max(...stations.map(({ rows }) => rowsHeight(rows)), 0);
  return {
    flow: 'right', stations: boxes, width: x - gap.right + gap.margin, height: gap.margin * 2 + tallest + gap.node + height,
    ways: boxes.slice(1).map(({ node }, i) => {
      const { node: before } = boxes[i]!;
      return [{ x: before.x + before.width, y: middle(before) }, { x: node.x, y: middle(node) }];
    }),
  };
}

function downward(stations: readonly StationParts[]): StoryLayout {
  let y = gap.margin;
  const widest = Math.max(...stations.map(({ node }) => sizeOf(node).width));
  const boxes = stations.map(({ node, rows }): StationBox => {
    const size = sizeOf(node);
    const height = Math.max(size.height, rowsHeight(rows));
    const box: StationBox = {
      node: { x: gap.margin + (widest - size.width) / 2, y: y + (height - size.height) / 2, ...size },
      rows: rowBoxes(gap.margin + widest + gap.node, y + (height - rowsHeight(rows)) / 2, rowWidth, rows),
    };
    y += height + gap.down;
    return box;
  });
  return {
    flow: 'down', stations: boxes, width: gap.margin * 2 + widest + gap.node + rowWidth, height: y - gap.down + gap.margin,
    ways: boxes.slice(1).map(({ node }, i) => {
      const { node: before } = boxes[i]!;
      return [{ x: centre(before), y: before.y + before.height }, { x: centre(node), y: node.y }];
    }),
  };
}

/** Where a spot lies: the middle of what stands there. */
export function pointOf({ stations, ways, flow }: StoryLayout, spot: Spot): Point {
  const station = stations[spot.station];
  if (station === undefined) return { x: 0, y: 0 };
  const { node, rows } = station;
  switch (spot.at) {
    case 'node':
      return { x: centre(node), y: middle(node) };
    case 'row': {
      const row = rows[spot.row] ?? node;
      return { x: row.x + rowIndent + spot.slot * slotWidth, y: middle(row) };
    }
    case 'door':
      return flow === 'right'
        ? { x: node.x - tokenRadius - 8 - spot.slot * doorStep, y: middle(node) }
        : { x: centre(node), y: node.y - tokenRadius - 8 - spot.slot * doorStep };
    case 'way': {
      const [a, b] = ways[spot.station] ?? [{ x: centre(node), y: middle(node) }, { x: centre(node), y: middle(node) }];
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    }
  }
}

/**
 * The corners of the way from one spot to another: along the lines between stations, and straight within one.
 */
export function pathOf(layout: StoryLayout, from: Spot, to: Spot): readonly Point[] {
  const [start, end] = [pointOf(layout, from), pointOf(layout, to)];
  const forth = from.station < to.station || (from.station === to.station && to.at === 'way');
  const isInside = from.station === to.station;
  // What leaves or enters a station itself does so at its edge, so that nothing runs over its name.
  const points = from.at === 'node' && !isInside ? [] : [start];
  if (to.at === 'way') return [...(from.at === 'node' ? [] : points), exit(layout, from.station, forth), end];
  for (let s = from.station; s !== to.station; s += forth ? 1 : -1) {
    points.push(exit(layout, s, forth), exit(layout, forth ? s + 1 : s - 1, !forth));
  }
  // A door stands before the station's edge.
  if (to.at === 'door') points.pop();
  if (to.at !== 'node' || isInside) points.push(end);
  return points;
}

/** The part of a way that runs between stations: within one, a line would run over its words. */
export function trailOf(layout: StoryLayout, from: Spot, to: Spot): readonly Point[] {
  const points = pathOf(layout, from, to);
  if (from.station === to.station && to.at !== 'way') return points;
  const isInside = (spot: Spot): boolean => spot.at === 'row';
  return points.slice(isInside(from) ? 1 : 0, isInside(to) ? -1 : undefined);
}

/** Where the line to the next station, or from the one before, meets a station. */
function exit({ ways, stations }: StoryLayout, station: number, forth: boolean): Point {
  const way = forth ? ways[station]?.[0] : ways[station - 1]?.[1];
  const node = stations[station]?.node;
  return way ?? (node === undefined ? { x: 0, y: 0 } : { x: centre(node), y: middle(node) });
}

/** The point at a share (0 to 1) of a way through corners. */
export function along(points: readonly Point[], share: number): Point {
  const lengths = lengthsOf(points);
  let left = sum(lengths) * Math.min(Math.max(share, 0), 1);
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const [a, b] = [points[i]!, points[i + 1]!];
      return { x: a.x + ((b.x - a.x) * left) / length, y: a.y + ((b.y - a.y) * left) / length };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

/** The point that lies this far before the end of a way. */
export function beforeEnd(points: readonly Point[], distance: number): Point {
  const length = sum(lengthsOf(points));
  return along(points, length === 0 ? 1 : 1 - distance / length);
}

function lengthsOf(points: readonly Point[]): number[] {
  return points.slice(1).map((p, i) => Math.hypot(p.x - points[i]!.x, p.y - points[i]!.y));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

function rowBoxes(x: number, y: number, width: number, rows: number): Box[] {
  return Array.from({ length: rows }, (_, i) => ({ x, y: y + i * (rowHeight + gap.rows), width, height: rowHeight }));
}

function rowsHeight(rows: number): number {
  return rows === 0 ? 0 : rows * (rowHeight + gap.rows) - gap.rows;
}

const centre = ({ x, width }: Box): number => x + width / 2;
const middle = ({ y, height }: Box): number => y + height / 2;

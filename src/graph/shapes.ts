import type { ChannelKind } from '../model/model';
import { fitText, textWidth } from './measure';
import type { DrawEdge, DrawNode, Point } from './types';

/** The drawing's language: one silhouette a kind, shared by the panel and the SVG writer. */
export type Shape = 'service' | ChannelKind | 'broker';

export const titleSize = 13;
export const detailSize = 11;
export const labelSize = 11;

export function shapeOf(node: DrawNode): Shape {
  return node.kind === 'channel' ? (node.channelKind ?? 'channel') : node.kind;
}

/** How far text stands from a shape's left and right edges, in px. */
const insets: Readonly<Record<Shape, number>> = {
  service: 16,
  topic: 24,
  exchange: 26,
  queue: 20,
  stream: 22,
  subject: 22,
  channel: 18,
  broker: 18,
};

const minWidth = 120;
const maxWidth = 336;
export const oneLineHeight = 44;
export const twoLineHeight = 58;

/** Widths go in steps, so that most edits of a text change no box and nothing has to move. */
const step = 12;
const stepped = (width: number): number => Math.ceil(width / step) * step;

/** The size in px that a node wants. A name longer than the widest node is cut when drawn. */
export function sizeOf(node: DrawNode): { width: number; height: number } {
  const text = Math.max(textWidth(node.label, titleSize, true), textWidth(node.detail, detailSize));
  const width = Math.min(maxWidth, Math.max(minWidth, stepped(text + 2 * insets[shapeOf(node)])));
  return { width, height: node.detail === '' ? oneLineHeight : twoLineHeight };
}

/** The lines of a node, cut to its width, with where their baselines start. */
export function textsOf(
  node: DrawNode,
  width: number,
  height: number,
): {
  x: number;
  title: string;
  titleY: number;
  detail: string;
  detailY: number;
} {
  const x = insets[shapeOf(node)];
  const room = width - 2 * x + 4;
  const two = node.detail !== '';
  return {
    x,
    title: fitText(node.label, room, titleSize, true),
    titleY: two ? height / 2 - 4 : height / 2 + 4.5,
    detail: fitText(node.detail, room, detailSize),
    detailY: height / 2 + 14,
  };
}

/** The label of an edge, cut, with the size of its plate. */
export function labelOf(edge: DrawEdge): { text: string; width: number; height: number } | undefined {
  if (edge.label === '') return undefined;
  const text = fitText(edge.label, 170, labelSize);
  return { text, width: stepped(textWidth(text, labelSize) + 12), height: 20 };
}

/** The outline of a shape at 0,0 as SVG path data. */
export function outline(shape: Shape, w: number, h: number): string {
  switch (shape) {
    case 'topic':
      return rounded(w, h, h / 2);
    case 'exchange': {
      const k = Math.min(20, w / 4);
      return `M${k} 0H${w - k}L${w} ${h / 2}L${w - k} ${h}H${k}L0 ${h / 2}Z`;
    }
    // A log on its side: messages stay in it, both ends are round.
    case 'stream':
      return `M10 0H${w - 10}A10 ${h / 2} 0 0 1 ${w - 10} ${h}H10A10 ${h / 2} 0 0 1 10 0Z`;
    // A signpost: a subject is only a name, nothing is kept there.
    case 'subject':
      return `M6 0H${w - 16}L${w} ${h / 2}L${w - 16} ${h}H6A6 6 0 0 1 0 ${h - 6}V6A6 6 0 0 1 6 0Z`;
    case 'channel':
      return rounded(w, h, 14);
    case 'broker':
      return rounded(w, h, 10);
    default:
      return rounded(w, h, 6);
  }
}

/** A second stroke that some shapes have: the front rim of a stream, the slots of a queue. */
export function ornament(shape: Shape, w: number, h: number): string {
  if (shape === 'stream') return `M${w - 10} 0A10 ${h / 2} 0 0 0 ${w - 10} ${h}`;
  if (shape === 'queue') return `M${w - 8} 8V${h - 8}M${w - 12} 8V${h - 8}`;
  return '';
}

function rounded(w: number, h: number, radius: number): string {
  const r = Math.min(radius, w / 2, h / 2);
  const a = (x: number, y: number): string => `A${r} ${r} 0 0 1 ${x} ${y}`;
  return `M${r} 0H${w - r}${a(w, r)}V${h - r}${a(w - r, h)}H${r}${a(0, h - r)}V${r}${a(r, 0)}Z`;
}

/** A line through points as SVG path data, with corners rounded so that the eye can follow it. */
export function edgePath(points: readonly Point[], radius = 14): string {
  const first = points[0];
  if (first === undefined) return '';
  let path = `M${n(first.x)} ${n(first.y)}`;
  for (let i = 1; i < points.length; i++) {
    const p = points[i] as Point;
    const before = points[i - 1] as Point;
    const after = points[i + 1];
    if (after === undefined) {
      path += `L${n(p.x)} ${n(p.y)}`;
      continue;
    }
    const a = toward(p, before, radius);
    const b = toward(p, after, radius);
    path += `L${n(a.x)} ${n(a.y)}Q${n(p.x)} ${n(p.y)} ${n(b.x)} ${n(b.y)}`;
  }
  return path;
}

function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const t = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}

/** Two decimals: shorter files, and the same bytes whatever the machine's last bits. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

import { fitText, textWidth } from '../measure';
import type { Box, EdgeLine, Point } from '../types';
import type { FigureBadge } from './types';

/** A badge with its place, in px of the drawing's own space. */
export interface Pill extends Box {
  readonly badge: FigureBadge;
  /** The text, cut to the pill's room. */
  readonly text: string;
}

export const pillHeight = 16;
export const pillTextSize = 10.5;
/** Room for the sign before the text. */
export const signWidth = 13;
const inset = 7;
const gap = 4;
/** Pills never make boxes move, so they may reach a little beyond the box that they hang on. */
const overhang = 26;
/** A broker's reason may be a sentence: no pill is longer than this. */
const longest = 420;

/** Badges on the lower edge of a channel or service, in rows that are hardly wider than it. */
export function nodePills(badges: readonly FigureBadge[], { width, height }: Box): Pill[] {
  return rows(badges, 8, width + overhang, height - pillHeight / 2);
}

/**
 * Badges of a broker on the lower edge of its frame: at its right end, else at its left one, else a row further down,
 * where those of its channels leave room.
 * @param channels those within, with their badges, in the space that the frame's own box is in.
 */
export function framePills(
  badges: readonly FigureBadge[], frame: Box, channels: readonly { readonly box: Box; readonly badges: readonly FigureBadge[] }[],
): Pill[] {
  const [left, right] = [14, frame.width - 14];
  const pills = rows(badges, left, right, frame.height - pillHeight / 2);
  if (pills.length === 0) return pills;
  const taken = hanging(frame, channels);
  const shift = Math.max(0, right - Math.max(...pills.map(({ x, width }) => x + width)));
  for (let y = 0; ; y += pillHeight + 1) {
    for (const x of [shift, 0]) {
      const placed = pills.map((pill) => ({ ...pill, x: pill.x + x, y: pill.y + y }));
      if (!placed.some((pill) => taken.some((other) => overlap(pill, other)))) return placed;
    }
  }
}

/** The pills of channels that may reach down to their frame's lower edge, in the frame's space. */
function hanging({ x, y, height }: Box, channels: Parameters<typeof framePills>[2]): Pill[] {
  const found: Pill[] = [];
  for (const { box, badges } of channels) {
    const rowsToEdge = (y + height - (box.y + box.height)) / (pillHeight + 1);
    if (badges.length < rowsToEdge) continue;
    found.push(...nodePills(badges, box).map((pill) => ({ ...pill, x: pill.x + box.x - x, y: pill.y + box.y - y })));
  }
  return found;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Badges of an edge, below its label, else on the middle of its line; relative to the drawing. */
export function edgePills(badges: readonly FigureBadge[], line: EdgeLine): Pill[] {
  const middle = line.label
    ? { x: line.label.x + line.label.width / 2, y: line.label.y + line.label.height + 1 }
    : { ...midpoint(line.points) };
  const y = line.label ? middle.y : middle.y - pillHeight / 2;
  return badges.map((badge, row) => {
    const pill = sized(badge, longest);
    return { ...pill, x: middle.x - pill.width / 2, y: y + row * (pillHeight + 1) };
  });
}

function rows(badges: readonly FigureBadge[], left: number, right: number, top: number): Pill[] {
  let [x, y] = [left, top];
  return badges.map((badge) => {
    const pill = sized(badge, Math.max(60, right - left));
    if (x > left && x + pill.width > right) [x, y] = [left, y + pillHeight + 1];
    const placed = { ...pill, x, y };
    x += pill.width + gap;
    return placed;
  });
}

function sized(badge: FigureBadge, most: number): Pill {
  const around = 2 * inset + (badge.sign === undefined ? 0 : signWidth);
  const bold = badge.tone === 'error';
  const text = fitText(badge.text, Math.min(longest, most) - around, pillTextSize, bold);
  return { badge, text, x: 0, y: 0, width: Math.ceil(textWidth(text, pillTextSize, bold)) + around, height: pillHeight };
}

/** Half way along a line. */
function midpoint(points: readonly Point[]): Point {
  const length = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);
  let left = points.slice(1).reduce((sum, point, i) => sum + length(points[i] as Point, point), 0) / 2;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1] as Point, points[i] as Point];
    const step = length(from, to);
    if (step >= left && step > 0) {
      const t = left / step;
      return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
    }
    left -= step;
  }
  return points[0] ?? { x: 0, y: 0 };
}

/** The sign of a badge as SVG path data in a square of 10 px: a triangle for an alert, an arrow for a trend. */
export const signPaths: Readonly<Record<NonNullable<FigureBadge['sign']>, string>> = {
  alert: 'M5 .8 9.6 9H.4ZM5 3.8V6.2M5 7.6V7.7',
  rising: 'M1 8.5 8.5 1.5M4.5 1.5H8.5V5.5',
  falling: 'M1 1.5 8.5 8.5M8.5 4.5V8.5H4.5',
};

/** How thick a line is for a rate, in five steps: equal steps are equal factors, since rates differ by thousands. */
export function rateStep(rate: number | undefined): 0 | 1 | 2 | 3 | 4 | 5 {
  if (rate === undefined || rate <= 0) return 0;
  return rate < 1 ? 1 : rate < 10 ? 2 : rate < 100 ? 3 : rate < 1000 ? 4 : 5;
}

/** Everything that a reader without the picture needs of an element's figures. */
export function badgeWords(badges: readonly FigureBadge[]): string {
  const signs = { alert: 'attention: ', rising: '', falling: '' };
  return badges
    .map(({ text, sign }) => `${sign === undefined ? '' : signs[sign]}${text}${sign === 'rising' || sign === 'falling' ? `, ${sign}` : ''}`)
    .join(', ');
}

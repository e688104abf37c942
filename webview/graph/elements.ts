import { edgeText, nodeText } from '../../src/graph/describe';
import { fitText, textWidth } from '../../src/graph/measure';
import {
  detailSize,
  edgePath,
  labelOf,
  ornament,
  outline,
  shapeOf,
  textsOf,
  titleSize,
} from '../../src/graph/shapes';
import { beforeEnd } from '../../src/graph/story/layout';
import type { Box, Counts, EdgeLine } from '../../src/graph/types';
import type { GraphEdge, GraphNode } from '../../src/protocol/graph';
import { s } from '../ui/dom';

/** The SVG of single elements. Names are text nodes and attributes, never markup. */

/** A name's size while the drawing is far away, in px of the drawing; the style sheet says the same. */
const farSize = 22;

/** The head of an arrow; its style class is its id. */
export function marker(id: string): SVGMarkerElement {
  return s(
    'marker',
    {
      id,
      viewBox: '0 0 8 8',
      refX: 7.5,
      refY: 4,
      markerWidth: 10,
      markerHeight: 10,
      orient: 'auto',
      markerUnits: 'userSpaceOnUse',
    },
    s('path', { class: id, d: 'M0 .8 7.5 4 0 7.2z' }),
  );
}

export function drawNode(node: GraphNode, box: Box, frame: boolean): SVGGElement {
  const shape = shapeOf(node);
  const classes = [
    'node',
    shape,
    node.protocol ?? 'plain',
    frame ? 'frame' : '',
    node.undeclared ? 'undeclared' : '',
  ];
  const g = s(
    'g',
    {
      class: classes.filter(Boolean).join(' '),
      'data-id': node.id,
      transform: `translate(${box.x} ${box.y})`,
      role: 'button',
      'aria-label': nodeText(node),
    },
    s('title', {}, nodeText(node)),
  );
  g.append(
    s('path', {
      class: 'ring',
      d: outline(shape, box.width + 8, box.height + 8),
      transform: 'translate(-4 -4)',
    }),
    s('path', { class: 'shape', d: outline(shape, box.width, box.height) }),
  );
  const extra = ornament(shape, box.width, box.height);
  if (extra !== '') g.append(s('path', { class: 'ornament', d: extra }));
  if (frame) {
    const name = fitText(node.label, box.width - 60, titleSize, true);
    const x = 34 + textWidth(name, titleSize, true) + 14;
    g.append(
      s('circle', { class: 'dot', cx: 22, cy: 24.5, r: 4.5 }),
      s('text', { class: 'name', x: 34, y: 29 }, name),
      s('text', { class: 'detail', x, y: 29 }, fitText(node.detail, box.width - x - 30, detailSize)),
    );
  } else {
    const t = textsOf(node, box.width, box.height);
    g.append(s('text', { class: 'name', x: t.x, y: t.titleY }, t.title));
    if (t.detail !== '') g.append(s('text', { class: 'detail', x: t.x, y: t.detailY }, t.detail));
    const short = fitText(node.label, box.width - 26, farSize, true);
    g.append(
      s('text', { class: 'far-name', 'aria-hidden': 'true', x: box.width / 2, y: box.height / 2 + 8 }, short),
    );
  }
  g.append(...badges(node.problems, box.width - (shape === 'topic' ? 16 : 8)));
  return g;
}

/** One disc a severity, the worst outermost right. */
function badges(problems: Counts, right: number): SVGGElement[] {
  const found = (
    [
      ['error', problems.errors],
      ['warning', problems.warnings],
      ['info', problems.infos],
    ] as const
  ).filter(([, count]) => count > 0);
  return found.map(([severity, count], index) => {
    const text = count > 99 ? '99+' : String(count);
    return s(
      'g',
      { class: `badge ${severity}`, transform: `translate(${right - index * 23} 1)` },
      s('rect', { x: -10, y: -9, width: 20, height: 18, rx: 9 }),
      s('text', { y: 4 }, text),
    );
  });
}

/** @param broken what the flow that ends here gives and what was declared, where that is more. */
export function drawEdge(edge: GraphEdge, line: EdgeLine, nameOf: (id: string) => string, broken?: string): SVGGElement {
  const d = edgePath(line.points);
  const bad = edge.problems.errors > 0 ? 'bad' : edge.problems.warnings > 0 ? 'doubtful' : '';
  return s(
    'g',
    { class: ['edge', edge.kind, edge.inferred && 'inferred', bad].filter(Boolean).join(' '), 'data-id': edge.id },
    s('title', {}, edgeText(edge, nameOf)),
    s('path', { class: 'hit', d }),
    s('path', { class: 'line', d }),
    broken === undefined ? undefined : brokenPromise(line, broken),
  );
}

/** A cross on the line, near its end: where the label and the arrow's head leave room. */
function brokenPromise({ points }: EdgeLine, words: string): SVGGElement {
  const { x, y } = beforeEnd(points, 20);
  return s(
    'g',
    { class: 'promise', transform: `translate(${x} ${y})` },
    s('title', {}, words),
    s('circle', { r: 8 }),
    s('path', { d: 'M-3-3 3 3M3-3-3 3' }),
  );
}

export function drawLabel(edge: GraphEdge, line: EdgeLine): SVGGElement {
  const text = labelOf(edge)?.text ?? '';
  const box = line.label ?? { x: 0, y: 0, width: 0, height: 0 };
  return s(
    'g',
    { class: 'label', 'data-id': edge.id, transform: `translate(${box.x} ${box.y})` },
    s('title', {}, edge.label),
    s('rect', { width: box.width, height: box.height, rx: 4 }),
    s('text', { x: box.width / 2, y: 14 }, text),
  );
}

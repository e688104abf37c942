import { edgeText, nodeText } from './describe';
import { xml } from './escape';
import { figuresSvg, rateClass } from './figures/svg';
import type { ElementFigures } from './figures/types';
import { fitText, textWidth } from './measure';
import {
  detailSize,
  edgePath,
  labelOf,
  n,
  ornament,
  outline,
  shapeOf,
  textsOf,
  titleSize,
  type Shape,
} from './shapes';
import { svgStyle } from './svgStyle';
import {
  sumCounts,
  type Box,
  type DrawEdge,
  type DrawNode,
  type Drawable,
  type EdgeLine,
  type Layout,
} from './types';

const margin = 12;
const legendHeight = 56;

export interface SvgOptions {
  readonly title?: string;
  /** Live figures to draw; without them the picture shows what the files say. */
  readonly figures?: readonly ElementFigures[];
}

/**
 * A self-contained picture: no scripts, no fonts or files from elsewhere, light or dark as the
 * reader's system is. Every element has its full name and problems as a tooltip.
 */
export function graphSvg(graph: Drawable, layout: Layout, options: SvgOptions = {}): string {
  const { title = 'Message flows', figures = [] } = options;
  const live = new Map(figures.map((one) => [one.id, one]));
  const boxes = new Map(layout.nodes.map((box) => [box.id, box]));
  const lines = new Map(layout.edges.map((line) => [line.id, line]));
  const names = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const entries = legendEntries(graph);
  const width = Math.ceil(Math.max(layout.width, legendWidth(entries), 360)) + 2 * margin;
  const height = Math.ceil(Math.max(layout.height, 60)) + legendHeight + 2 * margin;
  const groups = graph.nodes.filter((node) => node.kind === 'broker');
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"` +
      ` role="img" aria-label="${xml(title)}">`,
    `<title>${xml(title)}</title>`,
    `<style>${svgStyle}</style>`,
    '<defs>',
    marker('arrow', 'arrow'),
    marker('arrow-dead', 'arrow dead'),
    marker('arrow-bad', 'arrow bad'),
    '</defs>',
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<g transform="translate(${margin} ${margin})">`,
  ];
  if (graph.nodes.length === 0) out.push('<text class="detail" x="12" y="36">No flows here yet.</text>');
  const draw = <T>(items: readonly T[], text: (item: T) => string): void => {
    for (const item of items) out.push(text(item));
  };
  draw(groups, (node) => nodeSvg(node, boxes.get(node.id), graph));
  draw(graph.edges, (edge) => edgeSvg(edge, lines.get(edge.id), nameOf, rateClass(live.get(edge.id))));
  draw(
    graph.nodes.filter((node) => node.kind !== 'broker'),
    (node) => nodeSvg(node, boxes.get(node.id), graph),
  );
  draw(graph.edges, (edge) => labelSvg(edge, lines.get(edge.id)));
  if (figures.length > 0) out.push(...figuresSvg(graph.nodes, layout, figures));
  out.push('</g>', legendSvg(entries, height - legendHeight), '</svg>');
  return `${out.filter((part) => part !== '').join('\n')}\n`;
}

function marker(id: string, css: string): string {
  return (
    `<marker id="${id}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="10" markerHeight="10" orient="auto"` +
    ` markerUnits="userSpaceOnUse"><path class="${css}" d="M0 .8 7.5 4 0 7.2z"/></marker>`
  );
}

function nodeSvg(node: DrawNode, box: Box | undefined, graph: Drawable): string {
  if (box === undefined) return '';
  const shape = shapeOf(node);
  const classes = [shape, node.protocol ?? '', node.undeclared ? 'undeclared' : ''].filter(Boolean).join(' ');
  const open = `<g transform="translate(${n(box.x)} ${n(box.y)})"><title>${xml(nodeText(node))}</title>`;
  const path = `<path class="shape ${classes}" d="${outline(shape, box.width, box.height)}"/>`;
  const grouped = node.kind === 'broker' && graph.nodes.some((other) => other.broker === node.id);
  if (grouped) {
    const name = fitText(node.label, box.width - 36, titleSize, true);
    const x = 18 + textWidth(name, titleSize, true) + 14;
    const detail = fitText(node.detail, box.width - x - 14, detailSize);
    return (
      `${open}${path}<text class="name" x="18" y="29">${xml(name)}</text>` +
      `<text class="detail" x="${n(x)}" y="29">${xml(detail)}</text>${badge(node, box.width)}</g>`
    );
  }
  const t = textsOf(node, box.width, box.height);
  const extra = ornament(shape, box.width, box.height);
  return (
    open +
    path +
    (extra === '' ? '' : `<path class="ornament ${classes}" d="${extra}"/>`) +
    `<text class="name" x="${t.x}" y="${n(t.titleY)}">${xml(t.title)}</text>` +
    (t.detail === '' ? '' : `<text class="detail" x="${t.x}" y="${n(t.detailY)}">${xml(t.detail)}</text>`) +
    `${badge(node, box.width)}</g>`
  );
}

function badge(node: DrawNode, width: number): string {
  const { errors, warnings } = node.problems;
  if (errors + warnings === 0) return '';
  const kind = errors > 0 ? 'error' : 'warning';
  return (
    `<circle class="badge ${kind}" cx="${n(width - 10)}" cy="3" r="10"/>` +
    `<text class="count ${kind}" x="${n(width - 10)}" y="7">${errors > 0 ? errors : warnings}</text>`
  );
}

function edgeClass(edge: DrawEdge): string {
  if (edge.problems.errors > 0) return 'edge bad';
  const kind = edge.kind === 'dead-letter' ? 'edge dead' : edge.kind === 'route' ? 'edge route' : 'edge';
  return edge.inferred ? `${kind} inferred` : kind;
}

function edgeSvg(edge: DrawEdge, line: EdgeLine | undefined, nameOf: (id: string) => string, live: string): string {
  if (line === undefined) return '';
  const css = edgeClass(edge);
  const end = css.endsWith('bad') ? 'arrow-bad' : css.endsWith('dead') ? 'arrow-dead' : 'arrow';
  return (
    `<path class="${live === '' ? css : `${css} ${live}`}" marker-end="url(#${end})" d="${edgePath(line.points)}">` +
    `<title>${xml(edgeText(edge, nameOf))}</title></path>`
  );
}

function labelSvg(edge: DrawEdge, line: EdgeLine | undefined): string {
  const box = line?.label;
  const label = labelOf(edge);
  if (box === undefined || label === undefined) return '';
  return (
    `<g transform="translate(${n(box.x)} ${n(box.y)})"><title>${xml(edge.label)}</title>` +
    `<rect class="plate" width="${n(box.width)}" height="${n(box.height)}" rx="4"/>` +
    `<text class="label" x="${n(box.width / 2)}" y="14">${xml(label.text)}</text></g>`
  );
}

interface LegendEntry {
  readonly text: string;
  readonly shape?: Shape;
  readonly edge?: string;
}

/** Only what is in this picture. */
function legendEntries(graph: Drawable): LegendEntry[] {
  const shapes: readonly Shape[] = ['service', 'topic', 'exchange', 'queue', 'stream', 'subject', 'channel'];
  const used = new Set(graph.nodes.map(shapeOf));
  const kinds = new Set(graph.edges.map((edge) => edge.kind));
  const entries: LegendEntry[] = shapes
    .filter((shape) => used.has(shape))
    .map((shape) => ({ text: shape, shape }));
  if (kinds.has('publish') || kinds.has('consume')) entries.push({ text: 'publish, consume', edge: 'edge' });
  if (kinds.has('route')) entries.push({ text: 'route', edge: 'edge route' });
  if (kinds.has('dead-letter')) entries.push({ text: 'dead letter', edge: 'edge dead' });
  if (graph.edges.some((edge) => edge.inferred)) entries.push({ text: 'concluded', edge: 'edge inferred' });
  if (graph.nodes.some((node) => node.undeclared)) entries.push({ text: 'not declared', shape: 'channel' });
  if (sumCounts(graph.edges.map((edge) => edge.problems)).errors > 0)
    entries.push({ text: 'has errors', edge: 'edge bad' });
  return entries;
}

const entryWidth = (entry: LegendEntry): number => 48 + textWidth(entry.text, detailSize) + 20;

function legendWidth(entries: readonly LegendEntry[]): number {
  return entries.reduce((sum, entry) => sum + entryWidth(entry), 24);
}

function legendSvg(entries: readonly LegendEntry[], y: number): string {
  let x = margin + 12;
  const parts = entries.map((entry) => {
    const dashed = entry.text === 'not declared' ? ' undeclared' : '';
    const sign =
      entry.shape === undefined
        ? `<path class="${entry.edge ?? ''}" d="M0 8H38"/>`
        : `<path class="shape ${entry.shape}${dashed}" d="${outline(entry.shape, 38, 16)}"/>`;
    const text = `<g transform="translate(${n(x)} ${y + 16})">${sign}<text class="detail" x="46" y="12">${entry.text}</text></g>`;
    x += entryWidth(entry);
    return text;
  });
  return `<g>${parts.join('')}</g>`;
}

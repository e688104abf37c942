import { edgeText, nodeText } from '../../src/graph/describe';
import { readingOrder } from '../../src/graph/navigate';
import { detailSize, edgePath, labelOf, ornament, outline, shapeOf, textsOf, titleSize } from '../../src/graph/shapes';
import { fitText, textWidth } from '../../src/graph/measure';
import type { Box, Counts, EdgeLine, Layout } from '../../src/graph/types';
import type { GraphData, GraphEdge, GraphNode } from '../../src/protocol/graph';
import { s } from '../ui/dom';

interface Drawn {
  readonly element: SVGGElement;
  /** What it was drawn from: an element is drawn anew only if this changed. */
  readonly key: string;
}

/** With more nodes than this only the current one is a stop of the Tab key: the way out must stay short. */
const tabStops = 80;

/** The SVG of a graph. Keeps one element a node and edge over updates; only what changed is drawn anew. */
export class Scene {
  readonly svg = s('svg', { class: 'drawing', role: 'group', 'aria-label': 'Message flows' });
  readonly group = s('g', { class: 'world' });
  private readonly layers = {
    groups: s('g', { class: 'layer-groups' }),
    edges: s('g', { class: 'layer-edges' }),
    nodes: s('g', { class: 'layer-nodes' }),
    labels: s('g', { class: 'layer-labels' }),
  };
  private drawn = new Map<string, Drawn>();
  private labels = new Map<string, Drawn>();
  private current: string | undefined;
  private count = 0;

  constructor() {
    const { groups, edges, nodes, labels } = this.layers;
    this.group.append(groups, edges, labels, nodes);
    const markers = ['arrow', 'arrow-near', 'arrow-dead', 'arrow-bad', 'arrow-on'].map(marker);
    this.svg.append(s('defs', {}, ...markers), this.group);
  }

  /** Draws a graph at a layout of it; elements that are gone are removed. */
  render(data: GraphData, layout: Layout): void {
    const before = this.drawn;
    const labelsBefore = this.labels;
    const focused = document.activeElement?.getAttribute('data-id');
    this.drawn = new Map();
    this.labels = new Map();
    this.count = data.nodes.length;
    const nodes = new Map(data.nodes.map((node) => [node.id, node]));
    const boxes = new Map(layout.nodes.map((box) => [box.id, box]));
    const framed = new Set(data.nodes.map((node) => node.broker));
    const nameOf = (id: string): string => nodes.get(id)?.label ?? id;

    // In reading order, since the order of the elements is the order of the Tab key.
    const order = { groups: [] as Element[], nodes: [] as Element[], edges: [] as Element[], labels: [] as Element[] };
    for (const id of readingOrder(layout)) {
      const node = nodes.get(id);
      const box = boxes.get(id);
      if (node === undefined || box === undefined) continue;
      const frame = node.kind === 'broker' && framed.has(id);
      const element = this.keep(before, this.drawn, id, [node, box, frame], () => drawNode(node, box, frame));
      order[frame ? 'groups' : 'nodes'].push(element);
    }
    const lines = new Map(layout.edges.map((line) => [line.id, line]));
    for (const edge of data.edges) {
      const line = lines.get(edge.id);
      if (line === undefined || !nodes.has(edge.from) || !nodes.has(edge.to)) continue;
      order.edges.push(this.keep(before, this.drawn, edge.id, [edge, line], () => drawEdge(edge, line, nameOf)));
      if (line.label !== undefined) {
        order.labels.push(this.keep(labelsBefore, this.labels, edge.id, [edge.label, line.label], () => drawLabel(edge, line)));
      }
    }
    for (const name of ['groups', 'edges', 'nodes', 'labels'] as const) sync(this.layers[name], order[name]);
    if (this.current === undefined || !this.drawn.has(this.current)) this.current = undefined;
    this.setTabStops();
    if (focused !== null && focused !== undefined && document.activeElement === document.body) this.focus(focused);
  }

  element(id: string): SVGGElement | undefined {
    return this.drawn.get(id)?.element;
  }

  label(id: string): SVGGElement | undefined {
    return this.labels.get(id)?.element;
  }

  ids(): Iterable<string> {
    return this.drawn.keys();
  }

  /** Makes a node the one that the Tab key reaches, and focuses it. */
  focus(id: string): void {
    this.setCurrent(id);
    const element = this.element(id);
    // What is not drawn cannot be focused; the view is about to move there.
    element?.classList.remove('culled');
    element?.focus({ preventScroll: true });
  }

  /** Makes a node the one that the Tab key comes back to. */
  setCurrent(id: string): void {
    this.current = id;
    this.setTabStops();
  }

  private setTabStops(): void {
    const all = this.count <= tabStops;
    let first = this.current === undefined;
    for (const [id, { element }] of this.drawn) {
      if (!element.classList.contains('node')) continue;
      const stop = all || first || id === this.current;
      first = false;
      element.setAttribute('tabindex', stop ? '0' : '-1');
    }
  }

  private keep(
    before: Map<string, Drawn>, now: Map<string, Drawn>, id: string, from: unknown, draw: () => SVGGElement,
  ): SVGGElement {
    const key = JSON.stringify(from);
    const known = before.get(id);
    if (known?.key === key) {
      now.set(id, known);
      return known.element;
    }
    const element = draw();
    // Lit, selected and dimmed belong to the reader, not to the data.
    for (const state of ['lit', 'selected', 'match', 'faint', 'off']) {
      if (known?.element.classList.contains(state)) element.classList.add(state);
    }
    now.set(id, { element, key });
    return element;
  }
}

/** Makes the children of a layer exactly these, moving only what is not in its place. */
function sync(layer: SVGGElement, wanted: readonly Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...layer.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((element, index) => {
    if (layer.children[index] !== element) layer.insertBefore(element, layer.children[index] ?? null);
  });
}

function marker(id: string): SVGMarkerElement {
  return s('marker', {
    id, viewBox: '0 0 8 8', refX: 7.5, refY: 4, markerWidth: 10, markerHeight: 10, orient: 'auto', markerUnits: 'userSpaceOnUse',
  }, s('path', { class: id, d: 'M0 .8 7.5 4 0 7.2z' }));
}

function drawNode(node: GraphNode, box: Box, frame: boolean): SVGGElement {
  const shape = shapeOf(node);
  const classes = ['node', shape, node.protocol ?? 'plain', frame ? 'frame' : '', node.undeclared ? 'undeclared' : ''];
  const g = s('g', {
    class: classes.filter(Boolean).join(' '), 'data-id': node.id, transform: `translate(${box.x} ${box.y})`,
    role: 'button', 'aria-label': nodeText(node),
  }, s('title', {}, nodeText(node)));
  g.append(
    s('path', { class: 'ring', d: outline(shape, box.width + 8, box.height + 8), transform: 'translate(-4 -4)' }),
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
  }
  g.append(...badges(node.problems, box.width - (shape === 'topic' ? 16 : 8)));
  return g;
}

/** One disc a severity, the worst outermost right. */
function badges(problems: Counts, right: number): SVGGElement[] {
  const found = ([['error', problems.errors], ['warning', problems.warnings], ['info', problems.infos]] as const)
    .filter(([, count]) => count > 0);
  return found.map(([severity, count], index) => {
    const text = count > 99 ? '99+' : String(count);
    return s('g', { class: `badge ${severity}`, transform: `translate(${right - index * 23} 1)` },
      s('rect', { x: -10, y: -9, width: 20, height: 18, rx: 9 }), s('text', { y: 4 }, text));
  });
}

function drawEdge(edge: GraphEdge, line: EdgeLine, nameOf: (id: string) => string): SVGGElement {
  const d = edgePath(line.points);
  const bad = edge.problems.errors > 0 ? 'bad' : edge.problems.warnings > 0 ? 'doubtful' : '';
  return s('g', { class: ['edge', edge.kind, bad].filter(Boolean).join(' '), 'data-id': edge.id },
    s('title', {}, edgeText(edge, nameOf)),
    s('path', { class: 'hit', d }),
    s('path', { class: 'line', d }));
}

function drawLabel(edge: GraphEdge, line: EdgeLine): SVGGElement {
  const text = labelOf(edge)?.text ?? '';
  const box = line.label ?? { x: 0, y: 0, width: 0, height: 0 };
  return s('g', { class: 'label', 'data-id': edge.id, transform: `translate(${box.x} ${box.y})` },
    s('title', {}, edge.label),
    s('rect', { width: box.width, height: box.height, rx: 4 }),
    s('text', { x: box.width / 2, y: 14 }, text));
}

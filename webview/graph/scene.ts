import { readingOrder } from '../../src/graph/navigate';
import type { Layout } from '../../src/graph/types';
import type { GraphData } from '../../src/protocol/graph';
import { s } from '../ui/dom';
import { drawEdge, drawLabel, drawNode, marker } from './elements';

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
    const markers = ['arrow', 'arrow-near', 'arrow-dead', 'arrow-bad', 'arrow-on', 'arrow-good'].map(marker);
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
    const order = {
      groups: [] as Element[],
      nodes: [] as Element[],
      edges: [] as Element[],
      labels: [] as Element[],
    };
    for (const id of readingOrder(layout)) {
      const node = nodes.get(id);
      const box = boxes.get(id);
      if (node === undefined || box === undefined) continue;
      const frame = node.kind === 'broker' && framed.has(id);
      const element = this.keep(before, this.drawn, id, [node, box, frame], () => drawNode(node, box, frame));
      order[frame ? 'groups' : 'nodes'].push(element);
    }
    const broken = brokenPromises(data);
    const lines = new Map(layout.edges.map((line) => [line.id, line]));
    for (const edge of data.edges) {
      const line = lines.get(edge.id);
      if (line === undefined || !nodes.has(edge.from) || !nodes.has(edge.to)) continue;
      order.edges.push(
        this.keep(before, this.drawn, edge.id, [edge, line, broken.get(edge.id)], () =>
          drawEdge(edge, line, nameOf, broken.get(edge.id)),
        ),
      );
      if (line.label !== undefined) {
        order.labels.push(
          this.keep(labelsBefore, this.labels, edge.id, [edge.label, line.label], () =>
            drawLabel(edge, line),
          ),
        );
      }
    }
    for (const name of ['groups', 'edges', 'nodes', 'labels'] as const) sync(this.layers[name], order[name]);
    if (this.current === undefined || !this.drawn.has(this.current)) this.current = undefined;
    this.setTabStops();
    if (focused !== null && focused !== undefined && document.activeElement === document.body)
      this.focus(focused);
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
    before: Map<string, Drawn>,
    now: Map<string, Drawn>,
    id: string,
    from: unknown,
    draw: () => SVGGElement,
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

/** By the edge that a flow ends with, the verdict on the worst flow that gives less than was declared. */
function brokenPromises({ flows = [] }: GraphData): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { fallsShort, verdict, elements } of flows) {
    const end = elements.at(-2);
    if (fallsShort && end !== undefined && !found.has(end)) found.set(end, verdict);
  }
  return found;
}

/** Makes the children of a layer exactly these, moving only what is not in its place. */
function sync(layer: SVGGElement, wanted: readonly Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...layer.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((element, index) => {
    if (layer.children[index] !== element) layer.insertBefore(element, layer.children[index] ?? null);
  });
}

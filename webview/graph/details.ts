import { kindText, problemsText } from '../../src/graph/describe';
import type { DrawProblem } from '../../src/graph/types';
import type { GraphData, GraphEdge, GraphNode } from '../../src/protocol/graph';
import type { FlowSummary } from '../../src/protocol/guarantee';
import { h } from '../ui/dom';
import { FigureSection } from './figures/section';

export interface DetailsActions {
  open(id: string): void;
  tail(id: string): void;
  /** Selects another element. */
  go(id: string): void;
  close(): void;
  /** Tells how a flow breaks, step by step. */
  explain(flow: string): void;
}

/** A crowded channel has hundreds of flows; the worst come first. */
const maxFlows = 6;

/** The flows that pass an element, broken promises first. */
export function flowsThrough(data: GraphData, id: string): readonly FlowSummary[] {
  return (data.flows ?? []).filter(({ elements }) => elements.includes(id));
}

/** The pane beside the drawing: what the sources say of the selected element, and what can be done with it. */
export class Details {
  readonly element = h('aside', { class: 'details', 'aria-label': 'Details', hidden: true });
  /** What the broker tells of the element, renewed apart from the rest. */
  readonly live = new FigureSection();

  constructor(private readonly actions: DetailsActions) {}

  get width(): number {
    return this.element.hidden ? 0 : this.element.offsetWidth;
  }

  show(data: GraphData, id: string | undefined): void {
    const node = data.nodes.find((one) => one.id === id);
    const edge = node === undefined ? data.edges.find((one) => one.id === id) : undefined;
    this.element.hidden = node === undefined && edge === undefined;
    if (node !== undefined) this.replace(this.nodeParts(data, node));
    else if (edge !== undefined) this.replace(this.edgeParts(data, edge));
    else this.element.replaceChildren();
  }

  private replace(parts: readonly (Node | undefined)[]): void {
    this.element.replaceChildren(...parts.filter((part) => part !== undefined));
  }

  private nodeParts(data: GraphData, node: GraphNode): (Node | undefined)[] {
    const edges = data.edges;
    const sections: [string, GraphEdge[], (edge: GraphEdge) => string][] =
      node.kind === 'service'
        ? [
            ['Publishes to', edges.filter((e) => e.from === node.id), (e) => e.to],
            ['Consumes from', edges.filter((e) => e.to === node.id), (e) => e.from],
          ]
        : [
            ['Producers', edges.filter((e) => e.to === node.id && e.kind === 'publish'), (e) => e.from],
            ['Consumers', edges.filter((e) => e.from === node.id && e.kind === 'consume'), (e) => e.to],
            ['Fed by', edges.filter((e) => e.to === node.id && e.kind === 'route'), (e) => e.from],
            ['Routes to', edges.filter((e) => e.from === node.id && e.kind === 'route'), (e) => e.to],
            [
              'Dead letters from',
              edges.filter((e) => e.to === node.id && e.kind === 'dead-letter'),
              (e) => e.from,
            ],
            [
              'Dead letters to',
              edges.filter((e) => e.from === node.id && e.kind === 'dead-letter'),
              (e) => e.to,
            ],
          ];
    const channels = node.kind === 'broker' ? data.nodes.filter((one) => one.broker === node.id) : [];
    return [
      this.head(node.label, kindText(node), node),
      this.buttons(node.id, node.kind === 'channel'),
      ...problems(node),
      this.live.element,
      this.guarantees(flowsThrough(data, node.id)),
      this.facts(node),
      ...sections.map(([title, list, end]) => this.connections(data, title, list, end)),
      channels.length === 0
        ? undefined
        : h(
            'section',
            {},
            h('h3', {}, 'Channels'),
            h(
              'ul',
              { class: 'links' },
              ...channels.map((one) => this.link(one.id, one.label, one.detail, problemsText(one.problems))),
            ),
          ),
    ];
  }

  private edgeParts(data: GraphData, edge: GraphEdge): (Node | undefined)[] {
    const nameOf = (id: string): string => data.nodes.find((node) => node.id === id)?.label ?? id;
    const words = { publish: 'publish', consume: 'consume', route: 'route', 'dead-letter': 'dead letter' };
    const channel = edge.kind === 'publish' ? edge.to : edge.from;
    return [
      this.head(`${nameOf(edge.from)} → ${nameOf(edge.to)}`, words[edge.kind], edge),
      this.buttons(edge.id, true, channel),
      ...problems(edge),
      this.live.element,
      this.guarantees(flowsThrough(data, edge.id)),
      this.facts(edge),
      h(
        'section',
        {},
        h('h3', {}, 'Ends'),
        h('ul', { class: 'links' }, ...[edge.from, edge.to].map((id) => this.link(id, nameOf(id), '', ''))),
      ),
    ];
  }

  private head(title: string, kind: string, element: GraphNode | GraphEdge): HTMLElement {
    const close = h(
      'vscode-button',
      { appearance: 'icon', 'aria-label': 'Close details', title: 'Close (Escape)' },
      cross(),
    );
    close.addEventListener('click', () => this.actions.close());
    const file = element.at === undefined ? '' : `${fileName(element.at.uri)}:${element.at.start.line + 1}`;
    const detail = 'detail' in element ? element.detail : element.label;
    return h(
      'header',
      {},
      h('div', { class: 'title-row' }, h('h2', { title }, title), close),
      h('div', { class: 'sub' }, [kind, file].filter(Boolean).join(' · ')),
      detail === '' ? undefined : h('div', { class: 'sub' }, detail),
    );
  }

  private buttons(id: string, canTail: boolean, tailId = id): HTMLElement {
    const source = h(
      'vscode-button',
      { appearance: canTail ? 'secondary' : 'primary', class: 'go-to-source' },
      'Go to source',
    );
    source.addEventListener('click', () => this.actions.open(id));
    if (!canTail) return h('div', { class: 'actions' }, source);
    const tail = h('vscode-button', { class: 'tail' }, 'Tail');
    tail.addEventListener('click', () => this.actions.tail(tailId));
    return h('div', { class: 'actions' }, tail, source);
  }

  /** What the flows through an element give; each leads to its explanation. */
  private guarantees(flows: readonly FlowSummary[]): HTMLElement | undefined {
    if (flows.length === 0) return undefined;
    const more = flows.length - maxFlows;
    return h(
      'section',
      { class: 'guarantees' },
      h('h3', {}, flows.length === 1 ? 'Guarantee' : `Guarantees of ${flows.length} flows`),
      h('ul', { class: 'links' }, ...flows.slice(0, maxFlows).map((flow) => this.flow(flow))),
      more > 0 ? h('p', { class: 'sub' }, `and ${more} more`) : undefined,
    );
  }

  private flow({ id, title, verdict, fallsShort }: FlowSummary): HTMLElement {
    const button = h(
      'button',
      { class: fallsShort ? 'link flow short' : 'link flow', type: 'button', title: 'Explain this flow' },
      h('span', { class: 'flow-verdict' }, verdict),
      h('span', { class: 'link-detail' }, title),
    );
    button.addEventListener('click', () => this.actions.explain(id));
    return h('li', {}, button);
  }

  private facts(element: GraphNode | GraphEdge): HTMLElement | undefined {
    const facts = element.facts ?? [];
    if (facts.length === 0) return undefined;
    return h(
      'section',
      {},
      h('h3', {}, 'Declared'),
      h(
        'table',
        {},
        h(
          'tbody',
          {},
          ...facts.map((fact) => h('tr', {}, h('th', { scope: 'row' }, fact.name), h('td', {}, fact.value))),
        ),
      ),
    );
  }

  private connections(
    data: GraphData,
    title: string,
    edges: readonly GraphEdge[],
    end: (edge: GraphEdge) => string,
  ): HTMLElement | undefined {
    if (edges.length === 0) return undefined;
    const nameOf = (id: string): string => data.nodes.find((node) => node.id === id)?.label ?? id;
    return h(
      'section',
      {},
      h('h3', {}, title),
      h(
        'ul',
        { class: 'links' },
        ...edges.map((edge) =>
          this.link(
            edge.id,
            nameOf(end(edge)),
            edge.label,
            problemsText(edge.problems),
            edge.problems.errors > 0,
          ),
        ),
      ),
    );
  }

  private link(id: string, name: string, detail: string, problem: string, bad = false): HTMLElement {
    const button = h(
      'button',
      { class: bad ? 'link bad' : 'link', type: 'button' },
      h('span', { class: 'link-name' }, name),
      detail === '' ? undefined : h('span', { class: 'link-detail' }, detail),
      problem === '' ? undefined : h('span', { class: 'link-problem' }, problem),
    );
    button.addEventListener('click', () => this.actions.go(id));
    return h('li', {}, button);
  }
}

function problems(element: GraphNode | GraphEdge): HTMLElement[] {
  const known = element.problemList ?? [];
  const { errors, warnings, infos } = element.problems;
  const more = errors + warnings + infos - known.length;
  return [
    ...known.map(card),
    ...(more <= 0
      ? []
      : [h('p', { class: 'sub' }, known.length === 0 ? problemsText(element.problems) : `and ${more} more`)]),
  ];
}

function card(problem: DrawProblem): HTMLElement {
  return h(
    'div',
    { class: `problem ${problem.severity}` },
    h('span', { class: 'visually-hidden' }, `${problem.severity}: `),
    h('div', {}, problem.message),
    h('code', {}, problem.code),
  );
}

function fileName(uri: string): string {
  const path = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function cross(): Node {
  const template = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  template.setAttribute('viewBox', '0 0 16 16');
  template.setAttribute('class', 'icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 4l8 8M12 4l-8 8');
  template.append(path);
  return template;
}

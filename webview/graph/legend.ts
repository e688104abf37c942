import { signPaths } from '../../src/graph/figures/pills';
import { outline, shapeOf, type Shape } from '../../src/graph/shapes';
import { protocolName, protocols } from '../../src/graph/words';
import type { GraphData } from '../../src/protocol/graph';
import { h, s } from '../ui/dom';

const order: readonly Shape[] = ['service', 'topic', 'exchange', 'queue', 'stream', 'subject', 'channel'];

/** Explains the signs of the drawing that are on screen, and no others. */
export class Legend {
  readonly element = h('details', { class: 'legend' });
  private readonly body = h('div', { class: 'legend-body' });
  private key = '';
  private figures = false;
  private data: GraphData | undefined;

  constructor(open: boolean, toggled: (open: boolean) => void) {
    this.element.open = open;
    this.element.append(h('summary', {}, 'Legend'), this.body);
    this.element.addEventListener('toggle', () => toggled(this.element.open));
  }

  /**
   * With live figures on, also their signs are explained.
   * @returns whether the legend has grown or shrunk by it.
   */
  showFigures(on: boolean): boolean {
    this.figures = on;
    const { key } = this;
    const height = this.element.offsetHeight;
    if (this.data) this.show(this.data);
    return key !== this.key && height !== this.element.offsetHeight;
  }

  show(data: GraphData): void {
    this.data = data;
    const shapes = new Set(data.nodes.map(shapeOf));
    const kinds = new Set(data.edges.map((edge) => edge.kind));
    const signs: readonly (readonly [present: boolean, text: string, sign: () => Element])[] = [
      ...order.map((shape) => [shapes.has(shape), shape, () => shapeSign(shape, '')] as const),
      [data.nodes.some((node) => node.undeclared), 'not declared', () => shapeSign('channel', ' undeclared')],
      [kinds.has('publish') || kinds.has('consume'), 'publish, consume', () => lineSign('publish')],
      [kinds.has('route'), 'route', () => lineSign('route')],
      [kinds.has('dead-letter'), 'dead letter', () => lineSign('dead-letter')],
      [data.edges.some((edge) => edge.inferred), 'concluded', () => lineSign('publish inferred')],
      [data.edges.some((edge) => edge.problems.errors > 0), 'has errors', () => lineSign('publish bad')],
      [data.flows?.some((flow) => flow.fallsShort) === true, 'gives less than declared', () => promiseSign()],
      [this.figures, 'messages move: the more, the thicker', () => lineSign('publish health-good rate-4')],
      [this.figures, 'to be looked at', () => alertSign()],
      ...protocols.map((protocol) => {
        const present = data.nodes.some((node) => node.kind !== 'service' && node.protocol === protocol);
        return [present, protocolName(protocol), () => h('span', { class: `swatch ${protocol}` })] as const;
      }),
    ];
    const present = signs.filter(([is]) => is);
    const key = present.map(([, text]) => text).join();
    this.element.hidden = data.nodes.length === 0;
    if (key === this.key) return;
    this.key = key;
    this.body.replaceChildren(...present.map(([, text, sign]) => entry(text, sign())));
  }
}

function entry(text: string, sign: Element): HTMLElement {
  return h('div', { class: 'legend-entry' }, sign, h('span', {}, text));
}

function shapeSign(shape: Shape, more: string): SVGSVGElement {
  return s(
    'svg',
    { viewBox: '-1 -1 38 18', class: 'sign', 'aria-hidden': 'true' },
    s('g', { class: `node plain ${shape}${more}` }, s('path', { class: 'shape', d: outline(shape, 36, 16) })),
  );
}

function lineSign(kind: string): SVGSVGElement {
  return s(
    'svg',
    { viewBox: '0 0 38 18', class: 'sign', 'aria-hidden': 'true' },
    s('g', { class: `edge ${kind}` }, s('path', { class: 'line', d: 'M0 9H37' })),
  );
}

function alertSign(): SVGSVGElement {
  return s(
    'svg',
    { viewBox: '0 0 38 18', class: 'sign', 'aria-hidden': 'true' },
    s('g', { class: 'pill error' }, s('rect', { x: 8, width: 24, height: 18, rx: 9 }),
      s('path', { class: 'pill-sign', transform: 'translate(15 4)', d: signPaths.alert })),
  );
}

function promiseSign(): SVGSVGElement {
  return s(
    'svg',
    { viewBox: '0 0 38 18', class: 'sign', 'aria-hidden': 'true' },
    s('g', { class: 'promise', transform: 'translate(19 9)' }, s('circle', { r: 8 }), s('path', { d: 'M-3-3 3 3M3-3-3 3' })),
  );
}

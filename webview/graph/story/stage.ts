import { fitText, textWidth } from '../../../src/graph/measure';
import { edgePath, labelOf, labelSize } from '../../../src/graph/shapes';
import { storyFrame, type StoryFrame } from '../../../src/graph/story/frame';
import {
  along, cameraOn, layoutStory, pathOf, pointOf, tokenRadius, trailOf, type StoryLayout,
} from '../../../src/graph/story/layout';
import type { Copy, Spot, Story, Travel } from '../../../src/graph/story/spots';
import type { DrawNode, Point } from '../../../src/graph/types';
import type { GraphData } from '../../../src/protocol/graph';
import type { FlowView } from '../../../src/protocol/guarantee';
import { h, reducedMotion, s } from '../../ui/dom';
import { drawNode, marker } from '../elements';

/** How long a message is under way, in ms. */
const travelTime = 650;
/** A drawing is not made larger than this, however much room there is. */
const mostZoom = 1.35;

/** The flow alone, with what each step of its story moves. */
export class StoryStage {
  readonly svg = s('svg', { class: 'story-drawing', role: 'img' });
  readonly element = h('div', { class: 'story-stage' }, this.svg);
  private readonly world = s('g', { class: 'story-world' });
  private readonly ground = s('g');
  private readonly rows = s('g');
  private readonly trails = s('g');
  private readonly tokens = s('g');
  private readonly signs = s('g');
  private layout: StoryLayout | undefined;
  private shown: { readonly view: FlowView; readonly data: GraphData } | undefined;
  private frame = 0;

  constructor() {
    const markers = ['arrow', 'arrow-on'].map((id) => {
      const one = marker(id);
      // The graph behind has markers of the same names.
      one.id = `story-${id}`;
      return one;
    });
    this.world.append(this.ground, this.rows, this.trails, this.tokens, this.signs);
    this.svg.append(s('defs', {}, ...markers), this.world);
  }

  /** Draws the stations of a flow as the graph draws them. */
  show(view: FlowView, data: GraphData): void {
    this.shown = { view, data };
    this.place();
  }

  /** Lays out anew, after the room has changed. */
  place(): void {
    if (this.shown === undefined) return;
    const { view, data } = this.shown;
    const room = this.room();
    const nodes = view.stations.map((station) => nodeOf(data, station.element, station.label, station.kind));
    const rows = storyFrame({ stations: view.stations, hazard: 'loss', trace: [] }, -1).rows;
    const layout = layoutStory(nodes.map((node, i) => ({ node, rows: rows[i]?.length ?? 0 })), room);
    this.layout = layout;
    this.ground.replaceChildren(
      ...layout.ways.map(([a, b]) => s('path', { class: 'story-way', d: `M${a.x} ${a.y}L${b.x} ${b.y}` })),
      ...layout.ways.flatMap((way, i) => wayLabel(layout, way, labelBetween(data, view, i))),
      ...layout.stations.map(({ node: box }, i) => {
        const element = drawNode(nodes[i]!, box, false);
        element.removeAttribute('data-id');
        element.removeAttribute('role');
        element.setAttribute('data-station', String(i));
        return element;
      }),
    );
  }

  /** Shows the drawing after a step. `moving` lets what the step moves travel there. */
  draw(story: Story, index: number, moving: boolean): void {
    cancelAnimationFrame(this.frame);
    const { layout } = this;
    if (layout === undefined) return;
    const now = storyFrame(story, index);
    this.look(layout, now.active);
    this.drawRows(layout, now);
    for (const element of this.ground.querySelectorAll('[data-station]')) {
      const station = Number(element.getAttribute('data-station'));
      element.classList.toggle('selected', now.active.includes(station));
    }
    const ways = now.travels.map((travel) => pathOf(layout, travel.from, travel.to));
    this.trails.replaceChildren(...now.travels.map(({ from, to, breaks }) =>
      s('path', { class: `story-trail${breaks ? ' broken' : ''}`, d: edgePath(trailOf(layout, from, to), 8) })));
    const still = now.copies.map((copy) => token(copy, pointOf(layout, copy.at)));
    this.tokens.replaceChildren(...still);
    this.signs.replaceChildren();
    const arriving = still.filter((_, i) => now.copies[i]?.arrives);
    const travelling = now.travels.map((travel, i) => ({ travel, points: ways[i]!, element: traveller(travel) }));
    const end = (): void => {
      for (const { travel, points, element } of travelling) {
        // A message that arrives is drawn where it rests; an answer and what is lost on the way stay in sight.
        if (travel.token === 'message' && !travel.breaks) element.remove();
        else move(element, along(points, 1));
      }
      for (const element of arriving) element.classList.remove('coming');
      this.signs.replaceChildren(...signs(layout, now));
    };
    this.tokens.append(...travelling.map(({ element }) => element));
    if (!moving || reducedMotion() || travelling.length === 0) return end();
    for (const element of arriving) element.classList.add('coming');
    const began = performance.now();
    const run = (time: number): void => {
      const share = Math.min((time - began) / travelTime, 1);
      for (const { points, element } of travelling) move(element, along(points, eased(share)));
      if (share < 1) this.frame = requestAnimationFrame(run);
      else end();
    };
    run(began);
  }

  /** Brings the stations of a step into view, where not all of them are. */
  private look(layout: StoryLayout, active: readonly number[]): void {
    const { x, y, k } = cameraOn(layout, this.room(), active.length === 0 ? [0] : active, mostZoom);
    this.world.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
  }

  private room(): { readonly width: number; readonly height: number } {
    const { clientWidth, clientHeight } = this.element;
    return { width: Math.max(clientWidth, 200), height: Math.max(clientHeight, 120) };
  }

  private drawRows(layout: StoryLayout, now: StoryFrame): void {
    this.rows.replaceChildren(
      ...layout.stations.flatMap(({ rows }, station) => rows.map((box, i) => {
        const row = now.rows[station]?.[i];
        return s(
          'g',
          { class: `story-row ${row?.state ?? 'plain'}${now.outcome === station && i === rows.length - 1 ? ' outcome' : ''}` },
          s('rect', { x: box.x, y: box.y, width: box.width, height: box.height, rx: 5 }),
          s('text', { x: box.x + 10, y: box.y + box.height / 2 + 4 }, row?.label ?? ''),
        );
      })),
    );
  }
}

/** Slow at both ends. */
function eased(share: number): number {
  return share * share * (3 - 2 * share);
}

/** The graph's node of a station; one that the graph does not have is drawn all the same. */
function nodeOf(data: GraphData, id: string, label: string, kind: string): DrawNode {
  return data.nodes.find((node) => node.id === id)
    ?? { id, kind: kind === 'channel' ? 'channel' : 'service', label, detail: '', problems: { errors: 0, warnings: 0, infos: 0 } };
}

function labelBetween(data: GraphData, view: FlowView, index: number): string {
  const [from, to] = [view.stations[index]?.element, view.stations[index + 1]?.element];
  const edge = data.edges.find((one) => one.from === from && one.to === to && view.elements.includes(one.id))
    ?? data.edges.find((one) => one.from === from && one.to === to);
  return edge === undefined ? '' : labelOf(edge)?.text ?? '';
}

function wayLabel(layout: StoryLayout, [a, b]: readonly [Point, Point], text: string): Element[] {
  if (text === '') return [];
  const at = layout.flow === 'right' ? { x: (a.x + b.x) / 2, y: a.y - 12 } : { x: a.x + 12, y: (a.y + b.y) / 2 + 4 };
  // Between stations side by side there is only so much room: the first of several settings says the most.
  const first = text.split(' · ')[0] ?? text;
  const room = b.x - a.x - 12;
  const words = layout.flow === 'down' || textWidth(text, labelSize) <= room ? text : fitText(first, room, labelSize);
  return [s('text', { class: `story-label ${layout.flow}`, ...at }, words)];
}

const lookWords: Readonly<Record<Copy['look'], string>> = {
  plain: '', out: 'handed out', gone: 'out of reach', again: 'a second time', late: 'too late', missing: 'missing',
  promised: 'acknowledged',
};

function token(copy: Copy, at: Point): SVGGElement {
  const words = lookWords[copy.look];
  const g = s(
    'g',
    { class: `token message m${copy.message} ${copy.look}` },
    s('title', {}, `m${copy.message}${words === '' ? '' : `, ${words}`}`),
    s('circle', { r: tokenRadius }),
    s('text', { y: 4 }, `m${copy.message}`),
  );
  if (copy.look === 'gone' || copy.look === 'missing') {
    const cross = s('path', { d: 'M-2.4-2.4 2.4 2.4M2.4-2.4-2.4 2.4' });
    g.append(s('g', { class: 'strike', transform: 'translate(9 -8)' }, s('circle', { r: 6 }), cross));
  }
  move(g, at);
  return g;
}

function traveller({ token: kind, message, breaks }: Travel): SVGGElement {
  const g = s('g', { class: `token ${kind} m${message ?? 0} under-way${breaks ? ' lost' : ''}` });
  if (kind === 'message') g.append(s('circle', { r: tokenRadius }), s('text', { y: 4 }, message === undefined ? '' : `m${message}`));
  else {
    const words = kind === 'commit' ? 'commit' : 'ack';
    const width = kind === 'commit' ? 50 : 32;
    g.append(s('rect', { x: -width / 2, y: -9, width, height: 18, rx: 9 }), s('text', { y: 4 }, words));
  }
  return g;
}

/** What stands over everything: a fault's bolt, and where a story ends badly. */
function signs(layout: StoryLayout, now: StoryFrame): Element[] {
  const { struck } = now;
  if (struck === undefined) return [];
  const at = signPoint(layout, struck);
  const g = s(
    'g',
    { class: 'bolt' },
    s('title', {}, 'fault'),
    s('circle', { r: 12 }),
    s('path', { d: 'M2-8-5 2H0L-2 8 5-2H0Z' }),
  );
  move(g, at);
  return [g];
}

/** A bolt on a station or row stands at its corner, so that it hides no words. */
function signPoint(layout: StoryLayout, spot: Spot): Point {
  if (spot.at === 'way' || spot.at === 'door') {
    const { x, y } = pointOf(layout, spot);
    return layout.flow === 'right' ? { x, y: y + 26 } : { x: x - 26, y };
  }
  const station = layout.stations[spot.station];
  const box = spot.at === 'row' ? station?.rows[spot.row] : station?.node;
  if (box === undefined) return pointOf(layout, spot);
  return { x: box.x + box.width - 4, y: box.y + (spot.at === 'row' ? box.height / 2 : 2) };
}

function move(element: SVGGElement, { x, y }: Point): void {
  element.setAttribute('transform', `translate(${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10})`);
}

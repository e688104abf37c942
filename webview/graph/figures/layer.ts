import { badgeWords, edgePills, framePills, nodePills, pillHeight, rateStep, signPaths, signWidth, type Pill } from '../../../src/graph/figures/pills';
import type { EdgeLine, Layout, NodeBox } from '../../../src/graph/types';
import type { ElementFigures, FigureBadge } from '../../../src/protocol/figures';
import type { GraphData, GraphNode } from '../../../src/protocol/graph';
import { s } from '../../ui/dom';
import type { Scene } from '../scene';

const healths = ['good', 'warning', 'error'] as const;
const steps = [1, 2, 3, 4, 5] as const;

/** What was put on an element: compared with what would be, so that only what differs is touched. */
interface Drawn {
  readonly on: readonly Element[];
  readonly look: string;
  readonly words: string;
  readonly text: string;
  readonly place: NodeBox | EdgeLine;
  readonly pills?: SVGGElement;
}

/** Where an element stands; the kind is a node's. */
interface Spot {
  readonly at: NodeBox | EdgeLine;
  readonly kind?: GraphNode['kind'];
}

/** What hangs within a broker's frame. */
type Room = readonly { readonly box: NodeBox; readonly badges: readonly FigureBadge[] }[];

/**
 * Live figures on the drawing. They hang on the elements that are drawn, so that they are hidden, dimmed
 * and culled with them, and move no box: badges lie on edges of boxes and below labels. What lies outside
 * of the screen, or is too small to be read, is left for later: a sample of a thousand elements must fit
 * into a frame.
 */
export class FigureLayer {
  private figures: ReadonlyMap<string, ElementFigures> = new Map();
  private places = new Map<string, Spot>();
  /** The channels of each broker. */
  private within = new Map<string, readonly string[]>();
  private readonly drawn = new Map<string, Drawn>();
  private isFar = false;

  constructor(private readonly scene: Scene) {}

  of(id: string | undefined): ElementFigures | undefined {
    return id === undefined ? undefined : this.figures.get(id);
  }

  take(figures: readonly ElementFigures[]): void {
    this.figures = new Map(figures.map((one) => [one.id, one]));
    this.apply();
  }

  /** A drawing is new, or its elements are. */
  reset(data: GraphData, layout: Layout): void {
    const kinds = new Map(data.nodes.map(({ id, kind }) => [id, kind]));
    this.within = new Map();
    for (const { id, broker } of data.nodes) {
      if (broker !== undefined) this.within.set(broker, [...(this.within.get(broker) ?? []), id]);
    }
    this.places = new Map<string, Spot>([
      ...layout.nodes.map((at): [string, Spot] => [at.id, { at, kind: kinds.get(at.id) }]),
      ...layout.edges.map((at): [string, Spot] => [at.id, { at }]),
    ]);
    this.apply();
  }

  /** From far away only what somebody must see is drawn. */
  far(isFar: boolean): void {
    if (isFar === this.isFar) return;
    this.isFar = isFar;
    this.apply();
  }

  /** An element came onto the screen. */
  shown(id: string): void {
    const one = this.figures.get(id);
    if (one) this.put(one);
  }

  private apply(): void {
    for (const id of [...this.drawn.keys()]) if (!this.figures.has(id)) this.remove(id);
    for (const one of this.figures.values()) this.put(one);
  }

  private put(one: ElementFigures): void {
    const { id } = one;
    const place = this.places.get(id);
    const on = [this.scene.element(id), this.scene.label(id)].filter((element) => element !== undefined);
    const [element] = on;
    const host = on.at(-1);
    if (place === undefined || element === undefined || host === undefined) return this.remove(id);
    if (element.classList.contains('culled')) return;
    let before = this.drawn.get(id);
    if (before && on.some((part, i) => part !== before?.on[i])) {
      this.remove(id);
      before = undefined;
    }
    const badges = this.badgesOf(one);
    const room = place.kind === 'broker' ? this.room(id) : [];
    const next = {
      on, place: place.at,
      look: `${rateStep(one.rate)} ${one.health ?? ''} ${one.badges.some(({ far }) => far) ? 'alarm' : ''}`,
      words: badgeWords(one.badges),
      text: JSON.stringify([badges, room]),
    };
    if (before?.look !== next.look) dress(on, one);
    if (before?.words !== next.words) speak(element, next.words);
    let pills = before?.pills;
    if (before?.text !== next.text || before.place !== place.at) {
      pills?.remove();
      pills = badges.length === 0 ? undefined : drawPills(badges, place, room);
      if (pills) host.append(pills);
    }
    this.drawn.set(id, { ...next, ...(pills && { pills }) });
  }

  private badgesOf({ badges }: ElementFigures): readonly FigureBadge[] {
    return this.isFar ? badges.filter(({ far }) => far) : badges;
  }

  /** The channels of a broker that have badges: its own keep out of their way. */
  private room(broker: string): Room {
    return (this.within.get(broker) ?? []).flatMap((id) => {
      const [figures, at] = [this.figures.get(id), this.places.get(id)?.at];
      return figures === undefined || at === undefined || 'points' in at ? [] : [{ box: at, badges: this.badgesOf(figures) }];
    });
  }

  private remove(id: string): void {
    const before = this.drawn.get(id);
    if (before === undefined) return;
    this.drawn.delete(id);
    before.pills?.remove();
    dress(before.on, undefined);
    const [element] = before.on;
    if (element) speak(element, '');
  }
}

/** The classes that the style sheet knows: how much moves, how it stands, and whether somebody must look. */
function dress(on: readonly Element[], one: ElementFigures | undefined): void {
  const alarm = one?.badges.some(({ far }) => far) ?? false;
  for (const part of on) part.classList.toggle('alarm', alarm);
  const [element] = on;
  const step = rateStep(one?.rate);
  for (const n of steps) element?.classList.toggle(`rate-${n}`, n === step);
  for (const health of healths) element?.classList.toggle(`health-${health}`, health === one?.health);
}

/** Adds the figures to what a screen reader says of an element, and to its tooltip. */
function speak(element: Element, words: string): void {
  const title = element.querySelector(':scope > title');
  const said = element.getAttribute('data-said') ?? title?.textContent ?? '';
  element.setAttribute('data-said', said);
  const text = words === '' ? said : `${said}, ${words}`;
  if (title) title.textContent = text;
  if (element.hasAttribute('aria-label')) element.setAttribute('aria-label', text);
}

function drawPills(badges: readonly FigureBadge[], { at, kind }: Spot, room: Room): SVGGElement {
  // A label is a group of its own, with an origin of its own; a line's group has the drawing's.
  const [pills, x, y] = 'points' in at
    ? [edgePills(badges, at), at.label?.x ?? 0, at.label?.y ?? 0]
    : [kind === 'broker' ? framePills(badges, at, room) : nodePills(badges, at), 0, 0];
  return s('g', { class: 'figures', 'aria-hidden': 'true' }, ...pills.map((pill) => drawPill({ ...pill, x: pill.x - x, y: pill.y - y })));
}

function drawPill({ badge, text, x, y, width, height }: Pill): SVGGElement {
  const { tone, sign, far } = badge;
  return s(
    'g',
    { class: ['pill', tone, far && 'far-too'].filter(Boolean).join(' '), transform: `translate(${x} ${y})` },
    s('title', {}, badge.text),
    s(
      'g',
      { class: 'pill-body' },
      s('rect', { width, height, rx: pillHeight / 2 }),
      sign && s('path', { class: 'pill-sign', transform: 'translate(7 3)', d: signPaths[sign] }),
      s('text', { x: sign === undefined ? 7 : 7 + signWidth, y: 11.8 }, text),
    ),
  );
}

import { layoutKey } from '../../src/graph/layout';
import type { Box, Layout } from '../../src/graph/types';
import type { Protocol } from '../../src/protocol/common';
import type { FiguresView } from '../../src/protocol/figures';
import type { GraphData, GraphHostFunctions, GraphViewFunctions } from '../../src/protocol/graph';
import { registerControls } from '../ui/controls';
import { h } from '../ui/dom';
import { connectHost } from '../ui/host';
import { Culling } from './cull';
import { Details, flowsThrough } from './details';
import { FigureLayer } from './figures/layer';
import './figures/style.css';
import { Footer } from './footer';
import { bindKeys } from './keys';
import { Layouter } from './layouter';
import { Legend } from './legend';
import { Marks } from './marks';
import { Message } from './message';
import { Minimap } from './minimap';
import { Picture } from './picture';
import { Place } from './place';
import { Scene } from './scene';
import { StoryView, type StoryPlace } from './story/view';
import './style.css';
import './story/style.css';
import { Toolbar } from './toolbar';
import { Viewport, type Transform } from './viewport';

/** What a panel keeps while VS Code has thrown its page away. */
interface Kept {
  readonly transform?: Transform;
  readonly off: readonly Protocol[];
  readonly legend: boolean;
  readonly story?: StoryPlace;
}

/** Below these zooms small text, and then any text, cannot be read and is left out. */
const farZoom = 0.42;
const fartherZoom = 0.18;

registerControls();

let picture = Picture.nothing;
/** The last graph that came; it may still wait for its layout. */
let newest: GraphData | undefined;
/** A `reveal` that came before its node was laid out. */
let awaited: string | undefined;
/** Where the reader was in a story when the page was thrown away. */
let told: StoryPlace | undefined;
let keeping: number | undefined;
/** The legend has just taken in the signs of live figures, or left them out. */
let explaining = false;
let settling: number | undefined;

const view: { [K in keyof GraphViewFunctions]: GraphViewFunctions[K] } = {
  update,
  select: (id) => {
    // An undefined argument may have become null on its way.
    marks.lit = id ?? undefined;
    marks.apply(picture.data);
    const box = id ? picture.box(id) : undefined;
    if (box !== undefined) place.follow(box);
  },
  reveal: (id) => {
    marks.lit = id;
    if (picture.box(id) === undefined) awaited = id;
    else select(id, 'centre');
  },
  explain: (flow) => {
    setInert(true);
    story.show(flow, told);
    told = undefined;
  },
  figures: showFigures,
};
const host = connectHost<GraphHostFunctions, Kept>(view, (method, error) =>
  log(`${method}: ${String(error)}`),
);
const off = new Set<Protocol>(host.kept?.off);
told = host.kept?.story;

const scene = new Scene();
const marks = new Marks(scene, off);
const figures = new FigureLayer(scene);
const culling = new Culling((id) => figures.shown(id));
const viewport = new Viewport(scene.svg, scene.group, moved);
const place = new Place(viewport);
const details = new Details({
  open: (id) => host.peer.notify('open', id),
  tail: (id) => host.peer.notify('tail', id),
  go: (id) => select(id, 'show'),
  close: leave,
  explain: (flow) => host.peer.notify('explain', flow),
});
const story = new StoryView({
  graph: () => newest ?? picture.data,
  whatIf: (flow, changes) => host.peer.remote.whatIf(flow, changes),
  apply: (flow, changes) => host.peer.notify('apply', flow, changes),
  openSetting: (id) => host.peer.notify('openSetting', id),
  ended: ({ elements }) => {
    setInert(false);
    host.peer.notify('explained');
    keep();
    // The reader comes back to where the flow ends.
    select(elements.at(-1), 'show');
  },
  changed: keep,
  failed: (error) => log(`what if: ${String(error)}`),
});
const legend = new Legend(host.kept?.legend ?? innerWidth >= 900, keep);
const minimap = new Minimap((x, y) => viewport.centreOn(x, y));
const zoom = (factor: number): void => viewport.zoom(factor, undefined, true);
const toolbar = new Toolbar(
  {
    search,
    cycle: (step) => {
      select(marks.cycle(step), 'centre');
      toolbar.showHits(marks.query.trim(), marks.match, marks.matches.length);
    },
    toggleProtocol: (protocol, on) => {
      if (on) off.delete(protocol);
      else off.add(protocol);
      keep();
      marks.apply(picture.data);
    },
    zoom,
    actualSize: () => zoom(1 / viewport.transform.k),
    fit,
    export: (format) => host.peer.notify('export', format),
    figures: (on) => host.peer.notify('figures', on),
    leave: () => scene.focus(marks.selected ?? nodeInMiddle() ?? ''),
  },
  off,
);
const message = new Message();
const footer = new Footer();
const busy = h('div', { class: 'busy', 'aria-hidden': 'true', hidden: true });
const live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
const layouter = new Layouter(
  // Not the stage's size: the details pane comes and goes.
  () => ({ width: innerWidth, height: Math.max(200, innerHeight - 100) }),
  draw,
  (_data, error) => {
    log(`layout: ${String(error)}`);
    if (picture.isEmpty) message.show('The graph could not be laid out.', 'The log of Tailrace says why.');
  },
  (running) => (busy.hidden = !running),
);

document.body.append(
  toolbar.element,
  h('main', { class: 'stage' }, scene.svg, busy, message.element, legend.element, minimap.element),
  details.element,
  footer.element,
  live,
  story.element,
);
scene.svg.addEventListener('click', (event) => {
  // A double click has opened the source with its first click. The details that came up with it may have moved another
  // thing under the pointer, which nobody meant.
  if (event.detail > 1) return;
  const id = idOf(event.target);
  select(id, 'stay');
  if (id !== undefined) host.peer.notify('open', id);
});
scene.svg.addEventListener('focusin', (event) => {
  const id = idOf(event.target);
  // Only a focus that keys moved: a click selects by itself.
  if (id !== undefined && id !== marks.selected && scene.svg.matches(':has(:focus-visible)'))
    select(id, 'show');
});
bindKeys(scene.svg, {
  graph: () => ({ data: picture.data, layout: picture.layout, shown: (id) => !marks.hidden.has(id) }),
  current: () => marks.selected,
  start: () => marks.selected ?? nodeInMiddle(),
  select: (id) => select(id, 'show'),
  open: (id) => host.peer.notify('open', id),
  tail: (id) => {
    if (id.startsWith('channel:')) host.peer.notify('tail', id);
  },
  explain: (id) => {
    const flow = flowsThrough(picture.data, id)[0];
    if (flow !== undefined) host.peer.notify('explain', flow.id);
  },
  leave,
  search: () => toolbar.focusSearch(),
  zoom,
  fit,
});
const resized = new ResizeObserver((entries) => {
  measure();
  // Signs of live figures that come into the legend are no reason to move the drawing.
  const isByFigures = explaining && entries.every(({ target }) => target === legend.element);
  explaining = false;
  if (!isByFigures) place.resized(picture, start());
  moved(viewport.transform);
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (newest !== undefined && layouter.outgrown()) layouter.request(newest);
  }, 250);
});
resized.observe(scene.svg);
resized.observe(legend.element);
addEventListener('pagehide', keep);

message.show('Reading the workspace…');
host.peer.remote.ready().catch((error: unknown) => log(`ready: ${String(error)}`));

/** Takes newer data: drawn at once where every box stays, else when it is laid out; until then the old stays. */
function update(next: GraphData): void {
  newest = next;
  const keeps = next.nodes.length === 0 || (layoutKey(next) === picture.key && !layouter.outgrown());
  if (!keeps) return layouter.request(next);
  layouter.cancel();
  draw(next, next.nodes.length === 0 ? Picture.nothing.layout : picture.layout);
}

function draw(data: GraphData, layout: Layout): void {
  const before = picture;
  picture = new Picture(data, layout);
  // A newer text of the same shape may have come while this layout ran: its words are the truer ones.
  if (newest !== undefined && newest !== data && layoutKey(newest) === picture.key) {
    picture = new Picture(newest, layout);
  }
  const anchor = before.isEmpty ? undefined : anchorOf(before);
  // First, since a fit keeps clear of the legend, and measuring is cheap while nothing new is drawn.
  legend.show(picture.data);
  measure();
  scene.render(picture.data, layout);
  figures.reset(picture.data, layout);
  culling.reset(layout, (id) =>
    [scene.element(id), scene.label(id)].filter((element) => element !== undefined),
  );
  if (picture.isEmpty) message.empty();
  else message.hide();
  if (!before.isEmpty) place.hold(before, picture, anchor);
  else if (!picture.isEmpty) place.open(picture, start(), viewport.touched ? undefined : host.kept?.transform);

  toolbar.showProtocols(picture.data);
  minimap.show(layout, (id) => id.startsWith('broker:'));
  footer.show(picture.data);
  if (marks.selected !== undefined && scene.element(marks.selected) === undefined) marks.selected = undefined;
  details.show(picture.data, marks.selected);
  showLive();
  search(marks.query);
  if (awaited !== undefined && picture.box(awaited) !== undefined) select(awaited, 'centre');
}

/** Where a reader starts who has not moved the drawing: at what was asked for, chosen, or under the text cursor. */
function start(): Box | undefined {
  const id = [awaited, marks.selected, marks.lit].find((one) => one !== undefined && picture.box(one));
  return id === undefined ? undefined : picture.box(id);
}

/** The node that must not move on screen while all else finds its new place: the selected, else the middlemost. */
function anchorOf(before: Picture): string | undefined {
  const stays = (id: string): boolean => before.node(id) !== undefined && picture.node(id) !== undefined;
  const { selected } = marks;
  return selected !== undefined && stays(selected) ? selected : nodeInMiddle(before, stays);
}

function nodeInMiddle(of = picture, also: (id: string) => boolean = () => true): string | undefined {
  return of.nearest(viewport.middle, (id) => !marks.hidden.has(id) && also(id));
}

function fit(): void {
  place.fit(picture);
}

function moved(transform: Transform): void {
  toolbar.showZoom(transform.k);
  scene.svg.classList.toggle('far', transform.k < farZoom);
  scene.svg.classList.toggle('farther', transform.k < fartherZoom);
  culling.follow(transform, viewport.size);
  // Only now it is known what is on screen.
  figures.far(transform.k < farZoom);
  minimap.follow(transform, viewport.size);
  // Keeping is a message to the host, too much for every frame of a drag.
  clearTimeout(keeping);
  keeping = setTimeout(keep, 300);
}

function measure(): void {
  viewport.measure();
  viewport.covered = legend.element.offsetHeight + 12;
}

function keep(): void {
  const transform = viewport.touched ? viewport.transform : undefined;
  host.keep({ transform, off: [...off], legend: legend.element.open, story: story.place });
}

/** While a story is told the graph lies behind it, out of reach of keys and screen readers. */
function setInert(on: boolean): void {
  for (const child of document.body.children) if (child !== story.element) child.toggleAttribute('inert', on);
}

function select(id: string | undefined, move: 'show' | 'centre' | 'stay'): void {
  awaited = undefined;
  marks.selected = id;
  details.show(picture.data, id);
  showLive();
  marks.apply(picture.data);
  const box = id === undefined ? undefined : picture.box(id);
  if (id === undefined || box === undefined) return;
  // The details pane may just have taken room from the drawing.
  viewport.measure();
  if (move === 'centre') viewport.centre(box);
  else if (move === 'show') viewport.show(box);
  if (picture.node(id) === undefined) return;
  const elsewhere = [details.element, toolbar.element].some((pane) => pane.contains(document.activeElement));
  if (move === 'stay' || elsewhere) scene.setCurrent(id);
  else scene.focus(id);
  live.textContent = scene.element(id)?.getAttribute('aria-label') ?? '';
}

/** Takes all live figures as they are now. */
function showFigures({ on, elements, about }: FiguresView): void {
  toolbar.showFigures(on);
  footer.showLive(about);
  figures.take(elements);
  explaining = legend.showFigures(on) || explaining;
  showLive();
}

/** What is known live of the selected element; its past is asked for, and comes a little later. */
function showLive(): void {
  const id = marks.selected;
  const one = figures.of(id);
  details.live.show(one);
  if (id === undefined || one?.key === undefined) return details.live.showSeries([]);
  host.peer.remote.series(id).then(
    (series) => {
      if (marks.selected === id && figures.of(id) !== undefined) details.live.showSeries(series ?? []);
    },
    (error: unknown) => log(`series: ${String(error)}`),
  );
}

function leave(): void {
  if (marks.query !== '') toolbar.clear();
  const was = marks.selected;
  select(undefined, 'stay');
  if (was !== undefined && picture.node(was) !== undefined) scene.focus(was);
}

function search(query: string): void {
  marks.search(query, picture.data, picture.layout);
  toolbar.showHits(query.trim(), marks.match, marks.matches.length);
  marks.apply(picture.data);
}

function idOf(target: EventTarget | null): string | undefined {
  return target instanceof Element
    ? (target.closest('[data-id]')?.getAttribute('data-id') ?? undefined)
    : undefined;
}

function log(text: string): void {
  host.peer.notify('log', text);
}

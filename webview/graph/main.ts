import { countGraph } from '../../src/graph/count';
import { layoutKey } from '../../src/graph/layout';
import type { Box, Layout } from '../../src/graph/types';
import type { Protocol } from '../../src/protocol/common';
import type { GraphData, GraphHostFunctions, GraphViewFunctions } from '../../src/protocol/graph';
import { registerControls } from '../ui/controls';
import { counted, h } from '../ui/dom';
import { connectHost } from '../ui/host';
import { Culling } from './cull';
import { Details } from './details';
import { bindKeys } from './keys';
import { Layouter } from './layouter';
import { Legend } from './legend';
import { Minimap } from './minimap';
import { Scene } from './scene';
import './style.css';
import { Toolbar } from './toolbar';
import { Viewport, type Transform } from './viewport';
import { hiddenBy, matching } from './visible';

/** What a panel keeps while VS Code has thrown its page away. */
interface Kept {
  readonly transform?: Transform;
  readonly off: readonly Protocol[];
  readonly legend: boolean;
}

const nothing: GraphData = { nodes: [], edges: [] };
const empty: Layout = { width: 0, height: 0, nodes: [], edges: [] };

/** Below this zoom text cannot be read: it is left out, and strokes are kept visible. */
const farZoom = 0.38;

registerControls();

/** `data` and `layout` are what is drawn, and always of one graph; `newest` may still wait for its layout. */
let data = nothing;
let newest: GraphData | undefined;
let layout = empty;
let drawnKey = '';
let boxes = new Map<string, Box>();
let selected: string | undefined;
let lit: string | undefined;
let query = '';
let matches: readonly string[] = [];
let match = -1;
let hidden: ReadonlySet<string> = new Set();
/** A `reveal` that came before its node was laid out. */
let awaited: string | undefined;
let keeping: number | undefined;

const view: { [K in keyof GraphViewFunctions]: GraphViewFunctions[K] } = {
  update,
  select: (id) => {
    lit = id;
    markStates();
  },
  reveal: (id) => {
    lit = id;
    if (boxOf(id) === undefined) awaited = id;
    else select(id, 'centre');
  },
};
const host = connectHost<GraphHostFunctions, Kept>(view, (method, error) => log(`${method}: ${String(error)}`));
const off = new Set<Protocol>(host.kept?.off);

const scene = new Scene();
const culling = new Culling();
const viewport = new Viewport(scene.svg, scene.group, moved);
const details = new Details({
  open: (id) => host.peer.notify('open', id),
  tail: (id) => host.peer.notify('tail', id),
  go: (id) => select(id, 'show'),
  close: leave,
});
const legend = new Legend(host.kept?.legend ?? innerWidth >= 900, keep);
const minimap = new Minimap((x, y) => viewport.centreOn(x, y));
const toolbar = new Toolbar({
  search,
  cycle,
  toggleProtocol: (protocol, on) => {
    if (on) off.delete(protocol);
    else off.add(protocol);
    keep();
    markStates();
  },
  zoom: (factor) => viewport.zoom(factor, undefined, true),
  actualSize: () => viewport.zoom(1 / viewport.transform.k, undefined, true),
  fit,
  export: (format) => host.peer.notify('export', format),
  leave: () => scene.focus(selected ?? nodeNearMiddle() ?? ''),
}, off);
const message = h('div', { class: 'message', role: 'status', hidden: true });
const busy = h('div', { class: 'busy', 'aria-hidden': 'true', hidden: true });
const footer = h('footer', { class: 'footer', 'aria-label': 'Summary' });
const live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
const layouter = new Layouter(
  draw,
  (_failed, error) => {
    log(`layout: ${String(error)}`);
    if (data.nodes.length === 0) tell('The graph could not be laid out.', 'The log of Tailrace says why.');
  },
  (running) => (busy.hidden = !running),
);

document.body.append(
  toolbar.element,
  h('main', { class: 'stage' }, scene.svg, busy, message, legend.element, minimap.element),
  details.element, footer, live,
);
scene.svg.addEventListener('click', onClick);
bindKeys(scene.svg, {
  graph: () => ({ data, layout, shown: (id) => !hidden.has(id) }),
  current: () => selected,
  start: () => selected ?? nodeNearMiddle(),
  select: (id) => select(id, 'show'),
  open: (id) => host.peer.notify('open', id),
  tail: (id) => {
    if (id.startsWith('channel:')) host.peer.notify('tail', id);
  },
  leave,
  search: () => toolbar.focusSearch(),
  zoom: (factor) => viewport.zoom(factor, undefined, true),
  fit,
});
scene.svg.addEventListener('focusin', (event) => {
  const id = idOf(event.target);
  // Only a focus that keys moved: a click selects by itself.
  if (id !== undefined && id !== selected && scene.svg.matches(':has(:focus-visible)')) select(id, 'show');
});
new ResizeObserver(() => {
  viewport.measure();
  if (viewport.touched) minimap.follow(viewport.transform, viewport.size);
  else viewport.fit(layout.width, layout.height);
}).observe(scene.svg);
addEventListener('pagehide', keep);

tell('Reading the workspace…', '');
host.peer.remote.ready().catch((error: unknown) => log(`ready: ${String(error)}`));

/** Shows newer data: at once where every box stays, else when its layout is there; until then the old stays. */
function update(next: GraphData): void {
  newest = next;
  if (next.nodes.length === 0) {
    layouter.cancel();
    draw(next, empty);
  } else if (layoutKey(next) === drawnKey) {
    layouter.cancel();
    draw(next, layout);
  } else {
    layouter.request(next);
  }
}

function draw(next: GraphData, at: Layout): void {
  // A newer text of the same shape may have come while this layout ran: its words are the truer ones.
  const key = layoutKey(next);
  if (newest !== undefined && newest !== next && layoutKey(newest) === key) next = newest;
  const first = layout.nodes.length === 0;
  const anchor = first ? undefined : anchorOf(at);
  const before = anchor === undefined ? undefined : boxes.get(anchor);
  data = next;
  layout = at;
  drawnKey = key;
  boxes = new Map(at.nodes.map((box) => [box.id, box]));
  scene.render(data, layout);
  culling.reset(layout, (id) => [scene.element(id), scene.label(id)].filter((element) => element !== undefined));

  if (data.nodes.length === 0) {
    tell('No flows here yet.', 'Add a file that ends in .flow.yaml, an AsyncAPI document or RabbitMQ definitions to the workspace.');
  } else {
    message.hidden = true;
  }
  const after = anchor === undefined ? undefined : boxes.get(anchor);
  if (!first) culling.follow(viewport.transform, viewport.size);
  if (first) start();
  else if (!viewport.touched && before !== undefined && (before.x !== after?.x || before.y !== after?.y)) fit();
  else if (before !== undefined && after !== undefined) {
    const { x, y, k } = viewport.transform;
    viewport.set({ k, x: x + (before.x - after.x) * k, y: y + (before.y - after.y) * k });
  }
  toolbar.showProtocols(data);
  legend.show(data);
  minimap.show(layout, (id) => id.startsWith('broker:'));
  showFooter();
  if (selected !== undefined && scene.element(selected) === undefined) selected = undefined;
  details.show(data, selected);
  search(query);
  if (awaited !== undefined && boxOf(awaited) !== undefined) select(awaited, 'centre');
}

function start(): void {
  const kept = host.kept?.transform;
  if (kept === undefined) return viewport.fit(layout.width, layout.height);
  viewport.touched = true;
  viewport.set(kept);
}

/** The node that must not move on screen while all else finds its new place: the selected, else the middlemost. */
function anchorOf(next: Layout): string | undefined {
  const kept = new Set(next.nodes.map((box) => box.id));
  if (selected !== undefined && boxes.has(selected) && kept.has(selected)) return selected;
  return nodeNearMiddle((id) => kept.has(id));
}

function nodeNearMiddle(also: (id: string) => boolean = () => true): string | undefined {
  const { x, y, k } = viewport.transform;
  const middle = { x: (viewport.size.width / 2 - x) / k, y: (viewport.size.height / 2 - y) / k };
  let best: string | undefined;
  let least = Infinity;
  for (const box of layout.nodes) {
    if (box.id.startsWith('broker:') || hidden.has(box.id) || !also(box.id)) continue;
    const far = Math.hypot(box.x + box.width / 2 - middle.x, box.y + box.height / 2 - middle.y);
    if (far < least) {
      least = far;
      best = box.id;
    }
  }
  return best;
}

function fit(): void {
  viewport.touched = false;
  viewport.fit(layout.width, layout.height, true);
}

function moved(transform: Transform): void {
  toolbar.showZoom(transform.k);
  scene.svg.classList.toggle('far', transform.k < farZoom);
  culling.follow(transform, viewport.size);
  minimap.follow(transform, viewport.size);
  keepSoon();
}

/** Keeping is a message to the host, too much for every frame of a drag. */
function keepSoon(): void {
  clearTimeout(keeping);
  keeping = setTimeout(keep, 300);
}

function keep(): void {
  const transform = viewport.touched ? viewport.transform : undefined;
  host.keep({ transform, off: [...off], legend: legend.element.open });
}

function select(id: string | undefined, move: 'show' | 'centre' | 'stay'): void {
  awaited = undefined;
  selected = id;
  details.show(data, id);
  markStates();
  const box = id === undefined ? undefined : boxOf(id);
  if (id === undefined || box === undefined) return;
  if (move === 'centre') viewport.centre(box);
  else if (move === 'show') viewport.show(box);
  if (boxes.has(id)) {
    if (move === 'stay') scene.setCurrent(id);
    else if (!details.element.contains(document.activeElement) && !toolbar.element.contains(document.activeElement)) scene.focus(id);
    live.textContent = scene.element(id)?.getAttribute('aria-label') ?? '';
  }
}

/** The box of a node; of an edge the box around its line. */
function boxOf(id: string): Box | undefined {
  const node = boxes.get(id);
  if (node !== undefined) return node;
  const points = layout.edges.find((line) => line.id === id)?.points ?? [];
  if (points.length === 0) return undefined;
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function leave(): void {
  if (query !== '') toolbar.clear();
  const was = selected;
  select(undefined, 'stay');
  if (was !== undefined && boxes.has(was)) scene.focus(was);
}

function onClick(event: MouseEvent): void {
  const id = idOf(event.target);
  select(id, 'stay');
  // A double click has opened the source with its first click.
  if (id !== undefined && event.detail <= 1) host.peer.notify('open', id);
}

function idOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? (target.closest('[data-id]')?.getAttribute('data-id') ?? undefined) : undefined;
}

function search(text: string): void {
  const again = text === query;
  query = text;
  matches = matching(data, layout, query);
  match = again && selected !== undefined ? matches.indexOf(selected) : -1;
  toolbar.showHits(query.trim(), match, matches.length);
  markStates();
}

function cycle(step: 1 | -1): void {
  if (matches.length === 0) return;
  match = match < 0 ? (step === 1 ? 0 : matches.length - 1) : (match + step + matches.length) % matches.length;
  toolbar.showHits(query.trim(), match, matches.length);
  select(matches[match], 'centre');
}

/** Puts the states that are the reader's, not the data's, on the elements as classes. */
function markStates(): void {
  hidden = hiddenBy(data, off);
  const found = new Set(matches);
  const searching = query.trim() !== '';
  const near = new Set(data.edges.filter((e) => e.from === selected || e.to === selected).flatMap((e) => [e.id, e.from, e.to]));
  for (const id of scene.ids()) {
    for (const element of [scene.element(id), scene.label(id)]) {
      if (element === undefined) continue;
      const is = (name: string, on: boolean): void => void element.classList.toggle(name, on);
      is('off', hidden.has(id));
      is('selected', id === selected);
      is('near', near.has(id));
      is('lit', id === lit);
      is('match', searching && found.has(id));
      is('faint', searching && !found.has(id) && !id.startsWith('broker:'));
    }
    scene.element(id)?.setAttribute('aria-pressed', String(id === selected));
  }
  for (const edge of scene.svg.querySelectorAll('.edge[aria-pressed]')) edge.removeAttribute('aria-pressed');
}

function showFooter(): void {
  const counts = countGraph(data);
  const { errors, warnings, infos } = data.problems ?? { errors: 0, warnings: 0, infos: 0 };
  footer.replaceChildren(
    h('span', { class: errors > 0 ? 'sum error' : 'sum' }, `● ${counted(errors, 'error')}`),
    h('span', { class: warnings > 0 ? 'sum warning' : 'sum' }, `▲ ${counted(warnings, 'warning')}`),
    ...(infos > 0 ? [h('span', { class: 'sum' }, counted(infos, 'hint'))] : []),
    h('span', {}, [counted(counts.services, 'service'), counted(counts.channels, 'channel'), counted(counts.flows, 'flow')].join(' · ')),
  );
}

function tell(title: string, text: string): void {
  message.hidden = false;
  message.replaceChildren(h('p', { class: 'message-title' }, title), ...(text === '' ? [] : [h('p', {}, text)]));
}

function log(text: string): void {
  host.peer.notify('log', text);
}

import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import { layoutGraph, type Elk } from '../../src/graph/layout';
import type { Box, Drawable, Layout } from '../../src/graph/types';
import { bigGraph } from '../../test/graph/sample';
import { serveGraph } from '../../test/webview/graphPage';
import { findChromium } from '../setup/chromium-home.mjs';
import { launchBrowser } from '../workbench/browser.mjs';
import { median, time, type Row } from './measure';

/** Layout from scratch and after one edit, at 200 and 1,000 nodes, and what the panel's own thread feels of it. */
export async function layoutRows(): Promise<Row[]> {
  const elk = new ElkConstructor() as unknown as Elk;
  const rows: Row[] = [];
  for (const [size, runs] of [
    [200, 5],
    [1000, 3],
  ] as const) {
    const graph = bigGraph(size);
    const edited = oneMore(graph);
    const layout = await layoutGraph(graph, elk);
    const scratch = await time(runs, () => layoutGraph(graph, elk), 1);
    const again = await time(runs, () => layoutGraph(edited, elk, { graph, layout }), 1);
    const after = await layoutGraph(edited, elk, { graph, layout });
    const budget = '≤ 1';
    rows.push(
      { name: `layout of ${size} nodes`, value: scratch, unit: 'ms' },
      {
        name: `layout of ${size} nodes after one edit`,
        value: again,
        unit: 'ms',
        ratio: { of: 'from scratch', value: again / scratch, budget },
      },
      { name: `pairs of a column inverted by it, ${size} nodes`, value: inversions(layout, after), unit: '' },
      { name: `nodes moved by over 100 px by it, ${size} nodes`, value: moved(layout, after), unit: '%' },
    );
  }
  return [...rows, ...(findChromium() === undefined ? [] : await panelRows(elk))];
}

/** The graph with one more channel, published to by a service that is there. */
function oneMore(graph: Drawable): Drawable {
  const channel = graph.nodes.find((node) => node.kind === 'channel');
  const edge = graph.edges.find((one) => one.kind === 'publish');
  if (channel === undefined || edge === undefined) return graph;
  return {
    nodes: [...graph.nodes, { ...channel, id: 'channel:new', label: 'new' }],
    edges: [...graph.edges, { ...edge, id: 'publish:new', to: 'channel:new' }],
  };
}

function pairs(before: Layout, after: Layout): [Box, Box][] {
  const known = new Map(before.nodes.map((box) => [box.id, box]));
  return after.nodes.flatMap((box): [Box, Box][] => {
    const old = known.get(box.id);
    return old === undefined ? [] : [[old, box]];
  });
}

function inversions(before: Layout, after: Layout): number {
  const all = pairs(before, after);
  let count = 0;
  for (const [a, newA] of all) {
    for (const [b, newB] of all) {
      if (Math.abs(a.x - b.x) < 60 && a.y < b.y && newA.y > newB.y) count++;
    }
  }
  return count;
}

/** Per cent of the nodes; a shift of the whole does not count, since the panel holds the reader's place. */
function moved(before: Layout, after: Layout): number {
  const shifts = pairs(before, after).map(([a, b]) => ({ x: b.x - a.x, y: b.y - a.y }));
  const [x, y] = [median(shifts.map((s) => s.x)), median(shifts.map((s) => s.y))];
  return (100 * shifts.filter((s) => Math.hypot(s.x - x, s.y - y) > 100).length) / shifts.length;
}

/** What a Chromium shows of it: elk runs in a worker, so the panel's thread must stay free while it does. */
async function panelRows(elk: Elk): Promise<Row[]> {
  const browser = await launchBrowser();
  const site = await serveGraph();
  try {
    const gaps: { layout: number; draw: number }[] = [];
    const far: number[] = [];
    const near: number[] = [];
    for (let run = 0; run < 3; run++) {
      const view = await site.open(browser);
      // First over to the page, so that the test driver's own parsing of it is not measured.
      await view.page.evaluate((data) => void Object.assign(globalThis, { data }), bigGraph(1000));
      gaps.push(await view.page.evaluate(watchThread));
      far.push(await view.page.evaluate(panFrame));
      await view.call('reveal', 'channel:topic-100');
      await view.page.locator('.node.selected').waitFor();
      near.push(await view.page.evaluate(panFrame));
      await view.page.context().close();
    }
    const graph = bigGraph(1000);
    const started = performance.now();
    await layoutGraph(graph, elk);
    const inProcess = performance.now() - started;
    const gap = median(gaps.map((g) => g.layout));
    return [
      {
        name: 'longest gap of the panel’s thread during a layout of 1,000',
        value: gap,
        unit: 'ms',
        ratio: { of: 'the layout on this thread (50 ms allowed)', value: gap / inProcess },
      },
      { name: 'first drawing of 1,000 nodes', value: median(gaps.map((g) => g.draw)), unit: 'ms' },
      { name: 'frame while panning 1,000 nodes, all on screen', value: median(far), unit: 'ms' },
      { name: 'frame while panning 1,000 nodes, close up', value: median(near), unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await site.close();
  }
}

// What the in-page function uses of the DOM, whose types scripts do not have.
declare const document: { querySelector(selector: string): { dispatchEvent(event: unknown): void } | null };
declare class WheelEvent {
  constructor(type: string, init: { deltaX: number; deltaY: number; cancelable: boolean });
}
declare function requestAnimationFrame(act: () => void): void;
declare function postMessage(message: unknown, origin: string): void;

/** Runs in the page: sends it the graph put there. The longest wait for a turn of its thread, before the drawing and at it. */
function watchThread(): Promise<{ layout: number; draw: number }> {
  return new Promise((resolve) => {
    let last = performance.now();
    let worst = 0;
    const tick = (): void => {
      const now = performance.now();
      if (document.querySelector('.world .node')) return resolve({ layout: worst, draw: now - last });
      worst = Math.max(worst, now - last);
      last = now;
      setTimeout(tick, 1);
    };
    const { data } = globalThis as unknown as { data: unknown };
    postMessage({ rpc: 'notify', method: 'update', args: [data] }, '*');
    tick();
  });
}

/** Runs in the page: pans by the wheel at every frame; the median time of a frame in ms. */
function panFrame(): Promise<number> {
  return new Promise((resolve) => {
    const drawing = document.querySelector('.drawing');
    const times: number[] = [];
    let last = performance.now();
    const step = (): void => {
      drawing?.dispatchEvent(new WheelEvent('wheel', { deltaX: 7, deltaY: 5, cancelable: true }));
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (times.length < 60) requestAnimationFrame(step);
      else resolve(times.slice(5).sort((a, b) => a - b)[27] ?? NaN);
    };
    requestAnimationFrame(step);
  });
}

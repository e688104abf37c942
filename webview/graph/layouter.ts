import ELK from 'elkjs/lib/elk-api.js';
import { betterFlow, mayRunDown, type Room } from '../../src/graph/flow';
import { layoutGraph, type Elk, type Previous } from '../../src/graph/layout';
import type { ElkNode } from '../../src/graph/elk';
import type { Flow, Layout } from '../../src/graph/types';
import type { GraphData } from '../../src/protocol/graph';

/** Elk's worker as a function, which the page loads as a script of its own (`scripts/build/elkWorker.mjs`). */
declare const elkWorker: (module: object, exports: object) => void;

/** Typing sends an update for every few letters; a layout waits until they pause this long, in ms. */
const pause = 120;

/**
 * Lays graphs out in a worker, one at a time, and of those asked meanwhile only the newest. A page may
 * start a worker from a Blob only, and elk's bundled build would run on this thread.
 */
export class Layouter {
  private readonly elk: Elk;
  private timer: number | undefined;
  private running = false;
  private waiting: GraphData | undefined;
  private last: Previous | undefined;
  /** Which way the drawing runs, and for which room and how many nodes that was decided. */
  private decided: { readonly flow: Flow; readonly room: Room; readonly nodes: number } | undefined;

  constructor(
    private readonly room: () => Room,
    private readonly done: (data: GraphData, layout: Layout) => void,
    private readonly failed: (data: GraphData, error: unknown) => void,
    private readonly busy: (running: boolean) => void,
  ) {
    const url = URL.createObjectURL(new Blob([`(${elkWorker.toString()})({}, {})`], { type: 'text/javascript' }));
    const elk = new ELK({ workerFactory: () => new Worker(url) });
    this.elk = { layout: async (graph) => (await elk.layout(graph)) as ElkNode };
  }

  /** Asks for a layout; the first starts at once, so that a panel opens without a pause. */
  request(data: GraphData): void {
    this.waiting = data;
    if (this.running) return;
    clearTimeout(this.timer);
    if (this.last === undefined) void this.run();
    else this.timer = setTimeout(() => void this.run(), pause);
  }

  /** Tells whether a panel that was made wider or narrower should decide anew which way the drawing runs. */
  outgrown(): boolean {
    if (this.decided === undefined) return false;
    const [before, now] = [this.decided.room, this.room()];
    const change = now.width / now.height / (before.width / before.height);
    return change > 1.3 || change < 1 / 1.3;
  }

  /** Drops what was asked and not yet begun: the newest data needs no layout. */
  cancel(): void {
    clearTimeout(this.timer);
    this.waiting = undefined;
  }

  private async run(): Promise<void> {
    const data = this.waiting;
    if (data === undefined || this.running) return;
    this.waiting = undefined;
    this.running = true;
    this.busy(true);
    try {
      const layout = await this.layOut(data);
      this.last = { graph: data, layout };
      // A newer graph on its way replaces this one at once; showing both would only flicker.
      this.done(data, layout);
    } catch (error) {
      this.failed(data, error);
    } finally {
      this.running = false;
      this.busy(false);
      if (this.waiting !== undefined) void this.run();
    }
  }

  /** The way of the drawing stays, for the reader's sake, until the panel or the graph is quite another. */
  private async layOut(data: GraphData): Promise<Layout> {
    const nodes = data.nodes.length;
    const { decided } = this;
    const other = decided !== undefined && Math.max(nodes / decided.nodes, decided.nodes / nodes) >= 2;
    if (decided !== undefined && !other && !this.outgrown())
      return layoutGraph(data, this.elk, this.last, decided.flow);
    const room = this.room();
    const right = await layoutGraph(data, this.elk, this.last);
    const down = mayRunDown(right, room) ? await layoutGraph(data, this.elk, this.last, 'down') : undefined;
    const flow = down === undefined ? 'right' : betterFlow(right, down, room);
    this.decided = { flow, room, nodes };
    return flow === 'down' && down !== undefined ? down : right;
  }
}

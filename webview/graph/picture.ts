import { layoutKey } from '../../src/graph/layout';
import type { Box, Layout } from '../../src/graph/types';
import type { GraphData } from '../../src/protocol/graph';

/** What is drawn: a graph and the layout of just this graph. Immutable; an update makes a new one. */
export class Picture {
  static readonly nothing = new Picture(
    { nodes: [], edges: [] },
    { width: 0, height: 0, nodes: [], edges: [] },
  );

  readonly key: string;
  private readonly boxes: ReadonlyMap<string, Box>;

  constructor(
    readonly data: GraphData,
    readonly layout: Layout,
  ) {
    this.key = layoutKey(data);
    this.boxes = new Map(layout.nodes.map((box) => [box.id, box]));
  }

  get isEmpty(): boolean {
    return this.data.nodes.length === 0;
  }

  /** Where a node stands. */
  node(id: string): Box | undefined {
    return this.boxes.get(id);
  }

  /** Where an element stands: a node's box, or the box around an edge's line. */
  box(id: string): Box | undefined {
    const node = this.boxes.get(id);
    if (node !== undefined) return node;
    const points = this.layout.edges.find((line) => line.id === id)?.points ?? [];
    if (points.length === 0) return undefined;
    const xs = points.map((p) => p.x);
    const ys = points.map((p) => p.y);
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }

  /** The service or channel nearest to a point of the drawing, of those that `also` holds for. */
  nearest(point: { x: number; y: number }, also: (id: string) => boolean): string | undefined {
    let best: string | undefined;
    let least = Infinity;
    for (const box of this.layout.nodes) {
      if (box.id.startsWith('broker:') || !also(box.id)) continue;
      const far = Math.hypot(box.x + box.width / 2 - point.x, box.y + box.height / 2 - point.y);
      if (far >= least) continue;
      least = far;
      best = box.id;
    }
    return best;
  }
}

import type { Box, Layout } from '../../src/graph/types';
import type { Transform } from './viewport';

/** Below this many elements drawing all of them is as fast as knowing which. */
const worthIt = 500;

/** How much more than the screen is kept drawn, on each side, as a share of it. */
const ahead = 0.6;

/** Takes elements far outside the screen out of the drawing, so that panning costs what is seen. */
export class Culling {
  /** `hidden` is undefined until it was first decided: a redrawn element has lost its class. */
  private items: {
    readonly id: string;
    readonly box: Box;
    readonly elements: readonly SVGElement[];
    hidden: boolean | undefined;
  }[] = [];
  private region: Box | undefined;

  /** @param shown is told of each element that comes back into the drawing. */
  constructor(private readonly shown: (id: string) => void) {}

  /** Takes over a new drawing; `of` gives the elements of an id. */
  reset(layout: Layout, of: (id: string) => readonly SVGElement[]): void {
    this.region = undefined;
    const { nodes, edges } = layout;
    if (nodes.length + edges.length < worthIt) {
      const { items } = this;
      this.items = [];
      for (const { id, elements } of items) {
        for (const element of elements) element.classList.remove('culled');
        this.shown(id);
      }
      return;
    }
    const box = (points: readonly { x: number; y: number }[]): Box => {
      const xs = points.map((p) => p.x);
      const ys = points.map((p) => p.y);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    };
    this.items = [
      ...nodes.map((node) => ({ id: node.id, box: node as Box, elements: of(node.id), hidden: undefined })),
      ...edges.map((line) => ({ id: line.id, box: box(line.points), elements: of(line.id), hidden: undefined })),
    ];
  }

  /** Shows what is on screen or near it, if the screen left the region that is already drawn. */
  follow({ x, y, k }: Transform, size: { width: number; height: number }): void {
    if (this.items.length === 0 || size.width === 0) return;
    const seen = { x: -x / k, y: -y / k, width: size.width / k, height: size.height / k };
    const known = this.region;
    const zoomedIn = known !== undefined && known.width > seen.width * (1 + 2 * ahead) * 2;
    if (known !== undefined && !zoomedIn && holds(known, seen)) return;
    const region = {
      x: seen.x - seen.width * ahead,
      y: seen.y - seen.height * ahead,
      width: seen.width * (1 + 2 * ahead),
      height: seen.height * (1 + 2 * ahead),
    };
    this.region = region;
    for (const item of this.items) {
      const hidden = !meets(region, item.box);
      if (hidden === item.hidden) continue;
      item.hidden = hidden;
      for (const element of item.elements) element.classList.toggle('culled', hidden);
      if (!hidden) this.shown(item.id);
    }
  }
}

const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const meets = (a: Box, b: Box): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;

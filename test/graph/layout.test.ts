import assert from 'node:assert/strict';
import { betterFlow, mayRunDown } from '../../src/graph/flow';
import { layoutGraph, layoutKey } from '../../src/graph/layout';
import { straighten } from '../../src/graph/straighten';
import type { Box, Drawable, DrawNode, Layout, Point } from '../../src/graph/types';
import { elk } from './elk';
import { shop } from './sample';

const boxOf = (layout: Layout, id: string): Box => {
  const box = layout.nodes.find((one) => one.id === id);
  assert.ok(box, `${id} has a box`);
  return box;
};
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const inside = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** True for a point on a box's left or right border: lines that run back arrive from the right. */
const touches = (p: Point, box: Box): boolean =>
  Math.min(Math.abs(p.x - box.x), Math.abs(p.x - box.x - box.width)) < 0.01 &&
  p.y > box.y &&
  p.y < box.y + box.height;

/** The shop with one more channel in a broker. */
function withChannel(name: string, broker: string): Drawable {
  const like = shop.nodes.find((node) => node.broker === broker);
  assert.ok(like);
  return { ...shop, nodes: [...shop.nodes, { ...like, id: `channel:${name}`, label: name }] };
}

describe('laying a graph out', () => {
  let layout: Layout;
  before(async () => {
    layout = await layoutGraph(shop, elk);
  });

  it('gives every node a box of its own, channels in the frame of their broker', () => {
    assert.deepEqual(
      layout.nodes.map((box) => box.id),
      shop.nodes.map((node) => node.id),
    );
    const solid = shop.nodes
      .filter((node) => node.kind !== 'broker')
      .map((node) => ({ node, box: boxOf(layout, node.id) }));
    for (const { node, box } of solid) {
      for (const other of solid)
        if (other.node !== node) assert.ok(!overlap(box, other.box), `${node.id}, ${other.node.id}`);
      for (const broker of ['broker:events', 'broker:work']) {
        assert.equal(inside(box, boxOf(layout, broker)), node.broker === broker, `${node.id} in ${broker}`);
      }
    }
  });

  it('runs from left to right, lines from border to border', () => {
    assert.ok(boxOf(layout, 'service:checkout').x < boxOf(layout, 'channel:orders.placed').x);
    assert.ok(boxOf(layout, 'channel:orders.placed').x < boxOf(layout, 'service:billing').x);
    for (const edge of shop.edges) {
      const points = layout.edges.find((line) => line.id === edge.id)?.points ?? [];
      const [first, last] = [points[0], points.at(-1)];
      assert.ok(first && last, edge.id);
      const [from, to] = [boxOf(layout, edge.from), boxOf(layout, edge.to)];
      assert.ok(touches(first, from) && touches(last, to), edge.id);
    }
  });

  it('sets labels on their lines', () => {
    for (const line of layout.edges) {
      if (line.label === undefined) continue;
      const { x, y, width, height } = line.label;
      const crosses = line.points.some((p, i) => {
        const next = line.points[i + 1];
        return (
          next !== undefined &&
          overlap(
            { x, y, width, height },
            {
              x: Math.min(p.x, next.x),
              y: Math.min(p.y, next.y) - 0.5,
              width: Math.abs(p.x - next.x),
              height: Math.abs(p.y - next.y) + 1,
            },
          )
        );
      });
      assert.ok(crosses, line.id);
    }
  });

  it('is the same for the same graph', async () => {
    assert.deepEqual(await layoutGraph(shop, elk), layout);
  });

  it('knows which edits move nothing', () => {
    const words = {
      ...shop,
      nodes: shop.nodes.map((node): DrawNode => ({
        ...node,
        problems: { errors: 7, warnings: 0, infos: 0 },
      })),
    };
    assert.equal(layoutKey(words), layoutKey(shop));
    assert.notEqual(layoutKey(withChannel('new', 'broker:work')), layoutKey(shop));
    assert.notEqual(layoutKey({ ...shop, edges: shop.edges.slice(1) }), layoutKey(shop));
  });

  it('leaves parts alone that an edit does not touch, and inverts no order in the part it does', async () => {
    const edited = withChannel('mail.new', 'broker:work');
    const after = await layoutGraph(edited, elk, { graph: shop, layout });
    const kafka = shop.nodes.filter(
      (node) => node.protocol === 'kafka' || /checkout|fraud|billing|warehouse/.test(node.id),
    );
    for (const node of kafka) assert.deepEqual(boxOf(after, node.id), boxOf(layout, node.id), node.id);
    for (const a of layout.nodes) {
      for (const b of layout.nodes) {
        const column = Math.abs(a.x - b.x) < 60;
        if (column && a.y < b.y)
          assert.ok(boxOf(after, a.id).y < boxOf(after, b.id).y, `${a.id} over ${b.id}`);
      }
    }
  });

  it('sets channels that nothing touches in rows, not in one column', async () => {
    const like = shop.nodes.find((node) => node.broker === 'broker:work');
    assert.ok(like);
    const many = Array.from({ length: 60 }, (_, i) => ({ ...like, id: `channel:q${i}`, label: `q${i}` }));
    const nodes = [...shop.nodes.filter((node) => node.id === 'broker:work'), ...many];
    const grid = await layoutGraph({ nodes, edges: [] }, elk);
    assert.equal(grid.nodes.length, 61);
    assert.ok(
      grid.width < 2.5 * grid.height && grid.height < 2.5 * grid.width,
      `${grid.width} × ${grid.height}`,
    );
    for (const node of many) assert.ok(inside(boxOf(grid, node.id), boxOf(grid, 'broker:work')), node.id);
  });

  it('draws nothing of nothing, and a node without edges', async () => {
    assert.deepEqual(await layoutGraph({ nodes: [], edges: [] }, elk), {
      width: 0,
      height: 0,
      nodes: [],
      edges: [],
    });
    const only = shop.nodes.filter((node) => node.id === 'service:billing');
    assert.equal((await layoutGraph({ nodes: only, edges: [] }, elk)).nodes.length, 1);
  });

  it('runs down on request, lines from border to border, and starts anew when it turns', async () => {
    const down = await layoutGraph(shop, elk, { graph: shop, layout }, 'down');
    assert.equal(down.flow, 'down');
    assert.ok(down.width < layout.width);
    assert.ok(boxOf(down, 'service:checkout').y < boxOf(down, 'channel:orders.placed').y);
    assert.ok(boxOf(down, 'channel:orders.placed').y < boxOf(down, 'service:billing').y);
    for (const edge of shop.edges) {
      const points = down.edges.find((line) => line.id === edge.id)?.points ?? [];
      const [first, last] = [points[0], points.at(-1)];
      assert.ok(first && last, edge.id);
      const turn = ({ x, y }: Point): Point => ({ x: y, y: x });
      const [from, to] = [boxOf(down, edge.from), boxOf(down, edge.to)].map((box) => ({
        ...turn(box),
        width: box.height,
        height: box.width,
      })) as [Box, Box];
      assert.ok(touches(turn(first), from) && touches(turn(last), to), edge.id);
    }
    assert.deepEqual(await layoutGraph(shop, elk, { graph: shop, layout: down }), layout);
  });

  it('is judged by what can be read of it', async () => {
    const down = await layoutGraph(shop, elk, undefined, 'down');
    const beside = { width: 560, height: 640 };
    const wide = { width: 1400, height: 700 };
    assert.equal(mayRunDown(layout, beside), true);
    assert.equal(mayRunDown(layout, wide), false);
    assert.equal(betterFlow(layout, down, beside), 'down');
    assert.equal(betterFlow(layout, down, wide), 'right');
  });

  it('takes a small step out of either end of a line', () => {
    const step = (dy: number): { x: number; y: number }[] => [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: dy },
      { x: 50, y: dy },
    ];
    assert.deepEqual(straighten(step(2)), [
      { x: 0, y: 2 },
      { x: 50, y: 2 },
    ]);
    assert.deepEqual(straighten(step(20)), step(20));
    const turn = ({ x, y }: Point): Point => ({ x: y, y: x });
    assert.deepEqual(straighten(step(2).map(turn)), straighten(step(2)).map(turn));
  });
});

import assert from 'node:assert/strict';
import { layoutGraph } from '../../src/graph/layout';
import { nextNode, readingOrder, type Direction } from '../../src/graph/navigate';
import type { Layout } from '../../src/graph/types';
import { elk } from './elk';
import { shop } from './sample';

describe('moving by keys', () => {
  let layout: Layout;
  before(async () => {
    layout = await layoutGraph(shop, elk);
  });
  const next = (from: string, direction: Direction, shown?: (id: string) => boolean): string | undefined =>
    nextNode(shop, layout, from, direction, shown);

  it('follows edges to the right and back', () => {
    assert.equal(next('service:storefront', 'right'), 'channel:mail');
    assert.equal(next('channel:mail', 'right'), 'channel:mail.receipts');
    assert.equal(next('channel:mail', 'left'), 'service:storefront');
    assert.equal(next('service:mailer', 'right'), undefined);
  });

  it('moves up and down within a column, not onto frames', () => {
    const column = ['service:checkout', 'service:fraud-scorer', 'service:storefront'];
    const y = (id: string): number => layout.nodes.find((box) => box.id === id)?.y ?? NaN;
    const [first = '', second = '', third = ''] = column.sort((a, b) => y(a) - y(b));
    assert.equal(next(first, 'down'), second);
    assert.equal(next(second, 'down'), third);
    assert.equal(next(third, 'up'), second);
    assert.equal(next(first, 'up'), undefined);
  });

  it('passes over what is hidden', () => {
    assert.equal(
      next('channel:mail', 'right', (id) => id !== 'channel:mail.receipts'),
      undefined,
    );
  });

  it('reads columns from left to right', () => {
    const order = readingOrder(layout);
    assert.equal(order.length, shop.nodes.length);
    assert.ok(order.indexOf('service:checkout') < order.indexOf('channel:orders.placed'));
    assert.ok(order.indexOf('channel:orders.placed') < order.indexOf('service:billing'));
  });

  it('goes down with the flow where the drawing runs down, and sideways in a row', async () => {
    const down = await layoutGraph(shop, elk, undefined, 'down');
    const at = (from: string, direction: Direction) => nextNode(shop, down, from, direction);
    assert.equal(at('service:storefront', 'down'), 'channel:mail');
    assert.equal(at('channel:mail', 'up'), 'service:storefront');
    const x = (id: string): number => down.nodes.find((box) => box.id === id)?.x ?? NaN;
    const [left = '', right = ''] = ['service:checkout', 'service:fraud-scorer'].sort((a, b) => x(a) - x(b));
    assert.equal(at(left, 'right'), right);
    assert.equal(at(right, 'left'), left);
    const order = readingOrder(down);
    assert.ok(order.indexOf('channel:orders.placed') < order.indexOf('service:billing'));
  });
});

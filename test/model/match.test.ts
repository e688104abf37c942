import assert from 'node:assert/strict';
import { isPattern, patternsOverlap } from '../../src/model/match';
import type { Protocol } from '../../src/model/settings';

function check(protocol: Protocol, cases: readonly (readonly [string, string, boolean])[]): void {
  for (const [a, b, expected] of cases) {
    assert.equal(patternsOverlap(protocol, a, b), expected, `${a} and ${b}`);
    assert.equal(patternsOverlap(protocol, b, a), expected, `${b} and ${a}, the other way round`);
  }
}

describe('patternsOverlap', () => {
  it('follows AMQP topic exchanges: * is one word, # is none or more, anywhere', () => {
    check('rabbitmq', [
      ['receipt.*', 'receipt.order', true],
      ['receipt.*', 'receipt', false],
      ['receipt.*', 'receipt.order.new', false],
      ['receipt.#', 'receipt', true],
      ['receipt.#', 'receipt.order.new', true],
      ['#', 'anything.at.all', true],
      ['#.error', 'a.b.error', true],
      ['#.error', 'error', true],
      ['a.#.z', 'a.z', true],
      ['a.#.z', 'a.b.c.z', true],
      ['a.#.z', 'a.b.c', false],
      ['*.orange.*', 'quick.orange.rabbit', true],
      ['*.orange.*', 'lazy.#', true],
      ['a.*', 'b.*', false],
      ['a.#', '#.b', true],
      ['*', '#.x', true],
      ['x.*', '#.y.*', false],
      ['x.*.*', '#.y.*', true],
    ]);
  });

  it('follows MQTT filters: + is one level, # the rest with its parent', () => {
    check('mqtt', [
      ['sport/#', 'sport', true],
      ['sport/#', 'sport/tennis/player1', true],
      ['sport/+', 'sport', false],
      ['sport/+', 'sport/', true],
      ['+/+', '/finance', true],
      ['+', '/finance', false],
      ['fleet/+/position', 'fleet/{truckId}/position', true],
      ['fleet/+/position', 'fleet/+/alert', false],
      ['fleet/7/position', 'fleet/{truckId}/position', true],
    ]);
  });

  it('keeps $ topics of MQTT from filters that begin with a wildcard', () => {
    check('mqtt', [
      ['#', '$SYS/broker/uptime', false],
      ['+/broker/uptime', '$SYS/broker/uptime', false],
      ['$SYS/#', '$SYS/broker/uptime', true],
    ]);
  });

  it('follows NATS subjects: * is one token, > one or more at the end', () => {
    check('nats', [
      ['orders.>', 'orders', false],
      ['orders.>', 'orders.new', true],
      ['orders.>', 'orders.eu.new', true],
      ['orders.*', 'orders.new', true],
      ['orders.*', 'orders.eu.new', false],
      ['*.new', 'orders.new', true],
      ['>', 'orders', true],
      ['orders.>', 'orders.>', true],
      ['orders.*.new', 'orders.>', true],
    ]);
  });

  it('compares Kafka topics as they are', () => {
    check('kafka', [['orders.*', 'orders.new', false], ['orders', 'orders', true]]);
  });

  it('is quick on patterns that would explode a backtracking matcher', () => {
    const wild = Array.from({ length: 200 }, () => '#.a').join('.');
    const plain = Array.from({ length: 400 }, () => 'a').join('.') + '.b';
    assert.equal(patternsOverlap('rabbitmq', wild, plain), false);
  });
});

describe('isPattern', () => {
  it('knows each protocol by its own signs', () => {
    assert.equal(isPattern('mqtt', 'a/+/b'), true);
    assert.equal(isPattern('mqtt', 'a/b+'), false);
    assert.equal(isPattern('nats', 'a.>'), true);
    assert.equal(isPattern('rabbitmq', 'a.*'), true);
    assert.equal(isPattern('kafka', 'a.*'), false);
    assert.equal(isPattern(undefined, 'a/#'), false);
  });
});

import assert from 'node:assert/strict';
import { connect } from 'amqplib';
import { amqpDriver } from '../../src/brokers/amqp/index';
import type { BrokerSession } from '../../src/brokers/driver';
import { declaredOnDisk, requireBroker, startRabbit, type RunningBroker } from '../support/brokers/index';
import { numbersIn, publishNumbers, tapNumbers, type NumberTap, type Numbers } from './rabbitmqNumbers';
import { never, quiet } from './tapProbe';

const KILLS = 2;

describe('a tap on a RabbitMQ stream whose broker is killed', function () {
  this.timeout(240_000);
  let broker: RunningBroker;
  let session: BrokerSession;
  let numbers: Numbers;
  let tap: NumberTap;

  before(async function () {
    await requireBroker(this, 'rabbitmq');
    broker = await startRabbit();
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('numbers', 'fanout');
    await channel.assertQueue('log', { durable: true, arguments: { 'x-queue-type': 'stream' } });
    await channel.bindQueue('log', 'numbers', '');
    await connection.close();
    await declaredOnDisk();
    session = await amqpDriver(quiet).connect({ url: `amqp://127.0.0.1:${broker.port}`, managementUrl: broker.adminUrl! }, never);
    numbers = publishNumbers(broker.url, 'numbers');
    tap = await tapNumbers(session, { address: 'log', kind: 'stream' });
  });
  after(async () => {
    await numbers?.stop();
    await tap?.stop();
    await session?.close();
    await broker?.stop();
  });

  it('shows all that the stream has kept, once and in its order, and nothing else', async () => {
    let beforeKill = 0;
    for (let n = 0; n < KILLS; n++) {
      await numbers.more(300);
      await tap.reached(numbers.confirmed.at(-1)!);
      await broker.kill();
      if (n === 0) beforeKill = numbers.confirmed.at(-1)!;
      await tap.state('lost');
      await broker.restart();
      await tap.state('live');
    }
    await numbers.more(100);
    await numbers.stop();
    const last = numbers.confirmed.at(-1)!;
    await tap.reached(last);
    const there = await numbersIn(broker.url, 'log', last);
    const shown = tap.numbers();
    const first = shown[0]!;
    assert.deepEqual(tap.judge(there), { missing: 0, twice: 0, untold: 0 });
    assert.deepEqual(shown, there.filter((n) => n >= first && n <= shown.at(-1)!));
    assert.deepEqual(tap.notices, []);
    // Until its stream is back, RabbitMQ 3.10 confirms what no queue has got, so that this holds before the first kill alone.
    const kept = new Set(there);
    assert.deepEqual(numbers.confirmed.filter((n) => n <= beforeKill && !kept.has(n)), []);
    assert.ok(shown.filter((n) => n <= beforeKill).length >= 250 && shown.filter((n) => n > beforeKill).length >= 300);
  });
});

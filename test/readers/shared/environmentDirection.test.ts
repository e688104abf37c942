import assert from 'node:assert/strict';
import { environmentOfFile, serviceFactsFromEnvironment } from '../../../src/readers/shared/environment';
import type { FileId } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';
import { factLine } from '../../support/reading';

function linesOf(service: string, text: string): string[] {
  const file: SourceFile = { id: 'file:///.env' as FileId, path: '/.env', text: `KAFKA_BROKERS=kafka:9092\n${text}` };
  const at = { file: file.id, start: 0, end: 0 };
  const facts = serviceFactsFromEnvironment(environmentOfFile(file), {
    dialect: 'test', service: { value: service, at }, extent: { file: file.id, start: 0, end: file.text.length },
  });
  return facts.filter((f) => f.kind !== 'broker' && f.kind !== 'service').map((f) => `${factLine(f)} (${f.inferred?.split('; ')[1] ?? ''})`);
}

describe('environment: the direction of a single topic', () => {
  it('is that of the program\'s name', () => {
    assert.deepEqual(linesOf('orders-producer', 'APP_TOPIC=orders\n'), ['orders-producer -> orders (the program\'s own name says the direction.)']);
    assert.deepEqual(linesOf('ordersConsumer', 'APP_TOPIC=orders\nKAFKA_TOPIC=orders\n').length, 1);
  });

  it('is not known with several topics, other directions, or nothing to tell it', () => {
    assert.deepEqual(linesOf('app', 'APP_TOPIC=orders\n'), ['channel orders at kafka:9092 ()']);
    assert.equal(linesOf('orders-producer', 'A_TOPIC=orders\nB_TOPIC=stock\n').filter((l) => l.startsWith('channel')).length, 2);
    assert.ok(linesOf('orders-producer', 'A_TOPIC=orders\nINPUT_TOPIC=stock\n').includes('channel orders at kafka:9092 ()'));
    assert.ok(linesOf('producer-consumer', 'A_TOPIC=orders\n').includes('channel orders at kafka:9092 ()'));
    assert.ok(linesOf('app', 'KAFKA_GROUP_ID=g\nA_TOPIC=orders\n').includes('channel orders at kafka:9092 ()'));
  });
});

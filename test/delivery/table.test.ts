import assert from 'node:assert/strict';
import { hazards, type FlowGuarantee } from '../../src/delivery/guarantee';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { fixtureModel } from '../support/fixture';
import { kafkaConsumerRows, kafkaProducerRows, kafkaTopicRows } from './table/kafka';
import { kafkaClientRows } from './table/kafkaClients';
import { kafkaHopRows } from './table/kafkaHops';
import { mqttRows } from './table/mqtt';
import { natsRows } from './table/nats';
import { rabbitClientRows, rabbitConsumerRows, rabbitPublisherRows, rabbitQueueRows } from './table/rabbitmq';
import { rabbitHopRows } from './table/rabbitmqHops';
import type { Row } from './table/row';

const groups: Readonly<Record<string, readonly Row[]>> = {
  'Kafka producers': kafkaProducerRows,
  'Kafka topics': kafkaTopicRows,
  'Kafka consumers': kafkaConsumerRows,
  'Kafka clients': kafkaClientRows,
  'Kafka over several hops': kafkaHopRows,
  'RabbitMQ publishers': rabbitPublisherRows,
  'RabbitMQ queues': rabbitQueueRows,
  'RabbitMQ consumers': rabbitConsumerRows,
  'RabbitMQ clients': rabbitClientRows,
  'RabbitMQ over several hops': rabbitHopRows,
  MQTT: mqttRows,
  NATS: natsRows,
};

/** The flow that a row is about: the one that it names, else the only one that ends at `billing`. */
function flowOf(row: Row): FlowGuarantee {
  const { model, problems } = fixtureModel(row.text);
  assert.deepEqual(problems.map(({ message }) => message), [], 'the row\'s file is not clean');
  const all = guaranteesOf(model);
  const found = all.filter(({ flow }) => (row.flow === undefined ? flow.id.endsWith('> billing') : flow.id === row.flow));
  assert.equal(found.length, 1, `flows: ${all.map(({ flow }) => flow.id).join(' | ')}`);
  return found[0]!;
}

function inWords(faults: readonly unknown[], derived: string): string {
  return `${hazards.map((hazard, i) => `${hazard} ${String(faults[i])}`).join(', ')}: ${derived}`;
}

describe('the table of guarantees', () => {
  for (const [name, rows] of Object.entries(groups)) {
    describe(name, () => {
      for (const row of rows) {
        it(row.title, () => {
          const { hazards: found, derived } = flowOf(row);
          const faults = hazards.map((hazard) => found[hazard].faults);
          const stories = hazards.flatMap((hazard) => [`${hazard}:`, ...found[hazard].trace.map(({ text }) => `  ${text}`)]).join('\n');
          assert.equal(inWords(faults, derived), inWords(row.gives, row.derived), `${row.because}\n${stories}`);
        });
      }
    });
  }

  it('has titles of which each says one row, and a reason for each', () => {
    for (const rows of Object.values(groups)) {
      assert.equal(new Set(rows.map(({ title }) => title)).size, rows.length);
      for (const { because } of rows) assert.match(because, /\w.*\.$/);
    }
    assert(Object.values(groups).flat().length >= 170);
  });
});

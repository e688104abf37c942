import assert from 'node:assert/strict';
import type { BrokerFact } from '../../../src/model/facts';
import { dockerCompose } from '../../../src/readers/compose/reader';
import { reading } from '../../support/reading';

/** What watches each broker, with the text that says it. */
function watching(services: string): string[] {
  const text = `services:\n${services}`;
  const read = reading(dockerCompose, text, 'shop/docker-compose.yml');
  return read.facts.filter((f): f is BrokerFact => f.kind === 'broker').map(({ name, monitoredBy }) =>
    `${name.value}: ${monitoredBy === undefined ? 'nothing' : `${monitoredBy.value} (${text.slice(monitoredBy.at.start, monitoredBy.at.end)})`}`);
}

const kafka = (name: string): string => `  ${name}: { image: "apache/kafka:4.1.0" }\n`;

describe('compose: exporters', () => {
  it('watch the broker that their command or their variables name', () => {
    const exporter = '  lag: { image: "danielqsj/kafka-exporter:v1.7.0", command: ["--kafka.server=second:9092"] }\n';
    assert.deepEqual(watching(kafka('first') + kafka('second') + exporter).sort(), [
      'first: nothing', 'second: kafka-exporter (danielqsj/kafka-exporter:v1.7.0)',
    ]);
    const kminion = '  lag: { image: redpandadata/kminion, environment: { KAFKA_BROKERS: "first:9092" } }\n';
    assert.deepEqual(watching(kafka('first') + kafka('second') + kminion).sort(), ['first: KMinion (redpandadata/kminion)', 'second: nothing']);
  });

  it('watch the one that they wait for, or the only one', () => {
    const burrow = '  lag: { image: linkedin/burrow, depends_on: [second] }\n';
    assert.deepEqual(watching(kafka('first') + kafka('second') + burrow).sort(), ['first: nothing', 'second: Burrow (linkedin/burrow)']);
    assert.deepEqual(watching(`  rabbit: { image: "rabbitmq:4-management" }\n  stats: { image: "kbudde/rabbitmq-exporter" }\n`),
      ['rabbit: rabbitmq-exporter (kbudde/rabbitmq-exporter)']);
  });

  it('are none where two brokers might be meant, or only the server itself is told of', () => {
    assert.deepEqual(watching(kafka('first') + kafka('second') + '  lag: { image: linkedin/burrow }\n').sort(), ['first: nothing', 'second: nothing']);
    const nats = '  bus: { image: "nats:2.10" }\n';
    assert.deepEqual(watching(`${nats}  stats: { image: natsio/prometheus-nats-exporter, command: ["-varz", "http://bus:8222"] }\n`), ['bus: nothing']);
    assert.deepEqual(watching(`${nats}  stats: { image: natsio/prometheus-nats-exporter, command: ["-jsz=all", "http://bus:8222"] }\n`),
      ['bus: prometheus-nats-exporter (natsio/prometheus-nats-exporter)']);
    assert.deepEqual(watching(`${kafka('first')}  ui: { image: provectuslabs/kafka-ui }\n`), ['first: nothing']);
  });
});

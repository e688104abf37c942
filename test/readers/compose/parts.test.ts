import assert from 'node:assert/strict';
import { imageOf } from '../../../src/readers/compose/images';
import { interpolate } from '../../../src/readers/compose/interpolate';
import { brokerKey, brokerLookup, topicDefaults } from '../../../src/readers/compose/kafkaVariables';
import { publishedPorts } from '../../../src/readers/compose/ports';
import { commandsIn } from '../../../src/readers/compose/shell';
import { environmentOf } from '../../../src/readers/shared/environment';
import { get, isScalar, isSeq } from '../../../src/syntax/tree';
import { parseYaml } from '../../../src/syntax/yaml';
import type { FileId, Sourced } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';

function fileOf(text: string): SourceFile {
  return { id: 'file:///compose.yaml' as FileId, path: '/compose.yaml', text };
}

describe('compose: images', () => {
  for (const [image, kind, version] of [
    ['confluentinc/cp-kafka:7.6.1', 'kafka', '3.6'],
    ['confluentinc/cp-server:8.0.0', 'kafka', '4.0'],
    ['confluentinc/cp-kafka:latest', 'kafka', undefined],
    ['confluentinc/confluent-local:7.5.0', 'kafka', '3.5'],
    ['apache/kafka:3.7.0', 'kafka', '3.7.0'],
    ['apache/kafka-native:4.0.0', 'kafka', '4.0.0'],
    ['docker.io/bitnami/kafka:3.6', 'kafka', '3.6'],
    ['bitnamilegacy/kafka:3.9.0-debian-12-r1', 'kafka', '3.9.0'],
    ['wurstmeister/kafka:2.13-2.8.1', 'kafka', '2.8.1'],
    ['quay.io/debezium/kafka:2.4', 'kafka', undefined],
    ['quay.io/debezium/kafka:${DEBEZIUM_VERSION}', 'kafka', undefined],
    ['quay.io/strimzi/kafka:0.38.0-kafka-3.6.0', 'kafka', '3.6.0'],
    ['docker.redpanda.com/redpandadata/redpanda:v23.3.5', 'kafka', undefined],
    ['vectorized/redpanda', 'kafka', undefined],
    ['lensesio/fast-data-dev:3.3.1', 'kafka', undefined],
    ['spotify/kafka', 'kafka', undefined],
    ['registry.example:5000/mirror/apache/kafka:3.8.0@sha256:0123', 'kafka', '3.8.0'],
    ['rabbitmq:3-management', 'rabbitmq', undefined],
    ['rabbitmq:3.13-management-alpine', 'rabbitmq', '3.13'],
    ['bitnami/rabbitmq:4.0.5', 'rabbitmq', '4.0.5'],
    ['cloudamqp/lavinmq:2.1', 'rabbitmq', undefined],
    ['eclipse-mosquitto:2.0.18', 'mqtt', '2.0.18'],
    ['eclipse-mosquitto', 'mqtt', undefined],
    ['emqx/emqx:5.3.2', 'mqtt', '5.3.2'],
    ['hivemq/hivemq4:4.20', 'mqtt', undefined],
    ['vernemq/vernemq:1.13.0', 'mqtt', '1.13.0'],
    ['nats:2.10-alpine', 'nats', '2.10'],
    ['nats-streaming:0.25.6', 'nats', undefined],
    ['bitnami/nats:2.10.7', 'nats', '2.10.7'],
    ['confluentinc/cp-schema-registry:7.0.1', 'registry', undefined],
    ['apicurio/apicurio-registry-mem:2.5.8', 'registry', undefined],
    ['debezium/connect:2.5', 'connect', undefined],
    ['confluentinc/cp-kafka-connect:7.5.0', 'connect', undefined],
    ['confluentinc/cp-ksqldb-server:7.5.0', 'ksql', undefined],
    ['confluentinc/ksqldb-cli:0.29', 'tool', undefined],
    ['confluentinc/cp-zookeeper:7.8.0', 'tool', undefined],
    ['confluentinc/cp-kafka-rest:7.5.0', 'tool', undefined],
    ['provectuslabs/kafka-ui:latest', 'tool', undefined],
    ['ghcr.io/kafbat/kafka-ui', 'tool', undefined],
    ['obsidiandynamics/kafdrop', 'tool', undefined],
    ['tchiotludo/akhq', 'tool', undefined],
    ['natsio/nats-box:0.14', 'tool', undefined],
    ['kbudde/rabbitmq-exporter', 'tool', undefined],
    ['redpandadata/console:v2.3', 'tool', undefined],
    ['postgres:16', undefined, undefined],
    ['shop/kafka-consumer:1.0', undefined, undefined],
    ['', undefined, undefined],
  ] as const) {
    it(image || '(none)', () => {
      const found = imageOf(image);
      assert.deepEqual([found.kind, found.version], [kind, version]);
    });
  }
});

describe('compose: interpolation', () => {
  for (const [written, text, isOpen] of [
    ['plain', 'plain', false],
    ['${A:-x}', 'x', false],
    ['${A-x}', 'x', false],
    ['${A:-${B:-y}}:9092', 'y:9092', false],
    ['${A:-}', '', false],
    ['${A}', '${A}', true],
    ['$A/b', '$A/b', true],
    ['${A:?not set}', '${A:?not set}', true],
    ['${A?not set}', '${A?not set}', true],
    ['${A:+x}', '${A:+x}', true],
    ['$$A', '$A', false],
    ['$${A}', '${A}', false],
    ['${A', '${A', false],
    ['a$', 'a$', false],
    ['http://${HOST:-localhost}:${PORT:-80}', 'http://localhost:80', false],
    ['REPLACE-ME', 'REPLACE-ME', true],
  ] as const) {
    it(written, () => assert.deepEqual(interpolate(written), { text, isOpen }));
  }

  it('does not hang on what never closes', () => {
    assert.equal(interpolate('${'.repeat(3_000)).text.length, 6_000);
    assert.equal(interpolate(`${'${A:-'.repeat(200)}x${'}'.repeat(200)}`).isOpen, true);
  });
});

describe('compose: ports', () => {
  const ports = (yaml: string): string[] => {
    const file = fileOf(`ports: ${yaml}`);
    const list = get(parseYaml(file.text).roots[0], 'ports');
    return publishedPorts(file, isSeq(list) ? list.items : [], interpolate).map((p) => `${p.host}>${p.container}`);
  };
  for (const [written, expected] of [
    ['["9092:9092"]', ['9092>9092']],
    ['["29092:9092/tcp", "1883:1883/udp"]', ['29092>9092']],
    ['["127.0.0.1:9093:9092"]', ['9093>9092']],
    ['["${HOST:-0.0.0.0}:${PORT:-9094}:9092"]', ['9094>9092']],
    ['["${PORT}:9092"]', []],
    ['["9092"]', []],
    ['[9092]', []],
    ['["19092-19093:9092-9093"]', ['19092>9092', '19093>9093']],
    ['[{target: 9092, published: 9095}]', ['9095>9092']],
    ['[{target: 9092, published: "9096"}, {target: 1}]', ['9096>9092']],
  ] as const) {
    it(written, () => assert.deepEqual(ports(written), expected));
  }
});

describe('compose: variables of Kafka images', () => {
  for (const [variable, family, key] of [
    ['KAFKA_MIN_INSYNC_REPLICAS', 'kafka', 'min.insync.replicas'],
    ['KAFKA_A__B_C', 'kafka', 'a_b.c'],
    ['KAFKA_A___B', 'kafka', 'a-b'],
    ['KAFKA_CFG_AUTO_CREATE_TOPICS_ENABLE', 'bitnami', 'auto.create.topics.enable'],
    ['KAFKA_', 'kafka', undefined],
    ['CLUSTER_ID', 'kafka', undefined],
  ] as const) {
    it(variable, () => assert.equal(brokerKey(variable, family), key));
  }

  it('give topics what they do not say themselves', () => {
    const file = fileOf('env:\n  KAFKA_LOG_RETENTION_HOURS: 24\n  KAFKA_DEFAULT_REPLICATION_FACTOR: 3\n'
      + '  KAFKA_MIN_INSYNC_REPLICAS: 2\n  KAFKA_NUM_PARTITIONS: ${N}\n  KAFKA_LOG_CLEANUP_POLICY: compact\n');
    const values = environmentOf(file, get(parseYaml(file.text).roots[0], 'env'));
    const settings = topicDefaults(brokerLookup(values, 'kafka'));
    assert.deepEqual(Object.fromEntries(Object.entries(settings ?? {}).map(([name, said]) =>
      [name, name === 'open' ? said : (said as Sourced<unknown>).value])), {
      retention: 86_400_000, replicas: 3, minInsyncReplicas: 2, cleanup: 'compact', open: ['partitions'],
    });
    assert.equal(file.text.slice(settings!.retention!.at.start, settings!.retention!.at.end), '24');
    assert.equal(topicDefaults(brokerLookup(environmentOf(file, undefined), 'kafka')), undefined);
  });
});

describe('compose: command lines', () => {
  const commands = (yaml: string): string[] => {
    const file = fileOf(`command: ${yaml}`);
    const node = get(parseYaml(file.text).roots[0], 'command');
    const scalars = isSeq(node) ? node.items.filter((item) => isScalar(item)) : isScalar(node) ? [node] : [];
    return commandsIn(file, scalars).map((command) => command.map((w) => w.text).join(' '));
  };

  it('are cut at ends of commands, in every form', () => {
    assert.deepEqual(commands('a --b c && d; e | f'), ['a --b c', 'd', 'e', 'f']);
    assert.deepEqual(commands('["a", "--b", "c d"]'), ['a --b', 'c d']);
    assert.deepEqual(commands('["sh", "-c", "a b && c"]'), ['sh -c', 'a b', 'c']);
    assert.deepEqual(commands('bash -c "a \'b c\' && d"'), ['bash -c', 'a b c', 'd']);
    assert.deepEqual(commands('|\n  a \\\n    --b c\n  # not this\n  d\n'), ['a --b c', 'd']);
    assert.deepEqual(commands('>\n  sh -c "a b &&\n  c d"\n'), ['sh -c', 'a b', 'c d']);
  });

  it('of loops over words are put in for each word', () => {
    assert.deepEqual(commands('|\n  for t in x y; do\n    a --topic $$t --p 1\n  done\n'), ['a --topic x --p 1', 'a --topic y --p 1', 'done']);
  });

  it('keep the places of words', () => {
    const file = fileOf('command: >\n  sh -c "a --topic orders &&\n  a --topic payments"\n');
    const node = get(parseYaml(file.text).roots[0], 'command');
    const places = commandsIn(file, isScalar(node) ? [node] : []).flat().map((w) => file.text.slice(w.at.start, w.at.end));
    assert.deepEqual(places, ['sh', '-c', 'a', '--topic', 'orders', 'a', '--topic', 'payments']);
  });
});

import assert from 'node:assert/strict';
import { hover } from '../../src/ide/hover';
import { lenses } from '../../src/ide/lenses';
import { definition, references, typeDefinition } from '../../src/ide/navigation';
import { documentSymbols, type OutlineSymbol } from '../../src/ide/symbols';
import { ideFixture, type IdeFixture } from './support';

/** One system in many dialects, as repositories have it. */
const files: Readonly<Record<string, string>> = {
  'docker-compose.yml': `services:
  kafka:
    image: apache/kafka:4.1.0
    ports: ["9092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://:9092,INTERNAL://:29092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092,INTERNAL://kafka:29092
  web:
    build: ./web
    environment:
      KAFKA: kafka:29092
`,
  'web/src/main/resources/application.yml': `spring:
  application:
    name: web
  kafka:
    bootstrap-servers: \${KAFKA:localhost:9092}
    producer:
      acks: 1
      password: hunter2
    consumer:
      enable-auto-commit: true
  cloud:
    stream:
      bindings:
        placed-out-0:
          destination: orders
app:
  topics:
    refunds: refunds
`,
  'mail/application.properties': `spring.application.name=mail
spring.kafka.bootstrap-servers=localhost:9092
spring.kafka.consumer.group-id=mail
spring.kafka.consumer.auto-offset-reset=latest
spring.kafka.properties.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
username="mail" password="hunter2";
app.consumer.topic=orders
`,
  'billing/src/main/resources/application.properties': `quarkus.application.name=billing
mp.messaging.incoming.in.connector=smallrye-kafka
mp.messaging.incoming.in.topics=orders,payments
mp.messaging.incoming.in.group.id=billing
%dev.mp.messaging.incoming.in.auto.offset.reset=latest
`,
  'connect/sink.json': `{ "name": "archive",
  "config": {
    "connector.class": "io.confluent.connect.s3.S3SinkConnector", "errors.tolerance": "all",
    "topics": "orders, payments",
    "consumer.override.auto.offset.reset": "latest" } }
`,
  'deploy/kafka.yaml': `apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata:
  name: shop
spec:
  kafka:
    listeners:
      - { name: plain, port: 9092, type: internal, tls: false }
    config:
      min.insync.replicas: 2
      auto.create.topics.enable: "false"
`,
  'deploy/topics.yaml': `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: orders
  labels:
    strimzi.io/cluster: shop
spec:
  partitions: 12
  replicas: 3
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: payments
  labels:
    strimzi.io/cluster: shop
spec:
  partitions: 6
  replicas: 3
`,
  'deploy/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: stock
data:
  application.yml: |
    spring:
      application:
        name: stock
      kafka:
        bootstrap-servers: shop-kafka-bootstrap:9092
        consumer:
          enable-auto-commit: true
      cloud:
        stream:
          bindings:
            placed-in-0: { destination: orders, group: stock }
`,
  'chart/templates/topic.yaml': `{{- if .Values.enabled }}
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: shipped
  labels:
    strimzi.io/cluster: shop
spec:
  partitions: {{ .Values.partitions }}
  replicas: 3
{{- end }}
`,
  'tf/main.tf': `resource "kafka_topic" "refunds" {
  name               = "refunds"
  partitions         = 3
  replication_factor = 3
  config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" }
}
resource "kafka_topic" "audit" {
  name               = "audit"
  partitions         = 3
  replication_factor = 3
}
`,
  'julie/topology.yaml': `context: "ctx"
projects:
  - name: "p"
    topics:
      - name: "foo"
        config:
          replication.factor: "3"
          num.partitions: "3"
`,
  'mq/mosquitto.conf': `listener 1883
allow_anonymous true
connection up
address up.example.com:1883
topic sensors/# out 1
remote_username u
remote_password hunter2
`,
  'nats/nats-server.conf': `port: 4222
accounts {
  A { users: [{user: shop, password: hunter2, permissions: { publish: "stock.>" }}] }
}
`,
  'schemas/orders-value.avsc': `{ "type": "record", "name": "OrderPlaced", "namespace": "shop.v1", "fields": [
  { "name": "id", "type": "string" } ] }
`,
};

/** The system with the cursor in one file: behind `before`. */
function at(path: string, before: string): IdeFixture {
  const text = files[path] ?? '';
  const i = text.indexOf(before);
  assert.notEqual(i, -1, before);
  const marked = `${text.slice(0, i + before.length)}$0${text.slice(i + before.length)}`;
  return ideFixture(Object.entries({ ...files, [path]: marked }).map(([name, t]) => `=== ${name}\n${t}`).join(''));
}

function hovered(path: string, before: string): string {
  const f = at(path, before);
  return hover(f.ide, f.file, f.dialect, f.offset)?.markdown ?? 'nothing';
}

function defined(path: string, before: string): string[] {
  const f = at(path, before);
  return definition(f.ide, f.file.id, f.offset).map((place) => f.place(place));
}

const topicOrders = 'deploy/topics.yaml 4:9-4:15 "orders"';

describe('hover in any dialect', () => {
  const settings: readonly (readonly [string, string, RegExp])[] = [
    ['web/src/main/resources/application.yml', '      ac', /^\*\*acks\*\*: `1` · web publishes/],
    ['mail/application.properties', 'consumer.auto-off', /^\*\*offsetReset\*\*: `latest` · mail consumes/],
    ['billing/src/main/resources/application.properties', 'in.group.id=bil', /^\*\*group\*\*: `billing` · billing consumes orders; billing consumes payments/],
    ['connect/sink.json', 'consumer.override.auto', /^\*\*offsetReset\*\*: `latest` · archive consumes orders/],
    ['deploy/topics.yaml', '  parti', /^\*\*partitions\*\*: `12` · orders\n/],
    ['deploy/kafka.yaml', 'min.insync', /^\*\*minInsyncReplicas\*\*: `2` · topics of shop that do not say it themselves/],
    ['deploy/kafka.yaml', 'auto.create', /^\*\*autoCreate\*\*: `false` · broker shop\n[^]*Whether/],
    ['deploy/config.yaml', 'enable-auto', /^\*\*autoCommit\*\*: `true` · stock consumes/],
    ['chart/templates/topic.yaml', '  repl', /^\*\*replicas\*\*: `3` · shipped/],
    ['tf/main.tf', 'replication_fa', /^\*\*replicas\*\*: `3` · refunds/],
    ['tf/main.tf', '"cleanup.po', /^\*\*cleanup\*\*: `compact` · refunds/],
    ['tf/main.tf', '"min.insync', /^\*\*minInsyncReplicas\*\*: `2` · refunds/],
    ['julie/topology.yaml', 'num.parti', /^\*\*partitions\*\*: `3` · ctx\.p\.foo\n[^]*\nConcluded: /],
  ];
  for (const [path, before, expected] of settings) {
    it(`says what a setting is read as: ${path} ${before.trim()}`, () => assert.match(hovered(path, before), expected));
  }

  it('says on which broker a name is, and why it is taken to be there', () => {
    assert.match(hovered('connect/sink.json', '"orders, pay'), /^\*\*archive\*\* consumes \*\*payments\*\*[^]*\*\*payments\*\* · topic · on shop/);
    assert.match(hovered('tf/main.tf', '= "aud'), /\n\nConcluded: The file names no broker; shop is /);
    assert.match(hovered('connect/sink.json', '"ord'),
      /\n\nConcluded: This file names no broker; orders is taken for the one on shop\.\n/);
    for (const path of ['deploy/config.yaml', 'web/src/main/resources/application.yml']) {
      assert.doesNotMatch(hovered(path, 'destination: or'), /names no broker/, path);
    }
    assert.doesNotMatch(hovered('deploy/topics.yaml', 'name: or'), /names no broker/);
    assert.match(hovered('docker-compose.yml', '  kaf'), /^\*\*shop\*\* · broker[^]*Concluded, .*The compose file runs it for development/);
    assert.match(hovered('docker-compose.yml', '  we'), /^\*\*web\*\* · service/);
    assert.match(hovered('web/src/main/resources/application.yml', 'refunds: re'), /Whether the program publishes to it or consumes it/);
    assert.match(hovered('nats/nats-server.conf', '"stock'), /^\*\*shop\*\* publishes to/);
    assert.match(hovered('mq/mosquitto.conf', 'topic sens'), /sensors\/\\?#/);
  });

  it('names the contract that a channel is taken to carry, with its place and the reason', () => {
    const text = hovered('deploy/topics.yaml', 'name: or');
    assert.match(text, /Carries shop\.v1\.OrderPlaced \(\[orders-value\.avsc:1\]\(file:\/\/\/schemas\/orders-value\.avsc#L1\)\)\.\n\nConcluded: /);
  });

  it('says nothing of what a profile that is not in force sets, nor of a value that a template gives', () => {
    assert.equal(hovered('billing/src/main/resources/application.properties', '%dev.mp.messaging.incoming.in.auto.off'), 'nothing');
    assert.equal(hovered('chart/templates/topic.yaml', '  parti'), 'nothing');
  });

  it('is not about the setting of another key on the same line', () => {
    assert.equal(hovered('connect/sink.json', '"connector.cl'), 'nothing');
    assert.match(hovered('connect/sink.json', '"errors.tol'), /^\*\*skip\*\*: `true`/);
    assert.doesNotMatch(hovered('connect/sink.json', '{ "na'), /\*\*group\*\*/);
  });

  it('never shows a secret, wherever the cursor is', () => {
    for (const [path, text] of Object.entries(files)) {
      const f = at(path, text.slice(0, 1));
      for (let offset = 0; offset <= f.file.text.length; offset++) {
        assert.doesNotMatch(hover(f.ide, f.file, f.dialect, offset)?.markdown ?? '', /hunter2/, `${path} ${offset}`);
      }
    }
  });

  it('shows names as text, whatever they hold', () => {
    const f = ideFixture('=== [x](http_y).json\n{ "name": "a`b [c](command:d) <img>", "config": {\n'
      + '"connector.class": "io.confluent.connect.s3.S3SinkConnector",\n"topics": "or$0ders",\n"consumer.override.group.id": "g`[e](command:f)" } }\n');
    const text = hover(f.ide, f.file, f.dialect, f.offset)?.markdown ?? '';
    assert.match(text, /consumes \*\*orders\*\*/);
    // Without what is escaped and what is code, links to documentation and files are left.
    const rest = text.replace(/\\./g, '').replace(/`[^`\n]*`/g, '');
    assert.doesNotMatch(rest, /<img|`/);
    for (const [link] of rest.matchAll(/\]\([^)]*\)/g)) assert.match(link, /^\]\((https|file):/);
  });
});

describe('navigation between dialects', () => {
  it('leads from each place that names a topic to the manifest that declares it', () => {
    assert.deepEqual(defined('web/src/main/resources/application.yml', 'destination: or'), [topicOrders]);
    assert.deepEqual(defined('mail/application.properties', 'topic=or'), [topicOrders]);
    assert.deepEqual(defined('connect/sink.json', '"or'), [topicOrders]);
    assert.deepEqual(defined('deploy/config.yaml', 'destination: or'), [topicOrders]);
    const payments = ['deploy/topics.yaml 14:9-14:17 "payments"'];
    assert.deepEqual(defined('connect/sink.json', '"orders, pay'), payments);
    assert.deepEqual(defined('billing/src/main/resources/application.properties', 'orders,pay'), payments);
  });

  it('leads from what is only mentioned to what declares it outright', () => {
    assert.deepEqual(defined('web/src/main/resources/application.yml', 'refunds: re'), ['tf/main.tf 2:25-2:32 "refunds"']);
    const f = at('tf/main.tf', '= "refu');
    assert.deepEqual(references(f.ide, f.file.id, f.offset, false).map((place) => f.place(place)),
      ['web/src/main/resources/application.yml 18:14-18:21 "refunds"']);
  });

  it('leads from the label of a cluster to the cluster, also from another file', () => {
    const [cluster, ...copies] = defined('deploy/topics.yaml', 'strimzi.io/cluster: sh');
    assert.equal(cluster, 'deploy/kafka.yaml 4:9-4:13 "shop"');
    assert.deepEqual(copies, ['docker-compose.yml 2:3-2:8 "kafka"']);
    assert.deepEqual(defined('chart/templates/topic.yaml', 'strimzi.io/cluster: sh'), [cluster, ...copies]);
  });

  it('leads from a service of a compose file to the file of its program', () => {
    assert.deepEqual(defined('docker-compose.yml', '  we'),
      ['docker-compose.yml 8:3-8:6 "web"', 'web/src/main/resources/application.yml 3:11-3:14 "web"']);
  });

  it('leads from a topic to the contract that it is taken to carry, as its type', () => {
    const f = at('web/src/main/resources/application.yml', 'destination: or');
    assert.deepEqual(typeDefinition(f.ide, f.file.id, f.offset).map((place) => f.place(place)),
      ['schemas/orders-value.avsc 1:30-1:41 "OrderPlaced"']);
    const none = at('connect/sink.json', '"orders, pay');
    assert.deepEqual(typeDefinition(none.ide, none.file.id, none.offset), []);
  });

  it('follows references inside of a JSON Schema', () => {
    const f = ideFixture('=== order.schema.json\n{ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order",\n'
      + '"type": "object", "properties": { "id": { "$ref": "#/$d$0efs/Id" } }, "$defs": { "Id": { "type": "string" } } }\n');
    assert.equal(f.dialect, 'jsonschema');
    assert.deepEqual(definition(f.ide, f.file.id, f.offset).map((place) => f.place(place)), ['order.schema.json 2:80-2:84 "\\"Id\\""']);
  });

  it('finds all places of a topic, whatever their dialect', () => {
    const f = at('deploy/topics.yaml', 'name: or');
    const places = references(f.ide, f.file.id, f.offset, true).map((place) => f.place(place).split(' ')[0]);
    assert.deepEqual([...new Set(places)], [
      'billing/src/main/resources/application.properties', 'connect/sink.json', 'deploy/config.yaml',
      'deploy/topics.yaml', 'mail/application.properties', 'web/src/main/resources/application.yml',
    ]);
  });
});

describe('lenses and outlines of any dialect', () => {
  const f = at('deploy/topics.yaml', '');
  const file = (path: string): string => `file:///${path}`;

  it('has lenses on what is declared, and none on what a program mentions', () => {
    const titles = (path: string): string[] =>
      lenses(f.ide, file(path) as never).map((l) => `${f.place(l.at).split('"')[1] ?? ''}: ${l.title}`);
    assert.deepEqual(titles('deploy/topics.yaml').slice(0, 3),
      ['orders: 1 producer · 4 consumers', 'orders: Tail', 'orders: Show in graph']);
    assert.deepEqual(titles('tf/main.tf').slice(0, 3), ['refunds: 0 producers · 0 consumers', 'refunds: Tail', 'refunds: Show in graph']);
    assert.deepEqual(titles('web/src/main/resources/application.yml'), []);
    assert.deepEqual(titles('connect/sink.json'), []);
  });

  it('lets nobody tail what has no protocol', () => {
    const none = ideFixture('flow: 1\nchannels:\n  a: {}\n');
    assert.deepEqual(lenses(none.ide, none.file.id).map((l) => l.action), ['references', 'show-in-graph']);
  });

  it('outlines what each file declares', () => {
    const words = (symbols: readonly OutlineSymbol[]): unknown[] =>
      symbols.map((s) => (s.children.length === 0 ? `${s.kind} ${s.name}` : { [s.name]: words(s.children) }));
    assert.deepEqual(words(documentSymbols(f.ide, file('connect/sink.json') as never)), [
      { services: [{ archive: ['consume orders', 'consume payments'] }] },
    ]);
    assert.deepEqual(words(documentSymbols(f.ide, file('deploy/config.yaml') as never)), [
      { services: [{ stock: ['consume orders'] }] },
      { brokers: ['broker shop-kafka-bootstrap:9092'] },
    ]);
    assert.deepEqual(words(documentSymbols(f.ide, file('julie/topology.yaml') as never)), [{ channels: ['channel ctx.p.foo'] }]);
  });

  it('keeps every name inside of its declaration, which editors insist on', () => {
    for (const one of f.files) {
      const check = (s: OutlineSymbol): void => {
        assert.ok(s.extent.start <= s.at.start && s.at.end <= s.extent.end, `${one.path} ${s.name}`);
        assert.equal(s.extent.file, one.id);
        s.children.forEach(check);
      };
      documentSymbols(f.ide, one.id).forEach(check);
    }
  });
});

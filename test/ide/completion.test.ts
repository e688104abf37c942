import assert from 'node:assert/strict';
import { completions, type Completion } from '../../src/ide/completion';
import { ideFixture } from './support';

function complete(text: string, defaultPath?: string): readonly Completion[] {
  const f = ideFixture(text, [], defaultPath);
  return completions(f.ide, f.file, f.dialect, f.offset);
}

/** The labels that begin with what is typed, as an editor would show them. */
function labels(text: string, defaultPath?: string): string[] {
  const f = ideFixture(text, [], defaultPath);
  return completions(f.ide, f.file, f.dialect, f.offset)
    .filter((c) => c.label.startsWith(f.file.text.slice(c.start, f.offset).replace(/^["']/, '')))
    .map((c) => c.label);
}

/** The text after taking the proposal, with the holes of snippets. */
function taken(text: string, label: string, defaultPath?: string): string {
  const f = ideFixture(text, [], defaultPath);
  const c = completions(f.ide, f.file, f.dialect, f.offset).find((x) => x.label === label);
  assert.ok(c, `no proposal ${label}`);
  return f.file.text.slice(0, c.start) + c.insert + f.file.text.slice(c.end);
}

const head = `flow: 1
brokers:
  events: { protocol: kafka }
  rabbit: { protocol: rabbitmq }
  line: { protocol: mqtt }
schemas:
  Order: { format: avro, versions: { 1: a.avsc, 2: b.avsc } }
channels:
  orders: { broker: events }
  mail: { broker: rabbit, queue: quorum }
`;

describe('completion in a flow file', () => {
  it('proposes top-level keys that are not there yet', () => {
    assert.deepEqual(labels('flow: 1\nbrokers: {}\n$0'), ['schemas', 'channels', 'services']);
  });

  it('proposes keys of a half-typed line, with a colon', () => {
    assert.deepEqual(labels(`${head}  x:\n    broker: events\n    part$0\n`), ['partitions']);
    assert.match(
      taken(`${head}  x:\n    broker: events\n    part$0\n`, 'partitions'),
      /\n {4}partitions: \n$/,
    );
  });

  it('opens blocks for maps', () => {
    assert.match(taken('flow: 1\nserv$0', 'services'), /services:\n {2}\$0$/);
    assert.match(
      taken(`${head}services:\n  s:\n    consumes:\n      orders: { onF$0 }\n`, 'onFailure'),
      /\{ onFailure: \{ \$0 \} \}/,
    );
  });

  it("keeps to the keys of the channel's protocol", () => {
    const kafka = labels(`${head}services:\n  s:\n    publishes:\n      orders:\n        $0\n`);
    assert.ok(kafka.includes('acks') && !kafka.includes('confirms'), kafka.join());
    const rabbit = labels(`${head}services:\n  s:\n    publishes:\n      mail: { $0 }\n`);
    assert.ok(rabbit.includes('confirms') && !rabbit.includes('acks'), rabbit.join());
  });

  it('proposes the values of a key, explained', () => {
    const found = complete(`${head}services:\n  s:\n    consumes:\n      orders: { commit: $0 }\n`).filter(
      (c) => c.kind === 'value',
    );
    assert.deepEqual(
      found.map((c) => c.label),
      ['after-processing', 'before-processing', 'transaction'],
    );
    assert.match(found[1]?.docs ?? '', /crash loses it/);
  });

  it('proposes brokers, channels, schemas with versions from the whole workspace', () => {
    assert.deepEqual(
      labels(`=== a.flow.yaml\n${head}=== b.flow.yaml\nflow: 1\nchannels:\n  x: { broker: $0 }\n`).slice(
        0,
        3,
      ),
      ['events', 'line', 'rabbit'],
    );
    assert.deepEqual(labels(`${head}  x:\n    schema: Or$0\n`), ['Order@1', 'Order@2']);
    assert.deepEqual(labels(`${head}services:\n  s:\n    publishes:\n      o$0\n`), ['orders']);
    assert.deepEqual(labels(`${head}services:\n  s:\n    publishes: [ma$0]\n`), ['mail']);
    assert.deepEqual(labels(`${head}services:\n  s:\n    publishes:\n      - ma$0\n`), ['mail']);
    assert.deepEqual(labels(`${head}  x:\n    deadLetter: ma$0\n`), ['mail']);
  });

  it('proposes channels of the same protocol, and exchanges for bindings', () => {
    const more = `${head}  post: { broker: rabbit, exchange: topic }\n`;
    assert.deepEqual(labels(`${more}  x: { broker: rabbit, queue: quorum, deadLetter: $0 }\n`), ['mail', 'post', 'x']);
    assert.deepEqual(labels(`${more}  x:\n    broker: rabbit\n    queue: quorum\n    bindings:\n      - { exchange: $0 }\n`), ['post']);
  });

  it('replaces the whole word and keeps quotes', () => {
    assert.match(taken(`${head}  x:\n    broker: "ev$0nts" # why\n`, 'rabbit'), /broker: "rabbit" # why/);
    assert.match(taken(`${head}  x:\n    bro$0ker: events\n`, 'broker'), /\n {4}broker: events\n/);
  });

  it('proposes channels that are used and not declared', () => {
    assert.deepEqual(labels('flow: 1\nchannels:\n  $0\nservices:\n  s: { publishes: { new.one: {} } }\n'), [
      'new.one',
    ]);
  });

  it('proposes contracts as files', () => {
    const files = `
=== shop/a.flow.yaml
flow: 1
schemas:
  X: { format: protobuf, versions: { 1: $0 } }
=== contracts/order.proto
syntax = "proto3";
package shop.v1;
message Order { string id = 1; }
`;
    assert.ok(labels(files).includes('../contracts/order.proto#shop.v1.Order'));
  });

  it('proposes an environment variable', () => {
    assert.match(
      taken('flow: 1\nbrokers:\n  a:\n    url: $0\n', '${env:'),
      /url: \\\$\{env:\$\{1:NAME\}:-\$\{2:default\}\\\}/,
    );
  });

  it('is silent in comments and after values', () => {
    assert.deepEqual(labels('flow: 1\n# the $0\n'), []);
    assert.deepEqual(labels('flow: 1 # x$0\n'), []);
  });
});

describe('completion elsewhere', () => {
  it('knows rules in suppression comments', () => {
    assert.ok(labels('flow: 1\n# tailrace-ignore producer/acks$0\n').includes('producer/acks-not-all'));
    assert.ok(labels('flow: 1\n# tailrace-ignore a/b, consumer/auto-c$0\n').includes('consumer/auto-commit'));
    assert.deepEqual(labels('flow: 1\n# tail$0\n'), ['tailrace-ignore', 'tailrace-ignore-file']);
  });

  it('knows the configuration', () => {
    const config = (text: string): string[] => labels(text, 'tailrace.config.yaml');
    assert.deepEqual(config('pro$0'), ['profile']);
    assert.ok(config('rules:\n  producer/$0').includes('producer/*'));
    assert.deepEqual(config('rules:\n  producer/qos0: $0'), ['off', 'info', 'warning', 'error']);
    assert.deepEqual(config('overrides:\n  - files: [x]\n    rules: { dlq/missing: w$0 }'), ['warning']);
    assert.deepEqual(config('presets: [str$0]'), ['strict']);
    assert.deepEqual(config('environments:\n  $0'), ['production', 'staging', 'development']);
    assert.deepEqual(config('environments:\n  production:\n    $0'), ['rules']);
    assert.deepEqual(config('environments:\n  production: { rules: { dlq/missing: w$0 } }'), ['warning']);
    assert.ok(config('environments:\n  production:\n    rules:\n      producer/$0').includes('producer/qos0'));
    assert.deepEqual(config('naming:\n  $0'), ['kafka', 'rabbitmq', 'mqtt', 'nats']);
  });

  it('knows x-tailrace of AsyncAPI operations, by their direction', () => {
    const api = (operation: string): string => `
=== api.yaml
asyncapi: 3.0.0
info: { title: shop, version: '1' }
channels:
  orders: { address: orders }
operations:
  send:
    action: send
    channel: { $ref: '#/channels/orders' }
${operation}`;
    assert.deepEqual(labels(api('    x-$0\n')), ['x-tailrace']);
    const keys = labels(api('    x-tailrace:\n      $0\n'));
    assert.ok(keys.includes('acks') && !keys.includes('autoCommit'), keys.join());
    assert.deepEqual(labels(api('    x-tailrace: { acks: $0 }\n')), ['0', '1', 'all']);
  });

  it('knows x-tailrace in JSON, with quotes', () => {
    const api = (inside: string): string => `
=== api.json
{ "asyncapi": "2.6.0", "info": { "title": "shop", "version": "1" },
  "channels": { "orders": { "subscribe": { "message": { "name": "X" }, "x-tailrace": { ${inside} } } } } }
`;
    assert.ok(labels(api('"ac$0"')).includes('acks'));
    assert.match(taken(api('"ac$0"'), 'acks'), /"x-tailrace": \{ "acks":  \}/);
    assert.match(taken(api('"acks": $0'), 'all'), /"acks": "all" /);
    assert.match(taken(api('"idempotence": $0'), 'true'), /"idempotence": true /);
  });

  it('knows delivery keys of Kafka properties', () => {
    const props = (text: string): string[] =>
      labels(`bootstrap.servers=a:9092\nkey.serializer=x\n${text}`, 'producer.properties');
    assert.deepEqual(props('enable.$0'), ['enable.idempotence', 'enable.auto.commit']);
    assert.deepEqual(props('acks=$0'), ['all', '1', '0']);
  });
});

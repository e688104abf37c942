import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';
import {
  alternatives,
  flowSchema,
  resolveSchema,
  type SchemaNode,
} from '../../../src/model/flowSchema/schema';
import { parseYaml } from '../../../src/syntax/yaml';
import { isMap, isScalar, type SyntaxNode } from '../../../src/syntax/tree';
import { readFlow } from './read';

const text = readFileSync(new URL('./all-keys.flow.yaml', import.meta.url), 'utf8');

/** Each fixed key of the schema as `channel.stream.storage`, from the root down. */
function schemaKeys(): string[] {
  const found = new Set<string>();
  const walk = (node: SchemaNode, path: string): void => {
    for (const schema of alternatives(node)) {
      for (const [key, below] of Object.entries(schema.properties ?? {})) {
        found.add(`${path}.${key}`);
        walk(resolveSchema(below), `${path}.${key}`);
      }
      if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}.*`);
      if (schema.items) walk(schema.items, `${path}[]`);
    }
  };
  walk(flowSchema, '');
  return [...found].sort();
}

/** The places of scalar values in the fixture, by the same paths. */
function writtenValues(): Map<string, SyntaxNode[]> {
  const found = new Map<string, SyntaxNode[]>();
  const walk = (node: SyntaxNode | undefined, schema: SchemaNode, path: string): void => {
    if (node === undefined) return;
    found.set(path, [...(found.get(path) ?? []), node]);
    for (const leaf of alternatives(schema)) {
      if (node.kind === 'seq' && leaf.items)
        for (const item of node.items) walk(item, leaf.items, `${path}[]`);
      if (!isMap(node)) continue;
      for (const e of node.entries) {
        const own = leaf.properties?.[e.key.text];
        if (own) walk(e.value, resolveSchema(own), `${path}.${e.key.text}`);
        else if (typeof leaf.additionalProperties === 'object')
          walk(e.value, leaf.additionalProperties, `${path}.*`);
      }
    }
  };
  walk(parseYaml(text).roots[0], flowSchema, '');
  return found;
}

describe('the flow file with all keys', () => {
  it('has every key of the schema', () => {
    const written = writtenValues();
    assert.deepEqual(
      schemaKeys().filter((key) => !written.has(key)),
      [],
    );
  });

  it('is read without problems', () => {
    assert.equal(readFlow(text).report, '');
  });

  it('leaves no key unread: each value is in some fact, at its place or as its text', () => {
    const read = readFlow(text);
    const places = new Set<string>();
    const texts = new Set<string>();
    JSON.stringify(read.facts, (_, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'start' in value && 'end' in value) {
        places.add(`${String(value.start)}-${String(value.end)}`);
      }
      if (typeof value === 'string') texts.add(value);
      return value;
    });
    const unread: string[] = [];
    for (const [path, nodes] of writtenValues()) {
      for (const node of nodes) {
        if (!isScalar(node) || path === '.flow') continue;
        const quoted = node.style === 'double' ? 1 : 0;
        const place = `${node.start + quoted}-${node.end - quoted}`;
        if (!places.has(place) && !texts.has(node.text)) unread.push(`${path} = ${node.text}`);
      }
    }
    assert.deepEqual(unread, []);
    assert.ok([...texts].includes('x-match: all, kind: letter'));
  });

  it('gives the values of the model in its units', () => {
    const read = readFlow(text);
    const channel = (name: string) => read.of('channel').find((c) => c.address.value === name)?.settings;
    const values = (settings: object | undefined): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(settings ?? {}).map(([k, v]) => [k, (v as { value?: unknown }).value]),
      );
    assert.deepEqual(values(channel('orders.placed')), {
      external: true,
      needs: undefined,
      alert: undefined,
      ordering: 'per-key',
      retention: 604_800_000,
      partitions: 12,
      replicas: 3,
      maxMessageSize: 5_242_880,
      minInsyncReplicas: 2,
      cleanup: 'delete',
      uncleanLeaderElection: false,
    });
    assert.deepEqual(values(channel('mail.out')), {
      replicas: 3,
      queue: 'quorum',
      exclusive: false,
      maxLength: 10_000,
      maxLengthBytes: 10_485_760,
      overflow: 'reject-publish',
      ttl: 3_600_000,
      expires: 604_800_000,
      deliveryLimit: 5,
      consumerTimeout: 600_000,
      deadLetterStrategy: 'at-least-once',
      singleActiveConsumer: true,
    });
    // `replay` is true, false or a duration.
    assert.deepEqual(
      [channel('orders.placed'), ...read.of('publish').map((p) => p.settings)].flatMap((of) => of?.needs?.replay?.value ?? []),
      [604_800_000, true],
    );
    const stream = channel('jobs.done')?.stream;
    assert.equal(read.at(stream?.at), 'stream');
    assert.deepEqual(
      stream?.subjects?.map((s) => s.value),
      ['jobs.>', 'tasks.*'],
    );
    assert.equal(stream?.maxBytes?.value, 2 ** 30);
    assert.equal(read.of('broker')[0]?.version?.value, '4.10');
    const publish = read.of('publish').find((p) => p.channel?.name.value === 'orders.placed');
    assert.deepEqual(values(publish?.settings), {
      guarantee: 'at-least-once',
      clientId: 'checkout-1',
      acks: 'all',
      idempotence: true,
      maxInFlight: 5,
      retries: 10,
      deliveryTimeout: 120_000,
      requestTimeout: 30_000,
      linger: 5,
      transactionalId: 'checkout',
      partitioner: 'murmur2',
      key: 'order_id',
      awaitResult: true,
      outbox: true,
      rate: 200,
      messageSize: 2048,
      replyTo: 'orders.replies',
      replyTimeout: 7000,
      needs: undefined,
    });
    assert.equal(publish?.client?.value, 'librdkafka@2.6');
    const consume = read.of('consume').find((c) => c.channel?.name.value === 'jobs.done');
    assert.deepEqual(values(consume?.settings), {
      durable: 'billing',
      ackPolicy: 'explicit',
      ackWait: 30_000,
      maxDeliver: 5,
      maxAckPending: 1,
      pendingLimit: 65_536,
      queueGroup: 'billing',
    });
  });
});

describe('flow.schema.json', () => {
  it('is valid draft-07, and another implementation agrees on what it allows', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    assert.equal(ajv.validateSchema(flowSchema), true, ajv.errorsText());
    const validate = ajv.compile(flowSchema);
    assert.equal(validate(parse(text)), true, JSON.stringify(validate.errors));
    const wrong = [
      'flow: 2',
      'brokers: {}',
      'flow: 1\nbrokers: {a: {url: x}}',
      'flow: 1\nbrokers: {a: {protocol: kafak}}',
      'flow: 1\nchannels: {a: {partitions: x}}',
      'flow: 1\nchannels: {a: {retention: 7 dayz}}',
      'flow: 1\nfoo: 1',
      'flow: 1\nservices: {a: {publishes: {b: {acks: 2}}}}',
      'flow: 1\nservices: {a: [b]}',
      'flow: 1\nschemas: {A: {format: avro}}',
      'flow: 1\nservices: {a: {publishes: {b: {idempotence: "yes"}}}}',
    ];
    for (const source of wrong) {
      assert.equal(validate(parse(source)), false, source);
      assert.notEqual(readFlow(source).report, '', source);
    }
    const right = [
      'flow: 1',
      'flow: 1\nbrokers:\nchannels:\n',
      'flow: 1\nservices: {a: {publishes: [b], consumes: {c: }}}',
      'flow: 1\nchannels: {a: {partitions: "${env:N}"}}',
      'flow: 1\nchannels: {a: , b: {exchange: x-delayed-message}}',
      'flow: 1\nservices: {a: {publishes: {b: {acks: -1}}, consumes: {c: {durable: true}}}}',
    ];
    for (const source of right) {
      assert.equal(validate(parse(source)), true, `${source} ${JSON.stringify(validate.errors)}`);
      assert.equal(readFlow(source).report, '', source);
    }
  });

  it('says of each key what it is for', () => {
    const silent: string[] = [];
    const walk = (node: SchemaNode, path: string): void => {
      for (const schema of alternatives(node)) {
        for (const [key, below] of Object.entries(schema.properties ?? {})) {
          const own = resolveSchema(below);
          if ((own.description ?? '').length < 8) silent.push(`${path}.${key}`);
          walk(own, `${path}.${key}`);
        }
        if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}.*`);
        for (const [i, value] of (schema.enumDescriptions ? (schema.enum ?? []) : []).entries()) {
          if ((schema.enumDescriptions?.[i] ?? '').length < 4) silent.push(`${path}=${value}`);
        }
      }
    };
    walk(flowSchema, '');
    assert.deepEqual(silent, []);
  });
});

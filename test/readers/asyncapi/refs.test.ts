import assert from 'node:assert/strict';
import { asyncApi } from '../../../src/readers/asyncapi/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { v2, v3 } from './asyncapi.test';

const read = (text: string): ReturnType<typeof reading> => reading(asyncApi, text, 'asyncapi.yaml');

describe('asyncapi references', () => {
  it('follows them across files, each against its own file', () => {
    const r = read(`
=== api/asyncapi.yaml
asyncapi: 3.0.0
info: { title: Web, version: '1' }
servers:
  mosquitto: { $ref: '../common/servers.yaml#/mosquitto' }
channels:
  liked: { $ref: '../common/channels.json#/channels/comment~1liked' }
operations:
  onLiked: { action: receive, channel: { $ref: '#/channels/liked' } }
=== common/servers.yaml
mosquitto: { host: test.example, protocol: mqtt }
=== common/channels.json
{ "channels": { "comment/liked": { "address": "comment/liked", "messages": { "m": { "$ref": "messages.yaml" } } } } }
=== common/messages.yaml
name: CommentLiked
payload: { $ref: '../schemas/comment.schema.json' }
`);
    assert.equal(r.report, '');
    assert.deepEqual(r.lines, [
      'broker mosquitto mqtt mqtt://test.example',
      'schema CommentLiked /schemas/comment.schema.json',
      'channel comment/liked at mosquitto schema=CommentLiked',
      'Web <- comment/liked',
      'service Web',
    ]);
    assert.equal(fact(r, 'channel').address.at.file, 'file:///common/channels.json');
    assert.deepEqual(asyncApi.read(r.files[0]!, new Map()).wants, ['/common/channels.json', '/common/servers.yaml']);
    assert.deepEqual(r.links?.map((l) => `${l.path}#${l.fragment}`), [
      '/common/servers.yaml#/mosquitto', '/common/channels.json#/channels/comment~1liked',
    ]);
  });

  it('reports what leads nowhere, once, with what was meant', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
channels:
  orders: { address: orders, messages: { m: { $ref: './missing.yaml#/m' } } }
operations:
  one: { action: send, channel: { $ref: '#/channels/order' } }
`);
    assert.equal(r.report, [
      'error asyncapi/unresolved-ref: "#/channels/order" leads nowhere: there is no "order". Did you mean "orders"?',
      '6 |   one: { action: send, channel: { $ref: \'#/channels/order\' } }',
      '  |                                          ^^^^^^^^^^^^^^^^',
      'error asyncapi/missing-file: The file "missing.yaml" that this refers to does not exist. Create it, or correct the path.',
      '4 |   orders: { address: orders, messages: { m: { $ref: \'./missing.yaml#/m\' } } }',
      '  |                                                      ^^^^^^^^^^^^^^^^^',
    ].join('\n'));
  });

  it('stops at cycles and leaves what is remote unknown', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
channels:
  a: { $ref: '#/channels/b' }
  b: { $ref: '#/channels/a' }
  c: { address: c, messages: { far: { $ref: 'https://example.com/m.yaml#/x' }, near: { payload: { $ref: 'https://example.com/s.json' } } } }
`);
    assert.deepEqual(r.lines, ['schema near', 'channel c schema=near']);
    assert.equal(r.report, '');
    assert.deepEqual(r.wants, []);
  });

  it('resolves escapes, percent escapes and references that lead through others', () => {
    const r = read(`
asyncapi: 3.0.0
info: { title: A, version: '1' }
channels:
  'a/b c': { $ref: '#/components/channels/x' }
operations:
  one: { action: send, channel: { $ref: '#/channels/a~1b%20c' }, messages: [{ $ref: '#/channels/a~1b%20c/messages/M' }] }
components:
  channels:
    x: { address: orders, messages: { M: { payload: { type: object } } } }
`);
    assert.equal(r.report, '');
    assert.ok(r.lines.includes('A -> orders'));
    assert.equal(fact(r, 'publish').schema?.value, 'M');
  });

  it('cuts long chains and does not search thousands of channels for each reference', () => {
    const channels = Array.from({ length: 2_000 }, (_, i) => `  c${i}: { $ref: '#/channels/c${i + 1}' }`).join('\n');
    const r = read(`\nasyncapi: 3.0.0\nchannels:\n${channels}\n  c2000: { address: end }\n`);
    assert.equal(r.lines.filter((l) => l === 'channel end').length, 32);
    const many = Array.from({ length: 3_000 }, (_, i) => [
      { [`c${i}`]: { address: `a${i}` } }, { [`o${i}`]: { action: 'send', channel: { $ref: `#/channels/c${i}` } } },
    ]);
    const document = JSON.stringify({
      asyncapi: '3.0.0', info: { title: 'Many' },
      channels: Object.assign({}, ...many.map(([c]) => c)), operations: Object.assign({}, ...many.map(([, o]) => o)),
    });
    assert.equal(reading(asyncApi, document, 'many.json').lines.length, 6_001);
  }).timeout(20_000);
});

describe('asyncapi, broken', () => {
  it('survives 1,000 mutations of YAML', () => fuzzReader(asyncApi, [v2, v3], '/asyncapi.yaml')).timeout(60_000);

  it('survives 1,000 mutations of JSON', () => {
    const json = JSON.stringify({
      asyncapi: '3.0.0', info: { title: 'A' }, servers: { a: { host: 'x:{p}', protocol: 'amqp', variables: { p: { default: '1' } } } },
      channels: { c: { address: 'c/{id}', messages: { m: { $ref: '#/components/messages/m' } }, bindings: { amqp: { is: 'queue' } } } },
      operations: { o: { action: 'send', channel: { $ref: '#/channels/c' }, 'x-tailrace': { confirms: true } } },
      components: { messages: { m: { name: 'M', payload: { $id: 'm/v1' } } } },
    }, undefined, 1);
    fuzzReader(asyncApi, [json], '/asyncapi.json');
  }).timeout(60_000);
});

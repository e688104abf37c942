import assert from 'node:assert/strict';
import { folds } from '../../src/ide/folding';
import { lenses } from '../../src/ide/lenses';
import { links } from '../../src/ide/links';
import { documentSymbols, workspaceSymbols, type OutlineSymbol } from '../../src/ide/symbols';
import { ideFixture } from './support';

const text = `
=== shop.flow.yaml
flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order: { format: protobuf, versions: { 1: order.proto#Order, 2: gone.proto#Order } }
channels:
  orders.placed: { broker: events, schema: Order@1 }
services:
  checkout:
    publishes:
      orders.placed: { acks: all }
  billing:
    consumes:
      orders.placed: { group: a }
      orders.other: { group: a }
=== order.proto
syntax = "proto3";
message Order { string id = 1; }
`;

describe('outline', () => {
  it('has a section for each kind, with what a file declares', () => {
    const f = ideFixture(text);
    const lines: string[] = [];
    const draw = (symbols: readonly OutlineSymbol[], indent: string): void => {
      for (const s of symbols) {
        lines.push(`${indent}${s.kind} ${s.name}${s.detail === '' ? '' : ` (${s.detail})`}`);
        assert.ok(s.extent.start <= s.at.start && s.at.end <= s.extent.end, s.name);
        draw(s.children, `${indent}  `);
      }
    };
    draw(documentSymbols(f.ide, f.file.id), '');
    assert.deepEqual(lines, [
      'section brokers (1)',
      '  broker events (kafka)',
      'section schemas (1)',
      '  schema Order (protobuf)',
      'section channels (1)',
      '  channel orders.placed (Order@1)',
      'section services (2)',
      '  service checkout',
      '    publish orders.placed (publishes)',
      '  service billing',
      '    consume orders.placed (consumes)',
      '    consume orders.other (consumes)',
    ]);
  });

  it('begins a section at its key, which editors keep on screen', () => {
    const f = ideFixture(text);
    for (const { at, extent, name } of documentSymbols(f.ide, f.file.id)) {
      assert.equal(f.file.text.slice(at.start, at.end), name);
      assert.equal(extent.start, at.start);
    }
  });

  it('finds entities by scattered letters, the nearest first', () => {
    const f = ideFixture(text);
    const names = (query: string): string[] =>
      workspaceSymbols(f.model, query).map((s) => `${s.kind} ${s.name}`);
    assert.deepEqual(names('order'), [
      'contract Order',
      'schema Order',
      'channel orders.other',
      'channel orders.placed',
    ]);
    assert.deepEqual(names('opl'), ['channel orders.placed']);
    assert.deepEqual(names('zzz'), []);
    assert.equal(names('').length, 7);
  });
});

describe('lenses', () => {
  it('stand on declared channels only', () => {
    const f = ideFixture(text);
    assert.deepEqual(
      lenses(f.ide, f.file.id).map((l) => `${f.place(l.at)} ${l.title} ${l.places.length}`),
      [
        'shop.flow.yaml 7:3-7:16 "orders.placed" 1 producer · 1 consumer 2',
        'shop.flow.yaml 7:3-7:16 "orders.placed" Tail 0',
        'shop.flow.yaml 7:3-7:16 "orders.placed" Show in graph 0',
      ],
    );
  });
});

describe('users', () => {
  it('are counted through exchanges, bindings and filters, dead letters by where they come from', () => {
    const f = ideFixture(`
flow: 1
brokers: { r: { protocol: rabbitmq }, m: { protocol: mqtt } }
channels:
  mail: { broker: r, exchange: topic }
  mail.out: { broker: r, queue: quorum, deadLetter: mail.dead, bindings: [{ exchange: mail, routingKey: "#" }] }
  mail.dead: { broker: r, queue: quorum }
services:
  shop: { publishes: { mail: {} } }
  mailer: { consumes: { mail.out: {} } }
  archive: { consumes: { mail.out: {}, mail: {} } }
`);
    const titles = lenses(f.ide, f.file.id)
      .filter((l) => l.action === 'references')
      .map((l) => l.title);
    assert.deepEqual(
      titles.slice(0, 2).map((t) => t.split(' · ')[0]),
      ['1 producer', '1 producer'],
    );
    assert.equal(titles[1], '1 producer · 2 consumers');
    assert.equal(titles[2], 'dead letters of 1 channel · 0 consumers');
  });

  it('sees dead letters through the exchange that they come by', () => {
    const f = ideFixture(`
flow: 1
brokers: { r: { protocol: rabbitmq } }
channels:
  jobs: { broker: r, queue: quorum, deadLetter: jobs.dlx }
  jobs.dlx: { broker: r, exchange: fanout }
  jobs.dead: { broker: r, queue: quorum, bindings: [jobs.dlx] }
`);
    const titles = lenses(f.ide, f.file.id).filter((l) => l.action === 'references').map((l) => l.title);
    assert.equal(titles[2], 'dead letters of 1 channel · 0 consumers');
  });
});

describe('links', () => {
  it('lead to the contract where it is found, else to the file', () => {
    const f = ideFixture(text);
    assert.deepEqual(
      links(f.ide, f.file.id).map((l) => `${l.path} ${l.target ? f.place(l.target) : 'nowhere'}`),
      ['/order.proto order.proto 2:9-2:14 "Order"', '/gone.proto nowhere'],
    );
  });
});

describe('folding', () => {
  it('follows indentation and runs of comments', () => {
    const found = folds('# a\n# b\nx:\n  y:\n    z: 1\n\n  w: 2\nv: 3\n');
    assert.deepEqual(
      found.map((f) => `${f.start}-${f.end} ${f.kind}`),
      ['0-1 comment', '2-6 region', '3-4 region'],
    );
  });
  it('leaves closing brackets in sight', () => {
    const found = folds('{\n  "a": [\n    1,\n    2\n  ],\n  "b": 1\n}\n');
    assert.deepEqual(
      found.map((f) => `${f.start}-${f.end}`),
      ['0-5', '1-3'],
    );
  });
});

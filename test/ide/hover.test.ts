import assert from 'node:assert/strict';
import { hover } from '../../src/ide/hover';
import { ideFixture } from './support';

function hovered(text: string, defaultPath?: string): string {
  const f = ideFixture(text, [], defaultPath);
  const found = hover(f.ide, f.file, f.dialect, f.offset);
  return found === undefined ? 'nothing' : `${f.place(found.at)}\n${found.markdown}`;
}

const shop = `flow: 1
brokers:
  events: { protocol: kafka, version: "4.1", environment: production }
schemas:
  Order: { format: avro, compatibility: backward, versions: { 1: a.avsc } }
channels:
  orders:
    broker: events
    schema: Order@1
    retention: 7d
services:
  checkout:
    client: kafka-java@2.8
    owner: team-shop
    publishes:
      orders: { guarantee: at-least-once, idempotence: true }
  billing:
    client: kafkajs@2.2
    consumes:
      orders: { group: billing }
`;

/** The shop with the cursor behind a text. */
const at = (before: string): string => {
  const i = shop.indexOf(before);
  assert.notEqual(i, -1, before);
  return `${shop.slice(0, i + before.length)}$0${shop.slice(i + before.length)}`;
};

describe('hover', () => {
  it('has words for a number that a template fills in', () => {
    const text = hovered('{ "queues": [{ "name": "jo$0bs", "vhost": "/", "arguments": { "x-message-ttl": {{ .Values.ttl }} } }] }', 'definitions.json');
    assert.match(text, /`?ttl`?[^\n]*a placeholder/);
    assert.doesNotMatch(text, /NaN/);
  });

  it('lists the permissions of a vhost', () => {
    const text = hovered(`{ "vhosts": [{ "name": "sh$0op" }], "queues": [],
  "permissions": [{ "user": "app", "vhost": "shop", "configure": "", "write": "^orders", "read": ".*" }, { "user": "x", "vhost": "/" }] }`, 'definitions.json');
    assert.match(text, /Permissions:\n\n- app: configure nothing, write `\^orders`, read `\.\*`$/);
  });

  it('explains a setting, with its value here and where that comes from', () => {
    const text = hovered(at('at-least-once, idem'));
    assert.match(text, /"idempotence"\n\*\*idempotence\*\* · kafka\n\n/);
    assert.match(text, /Here: `true` \(declared here\)/);
  });

  it('explains a value', () => {
    assert.match(
      hovered(at('guarantee: at-le')),
      /"at-least-once"\n\*\*guarantee: at-least-once\*\*\n\nNo message is lost/,
    );
  });

  it('shows an edge with its effective settings and their origins, and the channel', () => {
    const text = hovered(at('publishes:\n      ord'));
    assert.match(text, /\*\*checkout\*\* publishes to \*\*orders\*\*/);
    assert.match(text, /- acks: `all` \(\[default of a producer with enable\.idempotence=true\]\(https:/);
    assert.match(text, /- idempotence: `true` \(declared here\)/);
    assert.match(text, /\*\*orders\*\* · topic · on events/);
  });

  it('shows a channel with its broker, settings, producers and consumers', () => {
    const text = hovered(at('channels:\n  ord'));
    assert.match(text, /\*\*orders\*\* · topic · on events/);
    assert.match(text, /Carries Order@1\./);
    assert.match(text, /- retention: `7d` \(declared here\)/);
    assert.match(text, /\*\*1 producer · 1 consumer\*\*/);
    assert.match(text, /- checkout publishes: .*acks `all` \(default\)/);
    assert.match(text, /- billing consumes: .*autoCommit `true` \(default\)/);
  });

  it('shows services, schemas and brokers', () => {
    assert.match(
      hovered(at('services:\n  check')),
      /\*\*checkout\*\* · service · kafka-java@2\.8 · team-shop/,
    );
    assert.match(
      hovered(at('schemas:\n  Or')),
      /\*\*Order\*\* · schema · avro · backward[\s\S]*Carried by orders\./,
    );
    assert.match(hovered(at('broker: ev')), /\*\*events\*\* · broker · kafka · 4\.1 · production/);
    assert.match(hovered(at('broker: ev')), /- autoCreate: `true` \(/);
  });

  it('explains rules in comments and in the configuration', () => {
    assert.match(
      hovered('flow: 1\n# tailrace-ignore producer/acks$0-not-all: x\n'),
      /\*\*producer\/acks-not-all\*\* \(error\)/,
    );
    assert.match(
      hovered('rules:\n  producer/acks-not$0-all: off\n', 'tailrace.config.yaml'),
      /\*\*producer\/acks-not-all\*\*/,
    );
  });

  it('says how the direction of an AsyncAPI operation was read', () => {
    const two = `
=== api.yaml
asyncapi: 2.6.0
info: { title: shop, version: '1' }
channels:
  orders:
    publ$0ish: { message: { name: X } }
`;
    assert.match(hovered(two), /so it consumes here/);
    const three = `
=== api.yaml
asyncapi: 3.0.0
info: { title: shop, version: '1' }
channels:
  orders: { address: orders }
operations:
  place:
    acti$0on: send
    channel: { $ref: '#/channels/orders' }
`;
    assert.match(hovered(three), /so the application publishes here/);
    const onName = hovered(three.replace('acti$0on', 'action').replace('place:', 'pla$0ce:'));
    assert.match(onName, /\*\*shop\*\* publishes to \*\*orders\*\*[^]*so the application publishes here/);
  });

  it('explains keys of x-tailrace', () => {
    const text = hovered(`
=== api.yaml
asyncapi: 2.6.0
info: { title: shop, version: '1' }
channels:
  orders:
    bindings: { kafka: {} }
    subscribe: { message: { name: X }, x-tailrace: { ac$0ks: 1 } }
`);
    assert.match(text, /"acks"\n\*\*acks\*\* · kafka\n\n.*\n\nHere: `1` \(declared here\)/);
  });

  it('explains a client as the one whose defaults count', () => {
    assert.match(hovered(at('client: kafka-ja')), /decides the defaults/);
  });

  it('explains keys of Kafka properties', () => {
    const text = hovered('bootstrap.servers=a:9092\nac$0ks=1\nkey.serializer=x\n', 'producer.properties');
    assert.match(text, /How many replicas must have a record[^]*Here: `1`/);
    const secret = hovered('sasl.mechanism=PLAIN\nclient$0.id=pass-word\n', 'producer.properties');
    assert.doesNotMatch(secret, /Here/);
  });

  it('keeps text of files from being read as Markdown', () => {
    const text = hovered('flow: 1\nchannels:\n  a_b*c$0: { description: "<b>[x](y)" }\n');
    assert.match(text, /\*\*a\\_b\\\*c\*\*/);
    assert.match(text, /\\<b\\>\\\[x\\\]/);
  });

  it('has nothing to say of comments', () => {
    assert.equal(hovered('flow: 1\n# he$0re\n'), 'nothing');
  });
});

import assert from 'node:assert/strict';
import type { NamedBaseline } from '../../../src/contracts/against';
import { documentsOf, payloadBreaks } from '../../../src/contracts/asyncapi/against';
import { lint } from '../../../src/lint/run';
import type { FileId } from '../../../src/text/range';
import { ideFixture } from '../../ide/support';

function baselineOf(text: string): NamedBaseline {
  const { files } = ideFixture(text);
  const earlier = new Map(files.map((file) => [file.path, { ...file, id: `${file.id}?main` as FileId }]));
  return { name: 'main (0123456789)', earlier: (path) => earlier.get(path), read: (path) => earlier.get(path) };
}

/** Each finding of a missing message: severity, place, sentence and who reads it. */
function told(before: string, after: string): string[] {
  const f = ideFixture(after);
  const read = (path: string): (typeof f.files)[number] | undefined => f.files.find((one) => one.path === path);
  return documentsOf(f.model).flatMap((path) => payloadBreaks(f.model, read(path)!, read, baselineOf(before)))
    .filter(({ finding }) => finding.check.startsWith('MESSAGE_'))
    .map(({ finding: { check, severity, message, advice, at }, consumers }) =>
      `${severity} ${check} ${f.place(at)} ${message} ${advice}${consumers.length === 0 ? '' : ` <${consumers.map(({ edge }) => edge.service.name).join()}>`}`);
}

const payload = (field: string): string => `{ type: object, properties: { ${field}: { type: string } } }`;

/** Version 3; messages as `name: payload`, with an operation of all messages. */
const shop = (messages: Readonly<Record<string, string>>, action: 'send' | 'receive' | 'none' = 'send', channel = 'orders', title = 'shop'): string => `=== ${title}.yaml
asyncapi: 3.0.0
info: { title: ${title}, version: 1.0.0 }
servers: { events: { host: "kafka:9092", protocol: kafka } }
channels:
  ${channel}:
    address: ${channel}
    messages:
${Object.entries(messages).map(([name, schema]) => `      ${name}: { payload: ${schema} }\n`).join('')}${action === 'none' ? '' : `operations:
  use: { action: ${action}, channel: { $ref: "#/channels/${channel}" } }
`}`;

const both = { Placed: payload('id'), Cancelled: payload('reason') };
const one = { Placed: payload('id') };

/** Version 2: what others subscribe to, as inline messages. */
const second = (...messages: readonly string[]): string => `=== shop.yaml
asyncapi: 2.6.0
info: { title: shop, version: 1.0.0 }
servers: { events: { url: "kafka:9092", protocol: kafka } }
channels:
  orders:
    subscribe:
      message: { oneOf: [${messages.map((name) => `{ name: ${name}, payload: ${payload(name)} }`).join(', ')}] }
`;

describe('messages that a document no longer has', () => {
  it('are told at the channel, of AsyncAPI 3 and of 2', () => {
    const words = 'Message Cancelled is gone from channel orders: whoever reads the channel may still await it. Bring it back until nobody awaits it any more and orders holds none.';
    assert.deepEqual(told(shop(both), shop(both)), []);
    assert.deepEqual(told(shop(both), shop(one)), [`error MESSAGE_REMOVED shop.yaml 5:3-5:9 "orders" ${words}`]);
    assert.deepEqual(told(second('Placed', 'Cancelled'), second('Placed')), [`error MESSAGE_REMOVED shop.yaml 5:3-5:9 "orders" ${words}`]);
    assert.deepEqual(told(second('Placed', 'Cancelled'), second('Cancelled', 'Placed')), [], 'order says nothing');
  });

  it('are none where only a parameter of the channel has another name', () => {
    const of = (parameter: string): string => second('Placed').replace('  orders:', `  "orders/{${parameter}}":`);
    assert.deepEqual(told(of('id'), of('order')), []);
  });

  it('are none of the one that took the place of another in a list', () => {
    const [only, ...others] = told(second('Placed', 'Cancelled'), second('Cancelled'));
    assert.deepEqual(others, []);
    assert.match(only ?? '', /^error MESSAGE_REMOVED .* Message Placed is gone from channel orders:/);
  });

  it('name those who still await it, by their documents, else those who read the channel', () => {
    const flow = '=== audit.flow.yaml\nflow: 1\nservices:\n  audit: { consumes: { orders: {} } }\n';
    const billing = shop(both, 'receive', 'orders', 'billing');
    const stock = shop(one, 'receive', 'orders', 'stock');
    assert.deepEqual(told(shop(both) + billing + stock + flow, shop(one) + billing + stock + flow), [
      'error MESSAGE_REMOVED shop.yaml 5:3-5:9 "orders" Message Cancelled is gone from channel orders: billing still awaits it. Bring it back until nobody awaits it any more and orders holds none. <audit,billing>',
    ]);
    assert.deepEqual(told(shop(both) + stock + flow, shop(one) + stock + flow), [
      'error MESSAGE_REMOVED shop.yaml 5:3-5:9 "orders" Message Cancelled is gone from channel orders: audit, which reads the channel, may still await it. Bring it back until nobody awaits it any more and orders holds none. <audit>',
    ]);
  });

  it('name those who still send what an application no longer takes', () => {
    const till = shop(both, 'send', 'orders', 'till');
    assert.deepEqual(told(shop(both, 'receive') + till, shop(one, 'receive') + till), [
      'error MESSAGE_REMOVED shop.yaml 5:3-5:9 "orders" Message Cancelled is gone from channel orders: till still sends it. Bring it back until nobody sends it any more and orders holds none.',
    ]);
  });

  it('are told as no longer sent where the channel still lists them', () => {
    const listing = shop(both).replace('orders" } }', 'orders" }, messages: [{ $ref: "#/channels/orders/messages/Placed" }] }');
    const words = 'shop no longer sends message Cancelled to channel orders:';
    assert.deepEqual(told(shop(both), listing),
      [`warning MESSAGE_REMOVED shop.yaml 11:3-11:6 "use" ${words} whoever reads the channel may still await it. Bring it back until nobody awaits it any more.`]);
    const billing = shop(both, 'receive', 'orders', 'billing');
    assert.deepEqual(told(shop(both) + billing, listing + billing),
      [`error MESSAGE_REMOVED shop.yaml 11:3-11:6 "use" ${words} billing still awaits it. Bring it back until nobody awaits it any more. <billing>`]);
    assert.deepEqual(told(listing, shop(both)), []);
  });

  it('are not missing where another document sends, takes or lists them now', () => {
    const till = shop({ Cancelled: payload('reason') }, 'send', 'orders', 'till');
    assert.deepEqual(told(shop(both), shop(one) + till), []);
    assert.deepEqual(told(shop(both, 'none'), shop(one, 'none') + till), []);
    assert.equal(told(shop(both, 'receive'), shop(one, 'receive') + till).length, 1, 'who sends it takes none');
  });

  it('are told as renamed, with less weight, where the payload is the same', () => {
    const under = { Placed: payload('id'), Revoked: payload('reason') };
    assert.deepEqual(told(shop(both), shop(under)), [
      'warning MESSAGE_RENAMED shop.yaml 5:3-5:9 "orders" Message Cancelled is gone from channel orders, where Revoked is new with the same payload: if that is its new name, the bytes stay the same, but who picks messages by name finds it no longer. Keep the name Cancelled if somebody does, and bring the message back if the new one is another.',
    ]);
    const key = (name: string): string => `=== shop.yaml
asyncapi: 2.6.0
info: { title: shop, version: 1.0.0 }
channels:
  orders: { subscribe: { message: { name: ${name}, payload: ${payload('id')} } } }
`;
    assert.deepEqual(told(key('Placed'), key('OrderPlaced')), [
      'info MESSAGE_RENAMED shop.yaml 4:3-4:9 "orders" Message Placed of channel orders is called OrderPlaced now: who picks messages by name finds it no longer. Keep the name Placed if somebody does.',
    ]);
    assert.deepEqual(told(shop({ Placed: '{ type: object }' }), shop({ Moved: '{ type: object }' })).map((line) => line.split(' ')[1]), ['MESSAGE_REMOVED'], 'which says too little');
  });

  it('are told with the channel that they stand at now, and with channels that are gone', () => {
    assert.deepEqual(told(shop(one), shop(one, 'send', 'orders.v2')), [
      'error MESSAGE_REMOVED shop.yaml 4:1-4:9 "channels" Message Placed is gone from channel orders and stands at channel orders.v2 now: whoever reads the channel may still await it. Bring it back until nobody awaits it any more and orders holds none.',
    ]);
    assert.deepEqual(told(shop(one), shop(one).replaceAll('  orders:\n', '  placed:\n').replace('channels/orders', 'channels/placed')), [], 'a key is no address');
  });

  it('are told of components, which other documents refer to', () => {
    const library = (...names: readonly string[]): string => `=== library.yaml
asyncapi: 3.0.0
info: { title: library, version: 1.0.0 }
components:
  messages:
${names.map((name) => `    ${name}: { payload: ${payload(name)} }\n`).join('')}`;
    assert.deepEqual(told(library('Placed', 'Cancelled'), library('Placed')), [
      'warning MESSAGE_REMOVED library.yaml 4:3-4:11 "messages" Message Cancelled is gone from the document: other documents may refer to it, and programs may await or send it. Bring it back until nobody does.',
    ]);
    assert.deepEqual(told(library('Placed', 'Cancelled'), library('Placed') + shop(both)), [], 'it moved to another document');
  });

  it('ends where aliases make a small text a huge tree, and gives what is there of half-typed text', () => {
    const whole = shop(one);
    for (let end = 0; end <= whole.length; end += 5) told(shop(both), whole.slice(0, end).padEnd(20));
    const bomb = (name: string): string => `=== shop.yaml\nasyncapi: 3.0.0\nx: { a: &a { p: 1, q: 2 }, b: &b { p: *a, q: *a }${'cdefghijklmnopqrstuvw'.split('')
      .map((key, i, all) => `, ${key}: &${key} { p: *${all[i - 1] ?? 'b'}, q: *${all[i - 1] ?? 'b'} }`).join('')} }
channels: { orders: { messages: { ${name}: { payload: *w } } } }\n`;
    assert.ok(told(bomb('Placed'), bomb('Moved')).length <= 1);
  });

  it('are findings of the linter, unless a mode of none is stated', () => {
    const flow = (mode: string): string => `=== shop.flow.yaml\nflow: 1\nschemas:\n  Cancelled: { format: json-schema, compatibility: ${mode}, source: cancelled.json }\n=== cancelled.json\n{ "type": "object" }\n`;
    const found = (mode: string): unknown => {
      const f = ideFixture(shop(one) + flow(mode));
      return lint(f.model, undefined, { text: (id) => f.text(id), baseline: baselineOf(shop(both)) })
        .filter(({ code }) => code === 'schema/incompatible').map(({ severity, message }) => [severity, message.split(':')[0]]);
    };
    assert.deepEqual(found('forward'), [['error', 'Message Cancelled is gone from channel orders']]);
    assert.deepEqual(found('none'), []);
  });
});

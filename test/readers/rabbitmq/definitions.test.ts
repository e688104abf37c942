import assert from 'node:assert/strict';
import { rabbitmqDefinitions } from '../../../src/readers/rabbitmq/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string): ReturnType<typeof reading> => reading(rabbitmqDefinitions, text, 'definitions.json');

export const shop = `{
  "rabbitmq_version": "4.1.0",
  "vhosts": [{ "name": "/", "default_queue_type": "quorum" }, { "name": "audit" }],
  "users": [
    { "name": "guest", "password": "guest", "tags": ["administrator"] },
    { "name": "shop", "password_hash": "9/1i+jKFRpbTRV1PtRnzFFYibT3cEpP92JeZ8YKGtflf4e/u", "tags": [] },
    { "name": "mailer", "password": "\${MAILER_PASSWORD}", "tags": [] }
  ],
  "exchanges": [
    { "name": "orders", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false, "arguments": { "alternate-exchange": "unrouted" } },
    { "name": "unrouted", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} }
  ],
  "queues": [
    { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "mail.dead", "x-message-ttl": 60000 } },
    { "name": "mail.dead", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "classic" } },
    { "name": "mail", "vhost": "audit", "durable": false, "auto_delete": true, "arguments": { "x-single-active-consumer": true } }
  ],
  "bindings": [
    { "source": "orders", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "order.*", "arguments": {} },
    { "source": "orders", "vhost": "/", "destination": "unrouted", "destination_type": "exchange", "routing_key": "", "arguments": { "x-match": "all", "kind": "test" } },
    { "source": "", "vhost": "/", "destination": "mail", "destination_type": "queue", "routing_key": "mail", "arguments": {} }
  ]
}
`;

describe('rabbitmq definitions', () => {
  it('reads vhosts, exchanges, queues, bindings and users', () => {
    const r = read(shop);
    assert.deepEqual(r.lines, [
      'broker / rabbitmq vhost=/',
      'broker audit rabbitmq vhost=audit',
      'channel exchange orders at / exchange=topic durable=true autoDelete=false',
      'alternate orders -> unrouted by exchange "orders"',
      'channel exchange unrouted at / exchange=fanout durable=true autoDelete=false',
      'channel queue mail at / queue=quorum durable=true autoDelete=false ttl=60000',
      'dead-letter mail -> mail.dead [mail.dead] by queue "mail"',
      'channel queue mail.dead at / queue=classic durable=true autoDelete=false',
      'channel queue mail at audit queue=classic durable=false autoDelete=true singleActiveConsumer=true',
      'binding orders -> mail [order.*] by binding of queue "mail" to exchange "orders"',
      'binding orders -> unrouted by binding of exchange "unrouted" to exchange "orders"',
      'credential guest password secret default',
      'credential shop password_hash',
      'credential mailer password',
    ]);
    assert.equal(r.report, '');
  });

  it('keeps the place of every name and setting, inside the quotes', () => {
    const r = read(shop);
    const mail = fact(r, 'channel', (f) => f.address.value === 'mail' && f.broker?.value === '/');
    assert.equal(r.textAt(mail.address.at), 'mail');
    assert.equal(r.textAt(mail.broker?.at), '/');
    assert.equal(r.textAt(mail.settings.ttl?.at), '60000');
    assert.equal(r.caret(mail.settings.queue?.at), [
      '3 |   "vhosts": [{ "name": "/", "default_queue_type": "quorum" }, { "name": "audit" }],',
      '  |                                                    ^^^^^^',
    ].join('\n'));
    assert.equal(mail.note, 'The queue type is the default of vhost "/".');
    const dead = fact(r, 'route', (f) => f.route === 'dead-letter');
    assert.equal(r.textAt(dead.to.name.at), 'mail.dead');
    assert.equal(dead.to.space, 'queue');
    assert.equal(dead.to.mustExist, true);
    const binding = fact(r, 'route', (f) => f.to.name.value === 'unrouted' && f.route === 'binding');
    assert.equal(binding.arguments, 'x-match=all, kind=test');
    assert.equal(r.textAt(fact(r, 'credential').secret), 'guest');
  });

  it('keeps permissions with their places', () => {
    const r = read(`{
      "queues": [], "vhosts": [{ "name": "/" }],
      "permissions": [{ "user": "shop", "vhost": "/", "configure": "", "write": "^orders$", "read": ".*" }, { "vhost": "/" }, 7],
      "topic_permissions": [{ "user": "shop", "vhost": "/", "exchange": "orders", "write": "^a", "read": "^b" }]
    }`);
    const [names, topics] = [fact(r, 'permission'), fact(r, 'permission', (f) => f.exchange !== undefined)];
    assert.deepEqual([names.user.value, names.vhost.value, names.configure?.value, names.exchange], ['shop', '/', '', undefined]);
    assert.deepEqual([names.write, names.read, topics.exchange, topics.write].map((s) => r.textAt(s?.at)), ['^orders$', '.*', 'orders', '^a']);
    assert.equal(r.facts.filter((f) => f.kind === 'permission').length, 2);
  });

  it('knows the default password by its hash', () => {
    const users = (name: string, hash: string): string[] =>
      read(`{"queues": [], "users": [{"name": "${name}", "password_hash": "${hash}"}]}`).lines.slice();
    // The hash of "guest" that RabbitMQ's own documentation shows, and one byte beside it.
    assert.deepEqual(users('guest', '9/1i+jKFRpbTRV1PtRnzFFYibT3cEpP92JeZ8YKGtflf4e/u'), ['credential guest password_hash default']);
    assert.deepEqual(users('guest', '9/1i+jKFRpbTRV1PtRnzFFYibT3cEpP92JeZ8YKGtflf4e/v'), ['credential guest password_hash']);
    assert.deepEqual(users('admin', '9/1i+jKFRpbTRV1PtRnzFFYibT3cEpP92JeZ8YKGtflf4e/u'), ['credential admin password_hash']);
    assert.deepEqual(users('guest', 'not base64!'), ['credential guest password_hash']);
  });

  it('takes a file without vhosts for the vhost "/"', () => {
    const r = read('{ "queues": [{ "name": "jobs", "durable": true }], "exchanges": [] }');
    assert.deepEqual(r.lines, ['broker / rabbitmq vhost=/', 'channel queue jobs queue=classic durable=true']);
    assert.match(fact(r, 'broker').inferred ?? '', /names no vhost/);
    assert.equal(fact(r, 'channel').broker, undefined);
  });

  it('leads dead letters of the default exchange without a key to where their keys lead', () => {
    const r = read(`{
      "queues": [
        { "name": "lonely", "vhost": "/", "arguments": { "x-dead-letter-exchange": "" } },
        { "name": "bound", "vhost": "/", "arguments": { "x-dead-letter-exchange": "" } },
        { "name": "parking", "vhost": "/" }
      ],
      "bindings": [
        { "source": "work", "vhost": "/", "destination": "bound", "destination_type": "queue", "routing_key": "parking" },
        { "source": "work", "vhost": "/", "destination": "bound", "destination_type": "queue", "routing_key": "a.#" }
      ]
    }`);
    assert.deepEqual(r.lines.filter((l) => l.startsWith('dead-letter')), [
      'dead-letter lonely -> lonely by queue "lonely"',
      'dead-letter bound -> parking by queue "bound"',
    ]);
  });

  it('reads templates that become JSON', () => {
    const r = read(`{
  "users": [{ "name": "app", "password": "\${secrets["app"]}" }],
  "policies": [{ "vhost": "/", "name": "ttl", "pattern": "^jobs$", "definition": { "message-ttl": \${ttl}, "dead-letter-exchange": "dlx" } }],
  "queues": [{ "name": "jobs", "vhost": "/", "durable": {{ .Values.durable }} }]
}`);
    assert.equal(r.report, '');
    assert.deepEqual(r.lines.slice(1), [
      'channel queue jobs at / queue=classic ttl=NaN',
      'dead-letter jobs -> dlx by policy "ttl"',
      'credential app password',
    ]);
  });

  it('reads Windows line breaks, comments and a comma too many', () => {
    const odd = shop.replaceAll('\n', '\r\n').replace('"exchanges"', '// topology\r\n  "exchanges"').replace(/\]\r\n\}/, '],\r\n}');
    assert.deepEqual(read(odd).lines, read(shop).lines);
    assert.equal(read(odd).report, '');
  });

  it('keeps what can be understood of a half-typed file', () => {
    const r = read('{ "vhosts": [{ "name": "/" }], "queues": [ { "name": "a", "vhost": "/", "durable": true }, { "name": ');
    assert.deepEqual(r.lines, ['broker / rabbitmq vhost=/', 'channel queue a at / queue=classic durable=true']);
    assert.match(r.report, /^error syntax\/json/);
  });
});

describe('rabbitmq definitions: recognition', () => {
  const recognized = (path: string, text: string): boolean =>
    rabbitmqDefinitions.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by name with content, or by content alone', () => {
    assert.ok(recognized('/a/definitions.json', '{ "queues": []'));
    assert.ok(recognized('/a/load_definitions.json', '{ "exchanges": []}'));
    assert.ok(recognized('/a/rabbit-prod.json', '{ "policies": [] }'));
    assert.ok(recognized('/a/broker.json', '{ "rabbit_version": "3.6", "users": [] }'));
    assert.ok(recognized('/a/topology.json.tpl', '{ "queues": [{ "auto_delete": false }], "bindings": [] }'));
  });

  it('leaves other JSON alone', () => {
    assert.ok(!recognized('/a/definitions.json', '{ "type": "object", "definitions": { "queues": {} } }'));
    assert.ok(!recognized('/a/package.json', '{ "name": "x", "keywords": [] }'));
    assert.ok(!recognized('/a/queues.json', '{ "queues": ["a"] }'));
    assert.ok(!recognized('/a/definitions.yaml', 'queues: []'));
    assert.ok(!recognized('/a/list.json', '[{ "queues": [] }]'));
  });
});

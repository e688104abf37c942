import assert from 'node:assert/strict';
import { fixUntilStable } from '../../src/lint/fix';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** The file after all safe fixes, with the problems that readers then have. */
function fixed(operation: string): { operation: unknown; problems: number } {
  const document = (text: string) => `=== asyncapi.json
{ "asyncapi": "3.0.0", "info": { "title": "mailer", "version": "1.0.0" },
  "servers": { "work": { "host": "rabbit.example.com:5671", "protocol": "amqps" }, "inside": { "host": "nats.example.com", "protocol": "nats" } },
  "channels": {
    "mail": { "address": "mail", "servers": [{ "$ref": "#/servers/work" }], "bindings": { "amqp": { "is": "queue", "queue": { "name": "mail" } } } },
    "routes": { "address": "routes", "servers": [{ "$ref": "#/servers/inside" }] } },
  "operations": { "op": ${text} } }
`;
  const first = fixtureModel(document(operation));
  const [file] = first.files;
  const texts = fixUntilStable(new Map([[file!.id, file!.text]]), (now) => {
    const { model } = fixtureModel(`=== asyncapi.json\n${now.get(file!.id) ?? ''}`);
    return lint(model, defaultConfig, { text: (id) => now.get(id) });
  }).texts;
  const text = texts.get(file!.id) ?? '';
  const { problems } = fixtureModel(`=== asyncapi.json\n${text}`);
  return { operation: (JSON.parse(text) as { operations: { op: unknown } }).operations.op, problems: problems.length };
}

describe('fixes in JSON', () => {
  const channel = (name: string) => `"channel": { "$ref": "#/channels/${name}" }`;
  it('quotes the key that it adds to x-tailrace, once', () => {
    assert.deepEqual(fixed(`{ "action": "send", ${channel('mail')}, "x-tailrace": { "guarantee": "at-least-once", "mandatory": true, "persistent": true } }`), {
      operation: { action: 'send', channel: { $ref: '#/channels/mail' }, 'x-tailrace': { guarantee: 'at-least-once', mandatory: true, persistent: true, confirms: true } },
      problems: 0,
    });
  });

  it('quotes words, and replaces them within their quotes', () => {
    assert.deepEqual(fixed(`{ "action": "receive", ${channel('routes')}, "x-tailrace": { "guarantee": "at-least-once", "durable": "d" } }`), {
      operation: { action: 'receive', channel: { $ref: '#/channels/routes' }, 'x-tailrace': { guarantee: 'at-least-once', durable: 'd', ackPolicy: 'explicit' } },
      problems: 0,
    });
    assert.deepEqual(fixed(`{ "action": "receive", ${channel('routes')}, "x-tailrace": { "guarantee": "at-least-once", "ackPolicy": "none" } }`), {
      operation: { action: 'receive', channel: { $ref: '#/channels/routes' }, 'x-tailrace': { guarantee: 'at-least-once', ackPolicy: 'explicit' } },
      problems: 0,
    });
  });

  it('makes x-tailrace where it is missing, when somebody else wants the guarantee', () => {
    const { model, text } = fixtureModel(`=== asyncapi.json
{ "asyncapi": "2.6.0", "info": { "title": "truck", "version": "1.0.0" },
  "servers": { "fleet": { "url": "mqtt.example.com", "protocol": "mqtts" } },
  "channels": { "alarms": { "subscribe": { "operationId": "send" } } } }
=== more.flow.yaml
flow: 1
services: { dispatch: { consumes: { alarms: { guarantee: at-least-once, qos: 1, cleanStart: false, clientId: d } } } }
`);
    const [problem] = lint(model, defaultConfig, { text }).filter((p) => p.code === 'producer/qos0');
    const edit = problem?.fixes?.[0]?.edits[0];
    assert.equal(edit?.newText, ', "x-tailrace": { "qos": 1 }');
    const source = text(edit.at.file);
    assert.doesNotThrow(() => { JSON.parse(source.slice(0, edit.at.start) + edit.newText + source.slice(edit.at.end)); });
  });
});

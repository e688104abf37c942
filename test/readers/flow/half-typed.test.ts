import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fact } from '../../../src/model/facts';
import { random } from '../../syntax/yamlSamples';
import { readFlow, type Read } from './read';

const shop = `flow: 1
brokers:
  events: { protocol: kafka, url: localhost:9092 }
schemas:
  Order: { format: avro, versions: { 1: order.avsc } }
channels:
  orders:
    broker: events
    partitions: 3
  orders.dlq: { broker: events }
services:
  shop:
    client: kafkajs@2.2
    publishes:
      orders: { acks: all }
  billing:
    consumes:
      orders:
        group: billing
        onFailure: { deadLetter: orders.dlq }
`;

/** What is there, without places: a half-typed line must not take any of it away. */
function names(read: Read): string[] {
  return read.facts.map((fact: Fact) => {
    switch (fact.kind) {
      case 'broker':
      case 'schema':
      case 'service':
        return `${fact.kind} ${fact.name.value}`;
      case 'channel':
        return `channel ${fact.address.value} on ${fact.broker?.value ?? '-'}`;
      case 'publish':
        return `publish ${fact.service.value} ${fact.channel?.name.value} acks ${fact.settings.acks?.value}`;
      case 'consume':
        return `consume ${fact.service.value} ${fact.channel?.name.value} group ${fact.settings.group?.value}`;
      case 'route':
        return `route ${fact.from.name.value} ${fact.to.name.value}`;
      default:
        return fact.kind;
    }
  });
}

const whole = names(readFlow(shop));

/** What somebody types on a new line below a line of the file; the indentation is that of the line above. */
const typed = [
  're',
  'repl',
  'replicas',
  'replicas:',
  'replicas: ',
  'replicas:3',
  'replicas: "',
  "replicas: '3",
  'x: [',
  'x: [1,',
  'x: {',
  'x: { a',
  'x: { a: ',
  'x: { a: 1,',
  'x: "a: b',
  'x: a: b',
  '-',
  '- a',
  '"',
  "'",
  '{',
  '[',
  '}',
  ']',
  'x: }',
  'x: *',
  'x: *a',
  'x: &',
  'x: &a',
  'x: !',
  'x: !!',
  'x: |',
  'x: >',
  'x: @a',
  'x: %',
  'x: `',
  '?',
  '? x',
  ':',
  ': x',
  '#',
  '# x',
  '\t',
  'x:\t',
  '<<',
  '<<:',
  '<<: *',
  '<<: *x',
  '${',
  '${env:',
  'x: ${env:',
  'x: {{',
  '&',
  '*',
  '|',
  '>',
  '%',
  '@',
  '`',
  ',',
  '!',
  '...x',
  '\\',
];

describe('a flow file while one types', () => {
  const lines = shop.split('\n');
  for (const line of [2, 7, 8, 12, 14, 18]) {
    const above = lines[line] ?? '';
    it(`keeps all that is understood whatever stands below "${above.trim()}"`, () => {
      const indent = /^ */.exec(above)?.[0] ?? '';
      const lost: string[] = [];
      for (const text of typed) {
        const source = [...lines.slice(0, line + 1), indent + text, ...lines.slice(line + 1)].join('\n');
        const kept = new Set(names(readFlow(source)));
        for (const name of whole) if (!kept.has(name)) lost.push(`${JSON.stringify(text)} loses ${name}`);
      }
      assert.deepEqual(lost, []);
    });
  }

  it('keeps all but the line itself when any one line is cut off at any place', () => {
    const lost: string[] = [];
    for (const [n, line] of lines.entries()) {
      if (/^(?:flow|$)/.test(line) || line.trimEnd().endsWith(':')) continue;
      for (let column = line.search(/\S/) + 1; column < line.length; column++) {
        const source = [...lines.slice(0, n), line.slice(0, column), ...lines.slice(n + 1)].join('\n');
        const kept = names(readFlow(source)).length;
        // A line says at most two things: a name, and a route or a version.
        if (kept < whole.length - 2) lost.push(`${JSON.stringify(line.slice(0, column))} keeps ${kept}`);
      }
    }
    assert.deepEqual(lost, []);
  });

  it('never throws, and keeps all places inside the file, over 2,000 mutations of a file with all keys', function () {
    // Two thousand files take ten seconds on a slow machine; no more is meant by this than that it ends.
    this.timeout(60_000);
    const text = readFileSync(new URL('./all-keys.flow.yaml', import.meta.url), 'utf8');
    const next = random(2026);
    const bits = [
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ':',
      ' ',
      '\n',
      '\t',
      '- ',
      '# ',
      '&a ',
      '*a ',
      '<<: ',
      '${',
      '}',
      '\r',
      '\0',
      '1',
      'ü',
    ];
    for (let i = 0; i < 2_000; i++) {
      let source = text;
      for (let n = 1 + Math.floor(next() * 3); n > 0; n--) {
        const at = Math.floor(next() * source.length);
        const cut = next() < 0.4 ? Math.floor(next() * 30) : 0;
        source =
          source.slice(0, at) + (bits[Math.floor(next() * bits.length)] ?? '') + source.slice(at + cut);
      }
      const read = readFlow(`=== a.flow.yaml\n${source}`);
      const length = read.file.text.length;
      JSON.stringify([read.facts, read.problems, read.links], (_, value: unknown) => {
        if (typeof value === 'object' && value !== null && 'start' in value && 'end' in value) {
          const { start, end } = value as { start: number; end: number };
          assert.ok(start >= 0 && start <= end && end <= length, JSON.stringify({ source, start, end }));
        }
        return value;
      });
    }
  }).timeout(120_000);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ReadResult } from '../../../src/model/reader';
import { flowReader } from '../../../src/readers/flow/reader';
import type { SourceFile } from '../../../src/text/sourceFile';
import { fixture } from '../../support/fixture';
import { mutate, seeded } from '../../support/mutate';

const shop = `flow: 1
brokers:
  events: { protocol: kafka, url: "kafka.example:9093" }
  rabbit: { protocol: rabbitmq }
schemas:
  Order: { format: protobuf, versions: { "1": order.proto#Order } }
channels:
  # The first line of a section is in no piece.
  orders:
    broker: events
    partitions: 12
    schema: Order@1
    deadLetter: orders.dlq

  orders.dlq: { broker: events }
  mail:
    broker: rabbit
    queue: quorum
    bindings: [{ exchange: x, routingKey: ["a", "b"] }]
    description: |+
      Two lines
       of text # no comment

  x: { broker: rabbit, exchange: topic, unknown: 1 }
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders: { acks: 1, guarantee: at-least-once }
      x: { routingKey: a }
  billing:
    consumes:
      orders:
        group: billing
        onFailure:
          retries: 3
          deadLetter: orders.dlq
# Between two.
  "mailer":
    consumes: [mail]
`;

function at(text: string): SourceFile {
  return { ...fixture(shop).files[0]!, text };
}

function full(text: string): ReadResult {
  return flowReader.read(at(text), new Map());
}

/** Reads a text after another one; `quick` tells whether the earlier reading was taken up. */
function again(before: string, after: string): { result: ReadResult; quick: boolean } {
  const earlier = full(before);
  const result = flowReader.read(at(after), new Map(), { file: at(before), result: earlier });
  assert.deepEqual(result, full(after));
  return { result, quick: result.facts.some((fact) => earlier.facts.includes(fact)) };
}

describe('reading a flow file again after an edit', () => {
  const quick: [string, string, string][] = [
    ['a value', 'partitions: 12', 'partitions: 3'],
    ['a value that is wrong', 'partitions: 12', 'partitions: many'],
    ['what was wrong', ', unknown: 1', ''],
    ['a line at the end of an entry', '    deadLetter: orders.dlq\n', '    deadLetter: orders.dlq\n    replicas: 3\n'],
    ['a line right before the next entry', '\n\n  orders.dlq:', '\n\n    replicas: 3\n  orders.dlq:'],
    ['a line at the end of a section', 'routingKey: a }\n', 'routingKey: a }\n    consumes: [mail]\n'],
    ['a line less', '    schema: Order@1\n', ''],
    ['the last line of an entry', '    deadLetter: orders.dlq\n', ''],
    ['a route more', 'queue: quorum', 'queue: quorum\n    deadLetter: x'],
    ['a route less', ', "b"]', ']'],
    ['a publish more', '      x: { routingKey: a }', '      x: { routingKey: a }\n      mail: {}'],
    ['a service without anything', '\n    consumes: [mail]\n', '\n'],
    ['a comment', '# no comment', '# no'],
    ['a blank line', '  orders.dlq: {', '\n  orders.dlq: {'],
    ['the end of the file', 'consumes: [mail]\n', 'consumes: [mail]'],
    ['behind the end of the file', 'consumes: [mail]\n', 'consumes: [mail]\n    owner: post\n'],
  ];
  for (const [name, before, after] of quick) {
    it(`is quick for ${name}`, () => {
      assert.ok(shop.includes(before));
      assert.ok(again(shop, shop.replace(before, after)).quick);
      const windows = (text: string): string => text.replaceAll('\n', '\r\n');
      const changed = windows(shop.replace(before, after));
      // A line break of a last line less changes what is written behind the one before it.
      if (name !== 'the end of the file') assert.ok(again(windows(shop), changed).quick, 'with CRLF');
    });
  }

  const slow: [string, string, string][] = [
    ['a broker', 'kafka.example:9093', 'kafka.example:9092'],
    ['a broker\'s protocol', 'protocol: rabbitmq', 'protocol: nats'],
    ['the broker of a channel', 'x: { broker: rabbit', 'x: { broker: events'],
    ['the kind of a channel', 'exchange: topic', 'queue: classic'],
    ['a name', '  mail:', '  post:'],
    ['a name into that of another', '  orders.dlq:', '  orders:'],
    ['an entry more', '  mail:', '  post: {}\n  mail:'],
    ['two entries made one', '\n  orders.dlq: { broker: events }', ''],
    ['an entry outdented', '  mail:', ' mail:'],
    ['a section more', '  billing:', 'schemas:\n  billing:'],
    ['another document', '  billing:', '---\n  billing:'],
    ['an anchor', 'group: billing', 'group: &b billing'],
    ['a quote left open', 'group: billing', 'group: "billing'],
    ['a bracket left open', '{ acks: 1, guarantee: at-least-once }', '{ acks: 1'],
    ['a word without a colon', '    partitions: 12', '    part'],
    ['a lone return', 'group: billing', 'group:\r         billing'],
    ['a tab', '    partitions: 12', '\tpartitions: 12'],
  ];
  for (const [name, before, after] of slow) {
    it(`reads all after a change of ${name}`, () => {
      assert.ok(shop.includes(before));
      assert.ok(!again(shop, shop.replace(before, after)).quick);
    });
  }

  it('is quick again as soon as what was half typed is whole', () => {
    const earlier = full(shop);
    const half = at(shop.replace('    partitions: 12\n', '    partitions: 12\n    rep\n'));
    const broken = flowReader.read(half, new Map(), { file: at(shop), result: earlier });
    assert.deepEqual(broken, full(half.text));
    assert.ok(broken.problems.some((p) => p.code === 'syntax/yaml'));
    const whole = at(half.text.replace('    rep\n', '    replicas: 3\n'));
    const result = flowReader.read(whole, new Map(), { file: half, result: broken });
    assert.deepEqual(result, full(whole.text));
    assert.ok(result.facts.some((fact) => earlier.facts.includes(fact)));
  });

  it('gives what reading all gives, whatever is typed, edit upon edit', () => {
    const everything = readFileSync(new URL('./all-keys.flow.yaml', import.meta.url), 'utf8');
    let count = 0;
    for (const [seed, start] of [shop, everything, shop.replaceAll('\n', '\r\n')].entries()) {
      const random = seeded(seed + 1);
      let good = start;
      let file = at(start);
      let result = full(start);
      const seen = new Set<unknown>(result.facts);
      for (let i = 0; i < 500; i++) {
        const text = random() < 0.25 ? mutate(good, random) : typed(good, random);
        const now = flowReader.read(at(text), new Map(), { file, result });
        const wanted = full(text);
        assert.deepEqual(now, wanted, `${seed}/${i}\n${text}`);
        if (now.facts.some((fact) => seen.has(fact))) count++;
        // From a broken text all is taken up that the last whole one gave.
        if (random() < 0.05) good = start;
        else if (!wanted.problems.some((p) => p.code.startsWith('syntax/'))) good = text;
        [file, result] = text === good || random() < 0.5 ? [at(text), now] : [at(good), full(good)];
        for (const fact of result.facts) seen.add(fact);
      }
    }
    assert.ok(count > 250, `${count} quick readings`);
  }).timeout(30_000);
});

/** The text after an edit as people make them: a value, a line, a few letters. */
function typed(text: string, random: () => number): string {
  const lines = text.split(/(?<=\n)/);
  const n = Math.floor(random() * lines.length);
  const line = lines[n] ?? '';
  const other = lines[Math.floor(random() * lines.length)] ?? '';
  switch (Math.floor(random() * 7)) {
    case 0: lines[n] = line.replace(/(?<=: )[^\s{[]+/, ['3', 'all', 'x', '"q"', '${X:-1}', '|'][Math.floor(random() * 6)]!); break;
    case 1: lines.splice(n, 0, line); break;
    case 2: lines.splice(n, 1); break;
    case 3: lines.splice(n, 0, other); break;
    case 4: lines[n] = ` ${line}`; break;
    case 5: lines[n] = line.replace(/\w(?=\W*$)/, 'y'); break;
    default: lines.splice(n, 0, `${/^ */.exec(line)![0]}replicas: 3${line.endsWith('\r\n') ? '\r\n' : '\n'}`);
  }
  return lines.join('');
}

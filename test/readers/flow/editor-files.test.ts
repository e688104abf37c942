import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  alternatives,
  flowSchema,
  resolveSchema,
  type SchemaNode,
} from '../../../src/model/flowSchema/schema';
import { readFlow } from './read';

const json = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../syntaxes/${name}`, import.meta.url), 'utf8'));

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

/** A snippet with the first choice of each stop, as it stands when one tabs through it. */
function expanded(snippet: Snippet): string {
  return snippet.body
    .join('\n')
    .replace(/(?<!\\)\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/(?<!\\)\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/(?<!\\)\$\d/g, '')
    .replaceAll('\\$', '$');
}

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** The file around a snippet: what its prefix says it is. */
function around(prefix: string, body: string): string {
  const brokers =
    'flow: 1\nbrokers:\n  events: { protocol: kafka }\n  work: { protocol: rabbitmq }\n' +
    '  field: { protocol: mqtt }\n  inside: { protocol: nats }\n';
  const channels =
    `${brokers}channels:\n  orders.placed: { broker: events }\n  mail.in: { broker: work, exchange: topic }\n` +
    '  mail.out: { broker: work, queue: quorum }\n  trucks/+/position: { broker: field }\n  jobs.done: { broker: inside, stream: }\n';
  switch (prefix.split('-')[0]) {
    case 'flow':
      return body;
    case 'broker':
      return `flow: 1\nbrokers:\n${indented(body, 2)}\n`;
    case 'schema':
      return `flow: 1\nschemas:\n${indented(body, 2)}\n`;
    case 'channel':
      return `${brokers}channels:\n${indented(body, 2)}\n`;
    case 'service':
      return `${channels}services:\n${indented(body, 2)}\n`;
    case 'publish':
      return `${channels}services:\n  s:\n    publishes:\n${indented(body, 6)}\n`;
    case 'consume':
      return `${channels}services:\n  s:\n    consumes:\n${indented(body, 6)}\n`;
    case 'on':
      return `${channels}services:\n  s:\n    consumes:\n      orders.placed:\n${indented(body, 8)}\n`;
    default:
      throw new Error(`no place is known for the snippet ${prefix}`);
  }
}

describe('snippets', () => {
  const snippets = json('flow.snippets.json') as Record<string, Snippet>;
  for (const [name, snippet] of Object.entries(snippets)) {
    it(`"${name}" is read without problems`, () => {
      const read = readFlow(around(snippet.prefix, expanded(snippet)));
      assert.equal(read.report, '');
      assert.ok(read.facts.length > 0);
    });
  }

  it('are there for each protocol and each kind of block', () => {
    const prefixes = new Set(Object.values(snippets).map((s) => s.prefix));
    for (const kind of ['broker', 'publish', 'consume']) {
      for (const protocol of ['kafka', 'rabbitmq', 'mqtt', 'nats'])
        assert.ok(prefixes.has(`${kind}-${protocol}`));
    }
  });
});

interface Pattern {
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly patterns?: readonly Pattern[];
}

describe('the grammar', () => {
  const grammar = json('flow.tmLanguage.json') as {
    scopeName: string;
    patterns: Pattern[];
    repository: Record<string, Pattern>;
  };
  const all = (pattern: Pattern): Pattern[] => [pattern, ...(pattern.patterns ?? []).flatMap(all)];
  const patterns = [...grammar.patterns, ...Object.values(grammar.repository)].flatMap(all);

  it('knows every key of the schema', () => {
    const keys = new Set<string>();
    const walk = (node: SchemaNode): void => {
      for (const schema of alternatives(node)) {
        for (const [key, below] of Object.entries(schema.properties ?? {})) {
          keys.add(key);
          walk(resolveSchema(below));
        }
        if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties);
        if (schema.items) walk(schema.items);
      }
    };
    walk(flowSchema);
    const [sections, known] = (grammar.repository['key']?.patterns ?? []).map(
      (p) => new RegExp(p.match ?? ''),
    );
    const missing = [...keys].filter((key) => !sections?.test(`${key}: x`) && !known?.test(`${key}: x`));
    assert.deepEqual(missing, []);
    assert.equal(known?.test('orders.placed: x'), false);
  });

  it('has no pattern that cannot be compiled and no include that leads nowhere', () => {
    for (const { match, begin, end, include } of patterns) {
      // \G (the end of the last match), and \1 of another pattern, are Oniguruma's own.
      const ours = [match, begin, end].filter((source) => source !== undefined && !/\\[G1]/.test(source));
      for (const source of ours) assert.ok(new RegExp(source ?? '') instanceof RegExp);
      if (include) assert.ok(grammar.repository[include.slice(1)], include);
    }
  });

  it('tells references, placeholders, durations and sizes apart', () => {
    const first = (rule: string, text: string): string | undefined =>
      all(grammar.repository[rule] ?? {})
        .map((p) => new RegExp(p.match ?? p.begin ?? '(?!)').exec(text)?.[0])
        .find(Boolean);
    assert.equal(first('reference', 'schema: OrderPlaced@2'), 'OrderPlaced@2');
    assert.equal(first('reference', 'client: kafka-java@3.9 # x'), 'kafka-java@3.9');
    assert.equal(first('quantity', 'retention: 7d'), '7d');
    assert.equal(first('quantity', '{ maxLengthBytes: 10MiB, ttl: 1h30m }'), '1h30m');
    assert.equal(first('quantity', 'name: 7dwarfs'), undefined);
    assert.equal(first('placeholder', 'url: ${env:A:-b}'), '${env:A');
    assert.equal(first('constant', 'durable: true'), 'true');
    assert.equal(first('word', 'ordering: per-key # x'), 'per-key');
  });
});

describe('the language configuration', () => {
  it('takes names of channels and references as words, and indents below a key', () => {
    const configuration = json('language-configuration.json') as {
      wordPattern: string;
      indentationRules: { increaseIndentPattern: string };
    };
    const words = [
      ...'deadLetter: orders.placed-dlq # OrderPlaced@2'.matchAll(new RegExp(configuration.wordPattern, 'g')),
    ];
    assert.deepEqual(
      words.map((w) => w[0]),
      ['deadLetter', 'orders.placed-dlq', 'OrderPlaced@2'],
    );
    const increase = new RegExp(configuration.indentationRules.increaseIndentPattern);
    assert.deepEqual(
      ['channels:', '  a: # x', '  a: {', 'a: b', '# a:'].map((l) => increase.test(l)),
      [true, true, true, false, false],
    );
  });
});

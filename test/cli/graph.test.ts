import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, faulty, inFolder, tailrace } from './support';

const folder = { 'shop.flow.yaml': faulty, 'order-v1.avsc': contract };

describe('tailrace graph', () => {
  it('prints the JSON of the design', () => {
    inFolder(folder, (cwd) => {
      const { code, out } = tailrace(['graph', '--format', 'json'], cwd);
      const graph = JSON.parse(out) as {
        version: number;
        nodes: { id: string; kind: string; label: string; protocol: string | null; broker: string | null; at: unknown }[];
        edges: { from: string; to: string; kind: string; at: unknown }[];
      };
      assert.equal(code, 0);
      assert.equal(graph.version, 1);
      assert.deepEqual(graph.nodes.map((n) => [n.kind, n.label, n.broker]), [
        ['broker', 'events', null],
        ['channel', 'orders', 'events'],
        ['channel', 'orders.dead', 'events'],
        ['service', 'billing', null],
        ['service', 'checkout', null],
        ['service', 'clinic', null],
      ]);
      const label = (id: string): string | undefined => graph.nodes.find((n) => n.id === id)?.label;
      assert.deepEqual(graph.edges.map((e) => `${label(e.from)} ${e.kind} ${label(e.to)}`).sort(), [
        'checkout publish orders',
        'orders consume billing',
        'orders dead-letter orders.dead',
        'orders.dead consume clinic',
      ]);
      assert.deepEqual(graph.nodes.find((n) => n.label === 'orders')?.at, {
        file: 'shop.flow.yaml', range: { start: { line: 7, column: 3 }, end: { line: 7, column: 9 } },
      });
    });
  });

  it('writes the file that its ending asks for', () => {
    inFolder(folder, (cwd) => {
      assert.equal(tailrace(['graph', '--out', 'flows.svg'], cwd).code, 0);
      const svg = readFileSync(join(cwd, 'flows.svg'), 'utf8');
      assert.match(svg, /^(<\?xml[^>]*>\s*)?<svg /);
      for (const name of ['checkout', 'orders.dead', 'billing', 'events']) assert.ok(svg.includes(`>${name}<`), name);
      assert.ok(!/<script/i.test(svg));
      assert.equal(tailrace(['graph', '--out', 'flows.dot'], cwd).code, 0);
      assert.match(readFileSync(join(cwd, 'flows.dot'), 'utf8'), /^digraph/);
      assert.match(tailrace(['graph', '--format', 'mermaid'], cwd).out, /^flowchart LR/);
    });
  });

  it('shows the flows as text by default', () => {
    inFolder(folder, (cwd) => {
      assert.equal(tailrace(['graph'], cwd).out, [
        'events  Kafka',
        '  orders  3 part. · RF 3 · Order@1',
        '    <- checkout  (acks=1)',
        '    -> billing  (group billing)',
        '    ~> orders.dead',
        '  orders.dead  3 part. · RF 3 · Order@1',
        '    -> clinic  (group clinic)',
        '',
      ].join('\n'));
    });
  });

  it('narrows to what flows to and from one name', () => {
    inFolder({
      ...folder,
      'other.flow.yaml': 'flow: 1\nchannels:\n  elsewhere: { broker: events }\nservices:\n  stranger: { publishes: { elsewhere: } }\n',
    }, (cwd) => {
      const { out } = tailrace(['graph', '--focus', 'checkout'], cwd);
      assert.match(out, /orders\.dead/);
      assert.ok(!out.includes('stranger'), out);
    });
  });
});

describe('tailrace rules', () => {
  it('lists every rule of the docs', () => {
    const { rules } = JSON.parse(tailrace(['rules', '--format', 'json']).out) as { rules: { name: string; docs: string; sources: string[] }[] };
    assert.ok(rules.length >= 31, `${rules.length} rules`);
    for (const rule of rules) {
      assert.ok(rule.docs.endsWith(`docs/rules/${rule.name}.md`), rule.docs);
      if (!rule.name.startsWith('lint/')) assert.ok(rule.sources.length > 0, `${rule.name} has no source`);
    }
    const markdown = tailrace(['rules', '--format', 'markdown']).out;
    for (const rule of rules) assert.ok(markdown.includes(`| [${rule.name}](`), rule.name);
  });
});

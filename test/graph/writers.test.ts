import assert from 'node:assert/strict';
import { buildGraph } from '../../src/graph/build';
import { graphDot } from '../../src/graph/dot';
import { graphJson } from '../../src/graph/json';
import { layoutGraph } from '../../src/graph/layout';
import { graphMermaid } from '../../src/graph/mermaid';
import { graphSvg } from '../../src/graph/svg';
import type { Drawable } from '../../src/graph/types';
import { LineIndex } from '../../src/text/lineIndex';
import { fixtureModel } from '../support/fixture';
import { elk } from './elk';
import { shop } from './sample';

const none = { errors: 0, warnings: 0, infos: 0 };

/** Names as an attacker or a careless hand would choose them. */
const nasty: Drawable = {
  nodes: [
    {
      id: 'channel:end',
      kind: 'channel',
      label: 'end',
      detail: '"quoted" \\ back',
      channelKind: 'topic',
      problems: none,
    },
    {
      id: 'service:</text><script>alert(1)</script>',
      kind: 'service',
      label: '</text><script>alert(1)</script>',
      detail: 'two\nlines & \u0000null',
      problems: none,
    },
  ],
  edges: [
    {
      id: 'publish:x',
      from: 'service:</text><script>alert(1)</script>',
      to: 'channel:end',
      kind: 'publish',
      label: 'a"b|c<d>\n#e',
      problems: none,
    },
  ],
};

describe('writing a graph', () => {
  it('as JSON of the documented shape, places from 1', () => {
    const read = fixtureModel(
      'flow: 1\nchannels:\n  orders: {}\nservices:\n  shop:\n    publishes:\n      orders: {}\n',
    );
    const text = graphJson(buildGraph(read.model), (at) => {
      const lines = new LineIndex(read.text(at.file));
      const place = (offset: number): { line: number; column: number } => {
        const { line, column } = lines.position(offset);
        return { line: line + 1, column: column + 1 };
      };
      return { file: 'test.flow.yaml', range: { start: place(at.start), end: place(at.end) } };
    });
    const at = (line: number, from: number, to: number): unknown => ({
      file: 'test.flow.yaml',
      range: { start: { line, column: from }, end: { line, column: to } },
    });
    assert.deepEqual(JSON.parse(text), {
      version: 1,
      nodes: [
        {
          id: 'channel:orders',
          kind: 'channel',
          label: 'orders',
          protocol: null,
          broker: null,
          at: at(3, 3, 9),
        },
        { id: 'service:shop', kind: 'service', label: 'shop', protocol: null, broker: null, at: at(5, 3, 7) },
      ],
      edges: [{ from: 'service:shop', to: 'channel:orders', kind: 'publish', at: at(7, 7, 13) }],
    });
    assert.ok(text.endsWith('}\n'));
  });

  it('as Mermaid, brokers as subgraphs, dead letters dashed', () => {
    const lines = graphMermaid(shop)
      .split('\n')
      .map((line) => line.trim());
    assert.equal(lines[0], 'flowchart LR');
    for (const line of [
      'subgraph n0["events · Kafka 4.1 · production"]',
      'n2(["orders.placed<br/>12 part. · RF 3 · OrderPlaced@2"])',
      'n5{{"mail<br/>topic exchange"}}',
      'n8 -->|"acks=all"| n2',
      'n6 -.-> n7',
      'class n4 undeclared',
    ])
      assert.ok(lines.includes(line), line);
  });

  it('as Mermaid without letting a name out of its label', () => {
    assert.equal(
      graphMermaid(nasty),
      [
        'flowchart LR',
        '  n0(["end<br/>#34;quoted#34; #92; back"])',
        '  n1["#60;/text#62;#60;script#62;alert#40;1#41;#60;/script#62;<br/>two lines #38; #0;null"]',
        '  n1 -->|"a#34;b#124;c#60;d#62; #35;e"| n0',
        '',
      ].join('\n'),
    );
  });

  it('as DOT, quoted', () => {
    const text = graphDot(nasty);
    assert.ok(
      text.includes('"channel:end" [label="end\\n\\"quoted\\" \\\\ back", shape=box, style=rounded];'),
      text,
    );
    assert.ok(text.includes('[label="a\\"b|c<d>\\n#e"]'), text);
    assert.ok(
      graphDot(shop).includes('subgraph cluster_1 {\n    label="work · RabbitMQ 4.1 · vhost /shop";'),
    );
  });

  it('as SVG: well-formed, no scripts, every name and count in it', async () => {
    const svg = graphSvg(nasty, await layoutGraph(nasty, elk));
    assert.doesNotMatch(svg, /<script|\u0000/);
    assert.match(svg, /&lt;script&gt;/);
    const drawn = graphSvg(shop, await layoutGraph(shop, elk));
    for (const node of shop.nodes) assert.ok(drawn.includes(`>${node.label}<`), node.label);
    assert.match(
      drawn,
      /<title>orders\.placed, Kafka topic, 12 part\. · RF 3 · OrderPlaced@2, 2 errors, 1 warning<\/title>/,
    );
    assert.match(drawn, /class="edge dead"/);
    assert.match(drawn, /prefers-color-scheme:dark/);
    assert.equal(drawn.split('<g').length, drawn.split('</g>').length);
  });

  it('as SVG with live figures only where they are given, and with the same places', async () => {
    const layout = await layoutGraph(shop, elk);
    const figures = [{
      id: 'channel:orders.placed.dlq', broker: 'broker:events', facts: [], health: 'error',
      badges: [{ text: '17 dead letters <b>', tone: 'error', sign: 'alert', far: true }],
    }, { id: 'publish:checkout>orders.placed', broker: 'broker:events', facts: [], rate: 1214, health: 'good', badges: [] }] as const;
    const drawn = graphSvg(shop, layout, { figures });
    assert.match(drawn, /17 dead letters &lt;b&gt;/);
    assert.match(drawn, /class="edge rate-5 health-good"/);
    const bare = graphSvg(shop, layout);
    assert.doesNotMatch(bare, /class="pill|rate-5 health/);
    assert.equal(drawn.replace(/<g class="pill[^]*?<\/g>\n/g, '').replace(' rate-5 health-good', ''), bare);
  });

  it('as SVG of nothing: says so', () => {
    const empty = { nodes: [], edges: [] };
    assert.match(graphSvg(empty, { width: 0, height: 0, nodes: [], edges: [] }), /No flows here yet/);
  });
});

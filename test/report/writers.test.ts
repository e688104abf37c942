import assert from 'node:assert/strict';
import { checklistHtml } from '../../src/report/html';
import { checklistJson } from '../../src/report/json';
import { checklistMarkdown } from '../../src/report/markdown';
import { checklistPretty } from '../../src/report/pretty';
import { points, type Checklist } from '../../src/report/checklist';
import { partOf } from '../../src/report/build';
import type { SourceRange } from '../../src/text/range';
import { checklist } from './support';

const shop = `flow: 1
brokers: { events: { protocol: kafka } }
channels:
  orders: { broker: events }
services:
  checkout: { client: kafka-java@3.9, publishes: { orders: { acks: 1 } } }
  billing: { consumes: { orders: { guarantee: at-least-once, idempotentBy: order_id } } }
  audit: { consumes: { orders: { guarantee: best-effort } } }
`;

/** A name that would be markup, a link or a new row if it were not shown as text. */
const hostile = `flow: 1
brokers: { events: { protocol: kafka } }
channels:
  "a|b [x](javascript:alert(1)) <img src=x onerror=alert(1)>": { broker: events }
services:
  "<script>alert(1)</script>": { publishes: { "a|b [x](javascript:alert(1)) <img src=x onerror=alert(1)>": { acks: 1 } } }
  "b\\nc": { consumes: { "a|b [x](javascript:alert(1)) <img src=x onerror=alert(1)>": } }
`;

const shown = (at: SourceRange): { label: string; href: string } => ({ label: `test.flow.yaml:${at.start}`, href: `test.flow.yaml#${at.start}` });
const jsonPlace = (at: SourceRange) => ({
  file: 'test.flow.yaml', range: { start: { line: 1, column: at.start + 1 }, end: { line: 1, column: at.end + 1 } },
});
const made = (files = shop): Checklist => checklist(files).made;

describe('the checklist of the whole', () => {
  it('has the ten points, each not met as soon as one flow does not meet it', () => {
    const { whole, flows } = made();
    assert.deepEqual(whole.map((one) => one.id), points.map((one) => one.id));
    assert.deepEqual(flows.map((one) => one.guarantee.flow.id), ['checkout > orders > audit', 'checkout > orders > billing']);
    const waits = whole.find((one) => one.id === 'producer-waits');
    assert.deepEqual(waits?.counts, { met: 1, 'not-met': 1, unknown: 0 });
    assert.equal(waits?.status, 'not-met');
    assert.match(waits?.evidence ?? '', /^Not met in 1 of 2 flows\. checkout > orders > billing: checkout publishes to topic orders with acks=1/);
    assert.equal(whole.find((one) => one.id === 'idempotent-consumers')?.evidence, 'Met in all 2 flows.');
  });

  it('is unknown where there is no flow', () => {
    const { whole } = made('flow: 1\n');
    assert.ok(whole.every((one) => one.status === 'unknown' && /No file shows a flow/.test(one.evidence)));
    assert.match(checklistPretty(made('flow: 1\n'), () => '', (_, t) => t), /^No file shows a flow/);
  });

  it('counts anew for a part', () => {
    const part = partOf(made(), (flow) => flow.guarantee.flow.consume.service.name === 'audit');
    assert.deepEqual(part.whole.find((one) => one.id === 'producer-waits')?.counts, { met: 1, 'not-met': 0, unknown: 0 });
  });
});

describe('the writers of the checklist', () => {
  it('write JSON with every key, nulls where nothing is said', () => {
    const json = JSON.parse(checklistJson(made(), jsonPlace)) as {
      version: number;
      flows: { flow: string; declared: string | null; points: { id: string; status: string; evidence: string; at: unknown; next: string | null }[] }[];
      summary: { flows: number; met: number; notMet: number; unknown: number; points: { id: string; counts: object }[] };
    };
    assert.equal(json.version, 1);
    assert.deepEqual(json.flows.map((f) => f.flow), ['checkout > orders > audit', 'checkout > orders > billing']);
    for (const flow of json.flows) {
      assert.deepEqual(flow.points.map((p) => p.id), points.map((p) => p.id));
      for (const p of flow.points) {
        assert.ok(['met', 'not-met', 'unknown'].includes(p.status));
        assert.ok(/[.!]$/.test(p.evidence), p.evidence);
        assert.ok('at' in p && 'next' in p);
        if (p.status === 'unknown') assert.notEqual(p.next, null, `${p.id} says what would settle it`);
      }
    }
    assert.equal(json.summary.met + json.summary.notMet + json.summary.unknown, 10);
    assert.equal(json.summary.flows, 2);
  });

  it('write the same bytes for the same files', () => {
    for (const write of [() => checklistJson(made(), jsonPlace), () => checklistMarkdown(made(), shown), () => checklistHtml(made(), shown)]) {
      assert.equal(write(), write());
    }
  });

  it('write Markdown in which names are text, and each row is one line', () => {
    const markdown = checklistMarkdown(made(hostile), shown);
    assert.ok(!/[^\\]<(img|script)/.test(markdown), markdown);
    assert.ok(!/[^\\]\[x\]\(javascript/.test(markdown), markdown);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 2 * 12);
    for (const line of rows.slice(0, 12)) assert.equal(line.replace(/\\\|/g, '').split('|').length, 7, line);
    assert.match(checklistMarkdown(made(), shown), /\| 3 Producer waits for the broker \| ✘\u00a0not\u00a0met \| 1 of 2 \| .*\[test.flow.yaml:\d+\]\(test.flow.yaml#\d+\) \|/);
  });

  it('show all flows at a glance', () => {
    assert.match(checklistMarkdown(made(), shown), /\n\| flow \| 1 \| 2 \| 3 .*\n\| --- (\| :-: ){10}\|\n\| checkout → orders → audit( \| [✔✘?]){10} \|\n/);
  });

  it('write one HTML file without scripts, in which names are text', () => {
    const html = checklistHtml(made(hostile), shown);
    assert.ok(!/<script|<img|\son\w+=[^&]*>/i.test(html.replace(/&lt;[^]*?&gt;/g, '')), html);
    assert.ok(!/(src|href)="(?!test\.flow\.yaml#|#flow-)/.test(html));
    assert.match(html, /default-src 'none'/);
    assert.equal(html.match(/<tr>/g)?.length, 2 * 11);
    const two = checklistHtml(made(), shown);
    assert.match(two, /<th scope="row"><a href="#flow-2">checkout → orders → billing<\/a><\/th>/);
    assert.match(two, /<section id="flow-2">\n<h2>checkout → orders → billing<\/h2>/);
  });

  it('write lines for a terminal', () => {
    const pretty = checklistPretty(made(), (at) => `test.flow.yaml:${at.start}`, (_, t) => t);
    assert.match(pretty, /^checkout → orders → audit\n {2}audit declares best-effort; the settings give at-least-once\.\n/);
    assert.match(pretty, /\n {2}✘ not met Producer waits for the broker\n {6}checkout publishes to topic orders with acks=1\. test\.flow\.yaml:\d+\n {6}→ Set acks=all\.\n/);
    assert.match(pretty, /\n2 flows\. Of 10 points \d met, \d not met, \d unknown\.\n/);
  });
});

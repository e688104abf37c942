import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FlowModel } from '../../src/model/model';
import { nodeFiles } from '../../src/workspace/nodeFiles';
import { pathOfNative } from '../../src/workspace/uri';
import { Workspace } from '../../src/workspace/workspace';
import { notRun } from '../support/not-run';
import { parseExpectation, systemGraph, type SystemGraph } from './systemGraph';
import { score, together, type Score, type Tally } from './systemScore';

const corpus = resolve(import.meta.dirname, '../../../shared/corpus');
const folder = join(import.meta.dirname, 'systems');
const names = readdirSync(folder).filter((name) => name.endsWith('.txt')).sort();

describe('corpus: systems as their owners would draw them', () => {
  const scores = new Map<string, Score>();

  before(function () {
    if (existsSync(corpus)) return;
    notRun(this, 'the corpus of real files is not there', 'put it in ../shared/corpus', false);
  });

  for (const name of names) {
    it(name, () => {
      const expected = parseExpectation(readFileSync(join(folder, name), 'utf8'));
      const model = modelOf(join(corpus, expected.system));
      const result = score(expected, systemGraph(model, expected.aliases));
      scores.set(name, result);
      for (const what of ['nodes', 'edges'] as const) {
        const floor = expected.floors[what];
        const said = `${what}: ${told(result[what])}; the floor is ${floor.precision} and ${floor.recall}`;
        assert.ok(result[what].precision >= floor.precision && result[what].recall >= floor.recall, said);
      }
    });
  }

  after(() => {
    if (scores.size > 0) console.log(table(scores));
  });
});

/** The folder as an editor would open it, at default settings. */
function modelOf(path: string): FlowModel {
  assert.ok(existsSync(path), `${path} is not there`);
  const workspace = new Workspace(nodeFiles);
  workspace.setFolders([pathOfNative(path)]);
  for (const _ of workspace.scan()) continue;
  return workspace.view.model;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

function told({ matched, missing, extra, precision, recall }: Tally): string {
  const counts = `${matched} found, ${missing.length} missing, ${extra.length} extra`;
  return `precision ${percent(precision)}, recall ${percent(recall)} (${counts})`;
}

/** Under each system what is missing (-), what is beyond (+), and what is told but does not count (?). */
function table(scores: ReadonlyMap<string, Score>): string {
  const all = [...scores.values()];
  const systems = [...scores].flatMap(([name, { nodes, edges, remarks }]) => [
    '', name,
    `  nodes ${told(nodes)}`, `  edges ${told(edges)}`,
    ...[...nodes.missing, ...edges.missing].map((line) => `    - ${line}`),
    ...[...nodes.extra, ...edges.extra].map((line) => `    + ${line}`),
    ...remarks.map((line) => `    ? ${line}`),
  ]);
  return [
    ...systems, '', 'all systems',
    `  nodes ${told(together(all.map((s) => s.nodes)))}`, `  edges ${told(together(all.map((s) => s.edges)))}`,
  ].join('\n');
}

describe('scoring of systems', () => {
  const expected = parseExpectation(`
    system shop
    floor nodes 0.5 0.75
    # why
    broker kafka
    channel kafka orders
    channel kafka paid
    maybe channel kafka offsets
    broker rabbitmq
    channel rabbitmq queue mail
    service checkout | shop
    service billing

    publish checkout -> orders
    consume orders -> billing
    route orders -> mail mirror
    maybe consume paid -> billing
  `);
  const whole: SystemGraph = {
    brokers: [
      { name: 'q', protocol: 'rabbitmq', channels: ['channel rabbitmq queue mail'] },
      { name: 'k', protocol: 'kafka', channels: ['channel kafka orders', 'channel kafka paid'] },
    ],
    nodes: expected.nodes, edges: expected.edges,
  };

  it('reads floors, aliases and what only may be there', () => {
    assert.deepEqual(expected.floors.nodes, { precision: 0.5, recall: 0.75 });
    assert.deepEqual(expected.floors.edges, { precision: 0, recall: 0 });
    assert.deepEqual([...expected.aliases], [['shop', 'checkout']]);
    assert.deepEqual([...expected.maybe], ['channel kafka offsets', 'consume paid -> billing']);
    assert.equal(expected.nodes.length, 5);
  });

  it('refuses a line it does not know, and an edge with an end that no line gives', () => {
    assert.throws(() => parseExpectation('system s\nqueue mail'), /"queue mail" is no line/);
    const loose = 'system s\nservice a\npublish a -> orders';
    assert.throws(() => parseExpectation(loose), /nothing above is "orders"/);
  });

  it('finds everything in the whole', () => {
    const { nodes, edges, remarks } = score(expected, whole);
    assert.deepEqual(nodes, { matched: 7, missing: [], extra: [], precision: 1, recall: 1 });
    assert.deepEqual([edges.matched, edges.missing, edges.extra], [3, [], []]);
    assert.deepEqual(remarks, []);
  });

  it('counts what is missing, what is beyond and what is there twice', () => {
    const { nodes, edges } = score(expected, {
      ...whole,
      nodes: [
        'channel kafka orders', 'channel kafka orders', 'channel kafka offsets',
        'service billing', 'service cron',
      ],
      edges: ['publish checkout -> orders', 'consume paid -> billing', 'consume paid -> billing'],
    });
    assert.deepEqual(nodes.missing, [
      'channel kafka paid', 'channel rabbitmq queue mail', 'service checkout',
    ]);
    assert.deepEqual(nodes.extra, ['channel kafka orders', 'service cron']);
    assert.deepEqual([nodes.precision, nodes.recall], [4 / 6, 4 / 7]);
    assert.deepEqual(edges.extra, ['consume paid -> billing']);
    assert.deepEqual([edges.precision, edges.recall], [1 / 2, 1 / 3]);
  });

  it('knows a broker by its protocol and at least half of its channels', () => {
    const { nodes, remarks } = score(expected, {
      ...whole,
      brokers: [
        {
          name: 'a', protocol: 'kafka',
          channels: ['channel kafka orders', 'channel kafka offsets', 'channel kafka x'],
        },
        { name: 'b', protocol: 'kafka', channels: [] },
        { name: 'c', protocol: 'rabbitmq', channels: [] },
      ],
    });
    assert.deepEqual(nodes.missing, ['broker rabbitmq of 1']);
    assert.deepEqual(nodes.extra, ['broker kafka "b"', 'broker rabbitmq "c"']);
    assert.deepEqual(remarks, [
      'broker "a" also holds channel kafka x', 'broker "a" does not hold channel kafka paid',
    ]);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, tailrace } from './support';

/** The rules in the table of an example's README, as often as they stand there. */
function listedFaults(example: string): string[] {
  const readme = readFileSync(join(root, 'examples', example, 'README.md'), 'utf8');
  return [...readme.matchAll(/^\|.*?\| `([a-z]+\/[a-z0-9-]+)` \|/gm)].map((m) => m[1] ?? '').sort();
}

describe('examples', () => {
  for (const [example, least] of [['shop', 8], ['fleet', 5], ['payments', 3], ['brownfield', 6]] as const) {
    it(`${example} has the faults that its README lists, and no others`, () => {
      const listed = listedFaults(example);
      assert.equal(listed.length, least);
      const { out } = tailrace(['check', '--format', 'json', `examples/${example}`]);
      const found = (JSON.parse(out) as { problems: { rule: string }[] }).problems.map((p) => p.rule).sort();
      assert.deepEqual(found, listed);
    });

    it(`${example} draws every service at a channel`, () => {
      const { out } = tailrace(['graph', '--format', 'json', `examples/${example}`]);
      const graph = JSON.parse(out) as { nodes: { id: string; kind: string }[]; edges: { from: string; to: string }[] };
      const services = graph.nodes.filter((n) => n.kind === 'service');
      assert.ok(services.length >= 4);
      for (const { id } of services) assert.ok(graph.edges.some((e) => e.from === id || e.to === id), id);
    });
  }
});

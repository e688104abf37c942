import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { graphDot } from '../../src/graph/dot';
import { graphMermaid } from '../../src/graph/mermaid';
import { nodeFiles } from '../../src/workspace/nodeFiles';
import { pathOfNative } from '../../src/workspace/uri';
import { Workspace, type Snapshot } from '../../src/workspace/workspace';

const corpus = resolve(__dirname, '../../../shared/corpus');

/** Every range of every problem, and every node of the graph, must lie in a text that is there. */
function assertSound(snapshot: Snapshot): void {
  for (const problems of snapshot.problems.values()) {
    for (const problem of problems) {
      const edits = (problem.fixes ?? []).flatMap((fix) => fix.edits);
      for (const { at } of [problem, ...(problem.related ?? []), ...edits]) {
        const length = snapshot.file(at.file)?.file.text.length;
        assert.ok(length !== undefined, `${problem.code} points into ${at.file}, which was not read`);
        assert.ok(at.start >= 0 && at.start <= at.end && at.end <= length, `${problem.code} at ${at.start}-${at.end} of ${at.file}`);
      }
      assert.ok(!/\{\w+\}|undefined|\[object/.test(problem.message.replace(/[“"`'/.\w-]*\{\w+\}[\w./-]*/g, '')), problem.message);
    }
  }
  const ids = new Set(snapshot.graph.nodes.map((node) => node.id));
  assert.equal(ids.size, snapshot.graph.nodes.length, 'node ids are unique');
  for (const edge of snapshot.graph.edges) assert.ok(ids.has(edge.from) && ids.has(edge.to), edge.id);
  assert.match(graphMermaid(snapshot.graph), /^flowchart LR/);
  assert.match(graphDot(snapshot.graph), /^digraph/);
}

// The corpus belongs to the workplace, not to the project: without the folder there is nothing to test.
(existsSync(corpus) ? describe : () => {})('the corpus', () => {
  const paths = readFileSync(resolve(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
    .map((line) => line.split('\t')).map(([, repo, path]) => resolve(corpus, (repo ?? '').replace('/', '+'), path ?? ''));

  it('has the files that its index lists', () => {
    assert.ok(paths.length >= 400, `${paths.length} files`);
    assert.deepEqual(paths.filter((path) => !existsSync(path)), []);
  });

  it('is checked and drawn file by file', () => {
    for (const path of paths) {
      const workspace = new Workspace(nodeFiles);
      workspace.open(pathOfNative(path), readFileSync(path, 'utf8'));
      assertSound(workspace.snapshot);
    }
  });

  it('is checked and drawn as one folder', () => {
    const workspace = new Workspace(nodeFiles);
    workspace.setFolders([pathOfNative(corpus)]);
    for (const _ of workspace.scan()) continue;
    assertSound(workspace.snapshot);
    assert.ok(workspace.snapshot.model.files.size > 80, `${workspace.snapshot.model.files.size} files read`);
  });
});

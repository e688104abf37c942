import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import type { StoredFile } from '../../src/workspace/store';
import { Workspace } from '../../src/workspace/workspace';

const path = '/w/shop.flow.yaml';
const original = readFileSync(resolve(import.meta.dirname, '../../examples/shop/shop.flow.yaml'), 'utf8');

/** Numbers that look like chance and are the same in every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

const snippets = [
  '\n', ' ', '  ', ':', '#', '"', '{', '}', '- ', 'x', 'acks: 1', '\n    broker: stock', '\n  new.channel: {}', '&a ', '*a',
  ' # note\n', '\r\n', ', qos: 1', 'orders.placed', 'ü🚚',
];

/** Something that a person might do at one place: type, delete, repeat a line. */
function edited(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  switch (next(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + next(12));
    case 1: {
      const end = text.indexOf('\n', at) + 1;
      return text.slice(0, end) + text.slice(at, end) + text.slice(end);
    }
    default:
      return text.slice(0, at) + (snippets[next(snippets.length)] ?? '') + text.slice(at);
  }
}

/** What a file says, in a form that can be compared. */
function said(workspace: Workspace): { facts: unknown; problems: unknown } {
  const { problems } = workspace.snapshot;
  const stored: StoredFile | undefined = workspace.store.get(path);
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;
  return { facts: plain(stored?.read.result.facts), problems: plain([...problems.values()].flat()) };
}

function open(text: string): Workspace {
  const workspace = new Workspace(new MemoryFiles({ [path]: original }));
  workspace.setFolders(['/w']);
  workspace.open(path, text);
  return workspace;
}

describe('a workspace after many edits', () => {
  for (const seed of [1, 2, 3]) {
    it(`says what a fresh one says (${seed})`, function () {
      this.timeout(60_000);
      const next = chance(seed);
      const workspace = open(original);
      void workspace.snapshot;
      let text = original;
      for (let i = 0; i < 60; i++) {
        text = i % 12 === 11 ? original : edited(text, next);
        workspace.open(path, text);
        assert.deepEqual(said(workspace), said(open(text)), `edit ${i}`);
      }
    });
  }
});

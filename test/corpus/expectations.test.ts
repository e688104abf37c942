import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildModel } from '../../src/model/build';
import type { Consume, FlowModel, Publish } from '../../src/model/model';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFile, readerOf } from '../../src/workspace/read';
import { notRun } from '../support/not-run';

const corpus = resolve(import.meta.dirname, '../../../shared/corpus');
const folder = join(import.meta.dirname, 'expectations');

/** Written by hand from reading the files: what a person finds in them, in any order. */
const cases = readdirSync(folder).filter((name) => name.endsWith('.txt')).sort();

describe('corpus: graphs as a person reads the files', () => {
  before(function () {
    if (!existsSync(corpus)) notRun(this, 'the corpus of real files is not there', 'put it in ../shared/corpus', false);
  });

  for (const name of cases) {
    it(name, () => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== '');
      const path = join(corpus, (lines[0] ?? '').replace(/^file /, ''));
      assert.deepEqual(render(modelOf(path)), lines.slice(1).sort());
    });
  }
});

function modelOf(path: string): FlowModel {
  const file = load(path);
  const reader = readerOf(file);
  assert.ok(reader, `${path} is not recognized`);
  const { result } = readFile(file, reader, (other) => (existsSync(other) ? load(other) : undefined));
  return buildModel([{ id: file.id, path, dialect: reader.dialect, facts: result.facts }]);
}

function load(path: string): SourceFile {
  return { id: `file://${path}` as FileId, path, text: readFileSync(path, 'utf8') };
}

/** `->` publishes, `<-` consumes, `=>` binding with its key, `~>` dead letters, `#>` other routes. */
function render(model: FlowModel): string[] {
  const arrows: Readonly<Record<string, string>> = { binding: '=>', 'dead-letter': '~>' };
  return [
    ...model.brokers.map((b) => ['broker', b.name, b.protocol, ...(b.tls?.value ? ['tls'] : [])].join(' ')),
    ...model.channels.map((c) => `channel ${c.kind} ${c.address}`),
    ...model.publishes.map((p) => edge(p, '->')),
    ...model.consumes.map((c) => edge(c, '<-')),
    ...model.routes.map((r) => `${r.from.address} ${arrows[r.kind] ?? '#>'} ${r.to.address}${r.key ? ` [${r.key.value}]` : ''}`),
  ].sort();
}

function edge(e: Publish | Consume, arrow: string): string {
  const settings = Object.entries(e.settings).map(([key, s]) => `${key}=${(s as { value?: unknown }).value}`);
  return [e.service.name, arrow, e.channel?.address, ...settings].join(' ');
}

import type { Ide } from '../../src/ide/context';
import type { Problem } from '../../src/text/problem';
import type { SourceRange } from '../../src/text/range';
import { LineIndex } from '../../src/text/lineIndex';
import { applyEdits } from '../../src/text/edits';
import type { TextEdit } from '../../src/text/problem';
import type { SourceFile } from '../../src/text/sourceFile';
import { fixtureModel, type FixtureModel } from '../support/fixture';

/** A fixture with a cursor, as the features see it. The one place of these tests that knows how. */
export interface IdeFixture extends FixtureModel {
  readonly ide: Ide;
  readonly file: SourceFile;
  readonly dialect?: string;
  readonly offset: number;
  /** `shop.flow.yaml 3:5-3:11 "orders"`, counted from 1. */
  place(at: SourceRange): string;
  /** The texts of the changed files after the edits, as a fixture is written. */
  after(edits: readonly TextEdit[]): string;
}

export function ideFixture(
  text: string,
  problems: readonly Problem[] = [],
  defaultPath?: string,
): IdeFixture {
  const f = fixtureModel(text, defaultPath);
  const file = f.cursor?.file ?? f.files[0]!;
  const read = new Map(f.read.map((r) => [r.id, r]));
  const fileOf = (id: string): SourceFile | undefined => f.files.find((x) => x.id === id);
  const ide: Ide = {
    model: f.model,
    file: (id) => {
      const r = read.get(id);
      const source = fileOf(id);
      return r && source && { file: source, dialect: r.dialect, result: r.result };
    },
    source: (path) => f.files.find((x) => x.path === path),
    problems: (id) => [...f.problems, ...problems].filter((p) => p.at.file === id),
    guarantees: () => [],
    config: (path) => {
      const existing = f.files.find((x) => x.path === '/tailrace.config.yaml');
      const none = {
        id: 'file:///tailrace.config.yaml' as SourceFile['id'],
        path: '/tailrace.config.yaml',
        text: '',
      };
      return { file: existing ?? none, exists: existing !== undefined, relative: path.slice(1) };
    },
  };
  return {
    ...f,
    ide,
    file,
    dialect: read.get(file.id)?.dialect,
    offset: f.cursor?.offset ?? 0,
    place: (at) => {
      const source = fileOf(at.file);
      if (source === undefined) return at.file;
      const index = new LineIndex(source.text);
      const [a, b] = [index.position(at.start), index.position(at.end)];
      return (
        `${source.path.slice(1)} ${a.line + 1}:${a.column + 1}-${b.line + 1}:${b.column + 1} ` +
        JSON.stringify(source.text.slice(at.start, at.end))
      );
    },
    after: (edits) =>
      [...new Set(edits.map((e) => e.at.file))]
        .sort()
        .map((id) => {
          const source = fileOf(id) ?? { path: id.replace('file://', ''), text: '' };
          return `=== ${source.path.slice(1)}\n${
            applyEdits(
              source.text,
              edits.filter((e) => e.at.file === id),
            ).text
          }`;
        })
        .join(''),
  };
}

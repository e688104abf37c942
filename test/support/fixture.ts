import { buildModel } from '../../src/model/build';
import type { FlowModel } from '../../src/model/model';
import type { Problem } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFiles, type ReadFile } from '../../src/workspace/read';

export interface Fixture {
  readonly files: readonly SourceFile[];
  /** Where `$0` stood, if it stood somewhere; the sign itself is cut out. */
  readonly cursor?: { readonly file: SourceFile; readonly offset: number };
}

/**
 * Reads a fixture: files separated by `=== path` lines; a text without such a line is one file,
 * `defaultPath`. `$0` marks the cursor. Paths become absolute (`/shop.flow.yaml`), ids `file:///…`.
 */
export function fixture(text: string, defaultPath = 'test.flow.yaml'): Fixture {
  const parts: { path: string; text: string }[] = [];
  let current = { path: defaultPath, text: '' };
  let started = false;
  for (const line of text.replace(/^\n/, '').split(/(?<=\n)/)) {
    const header = /^=== (.+?)\s*$/.exec(line);
    if (header) {
      if (started) parts.push(current);
      current = { path: header[1] ?? '', text: '' };
      started = true;
    } else {
      current.text += line;
      started ||= line.trim() !== '';
    }
  }
  parts.push(current);
  let cursor: Fixture['cursor'];
  const files = parts.map((part) => {
    const offset = part.text.indexOf('$0');
    const file: SourceFile = {
      id: `file:///${part.path}` as FileId,
      path: `/${part.path}`,
      text: offset < 0 ? part.text : part.text.slice(0, offset) + part.text.slice(offset + 2),
    };
    if (offset >= 0) cursor = { file, offset };
    return file;
  });
  return { files, cursor };
}

export interface FixtureModel extends Fixture {
  readonly read: readonly ReadFile[];
  readonly model: FlowModel;
  /** The readers' own problems, not those of rules. */
  readonly problems: readonly Problem[];
  text(file: FileId): string;
}

/** A fixture read by the real readers and joined to a model. */
export function fixtureModel(text: string, defaultPath?: string): FixtureModel {
  const f = fixture(text, defaultPath);
  const read = readFiles(f.files);
  const model = buildModel(
    read.map((r) => ({ id: r.id, path: r.path, dialect: r.dialect, facts: r.result.facts })),
    (path) => f.files.some((file) => file.path === path),
  );
  return {
    ...f,
    read,
    model,
    problems: read.flatMap((r) => r.result.problems),
    text: (id) => f.files.find((file) => file.id === id)?.text ?? '',
  };
}

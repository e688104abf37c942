import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareContracts } from '../../../src/contracts/compare';
import type { CompatFinding } from '../../../src/contracts/compat';
import type { FileId } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';

/** A folder for each check: `previous` and `current` hold the same files in two versions. */
export const twinsFolder = join(__dirname, 'twins');
export const twins: readonly string[] = readdirSync(twinsFolder).sort();

export type Side = 'previous' | 'current';

/** Compares each file of a twin folder with the one of its name in the other version. */
export function compareTwin(name: string, from: Side = 'previous', to: Side = 'current'): { readonly findings: readonly CompatFinding[]; readonly files: ReadonlyMap<string, SourceFile> } {
  const [before, after] = [filesOf(name, from), filesOf(name, to)];
  const findings = [...after.keys()].sort().flatMap((path) => compareContracts(
    { format: 'protobuf', file: before.get(path)!, fragment: '' }, { format: 'protobuf', file: after.get(path)!, fragment: '' },
    (other) => before.get(other), (other) => after.get(other),
  ));
  return { findings, files: after };
}

function filesOf(name: string, side: Side): ReadonlyMap<string, SourceFile> {
  const folder = join(twinsFolder, name, side);
  return new Map(readdirSync(folder).map((file) => {
    const path = `/${basename(file)}`;
    return [path, { id: `file:///${side}${path}` as FileId, path, text: readFileSync(join(folder, file), 'utf8') }];
  }));
}

/** The line of a place, from 1. */
export function lineOf(files: ReadonlyMap<string, SourceFile>, finding: CompatFinding): number {
  const file = [...files.values()].find(({ id }) => id === finding.at.file);
  return file === undefined ? 0 : file.text.slice(0, finding.at.start).split('\n').length;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareContracts } from '../../src/contracts/compare';
import { parseProto } from '../../src/contracts/protobuf/parse';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';

/** Run as a process of its own: parses all files of a folder, or compares them with those of the same names in another one. */
const [current = '', previous] = process.argv.slice(2);
let told = 0;
for (const name of readdirSync(current)) {
  const after = fileOf(current, name);
  if (previous === undefined) told += parseProto(after.text).problems.length;
  else {
    const before = fileOf(previous, name);
    told += compareContracts({ format: 'protobuf', file: before, fragment: '' }, { format: 'protobuf', file: after, fragment: '' }, () => undefined, () => undefined).length;
  }
}
console.log(told);

function fileOf(folder: string, name: string): SourceFile {
  return { id: `${folder}/${name}` as FileId, path: `/${name}`, text: readFileSync(join(folder, name), 'utf8') };
}

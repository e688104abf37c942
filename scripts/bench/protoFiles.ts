import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bufProgram } from '../../test/support/buf';
import { time, type Row } from './measure';

const files = 1_000;

/** Whole processes over 1,000 `.proto` files, start and reading of files included, ours against buf's. */
export async function protoFileRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-protos-'));
  try {
    const [previous, current, probe] = [join(folder, 'previous'), join(folder, 'current'), join(folder, 'probe.cjs')];
    write(previous, 'int32');
    write(current, 'string');
    buildSync({
      entryPoints: [join(__dirname, 'protoFilesProbe.ts')], outfile: probe, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error',
      mainFields: ['module', 'main'],
    });
    const ours = async (...folders: readonly string[]): Promise<number> => time(5, () => execFileSync(process.execPath, [probe, ...folders]));
    const [parse, compare] = [await ours(current), await ours(current, previous)];
    const buf = bufProgram();
    // Both say what they find in hundreds of lines and end with 100, which is no failure here.
    const theirs = async (...args: readonly string[]): Promise<number> => time(5, () => spawnSync(buf!, args, { maxBuffer: 1 << 28 }));
    const lint = buf === undefined ? undefined : await theirs('lint', current);
    const breaking = buf === undefined ? undefined : await theirs('breaking', current, '--against', previous, '--config', '{"version":"v2","breaking":{"use":["WIRE_JSON"]}}');
    return [
      { name: `parse ${files.toLocaleString('en')} .proto files, whole process`, value: parse, unit: 'ms', ...against('buf lint', parse, lint) },
      { name: `compare ${files.toLocaleString('en')} Protobuf contracts, whole process`, value: compare, unit: 'ms', ...against('buf breaking', compare, breaking) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function against(of: string, ours: number, theirs: number | undefined): Pick<Row, 'ratio'> {
  return theirs === undefined ? {} : { ratio: { of, value: ours / theirs } };
}

/** One contract a file, each in a package of its own; every tenth has a field whose type differs between the versions. */
function write(folder: string, changing: string): void {
  mkdirSync(folder);
  for (let i = 0; i < files; i++) {
    writeFileSync(join(folder, `order_${i}.proto`), `syntax = "proto3";

package shop.team${i}.v1;

// An order that was placed.
message OrderPlaced {
  reserved 7, 9 to 11;
  string id = 1;
  repeated Line lines = 2;
  map<string, int64> totals = 3;
  Kind kind = 4;
  oneof pay {
    string card = 5;
    bytes token = 6;
  }
  ${i % 10 === 0 ? changing : 'int32'} rank = 8; // changes in every tenth
  message Line {
    string sku = 1;
    int32 count = 2;
    double price = 3 [deprecated = true];
  }
}

enum Kind {
  KIND_UNSPECIFIED = 0;
  KIND_ONLINE = 1;
  KIND_SHOP = 2;
}
`);
  }
}

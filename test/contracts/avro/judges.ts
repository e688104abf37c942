import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Type, type Schema } from 'avsc';
import { compareContracts } from '../../../src/contracts/compare';
import type { CompatFinding, ContractText } from '../../../src/contracts/compat';
import type { FileId } from '../../../src/text/range';

export interface Pair { readonly reader: string; readonly writer: string }

export function contract(text: string, path: string): ContractText {
  return { format: 'avro', fragment: '', file: { id: path as FileId, path, text } };
}

export function findingsOf(previous: string, current: string): readonly CompatFinding[] {
  return compareContracts(contract(previous, '/1/a.avsc'), contract(current, '/2/a.avsc'), () => undefined, () => undefined);
}

/** The checks that a reader fails, sorted; `-` for none. */
export function ours({ reader, writer }: Pair): string {
  const checks = findingsOf(writer, reader).filter(({ direction }) => direction === 'backward').map(({ check }) => check);
  return [...new Set(checks)].sort().join(' ') || '-';
}

/** What the reference implementation says of all pairs, in one process; `ERROR …` where it takes a schema for none. */
export function javaOf({ java, classPath }: { readonly java: string; readonly classPath: string }, pairs: readonly Pair[]): string[] {
  const { stdout, stderr, status } = spawnSync(java, ['-cp', classPath, join(__dirname, 'judge', 'Judge.java')], {
    input: pairs.map(({ reader, writer }) => `${reader.replace(/\s+/g, ' ')}\t${writer.replace(/\s+/g, ' ')}\n`).join(''), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`The judge did not end well: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

/** Whether avsc can make a reader; undefined where it takes a schema for none. */
export function avscOf({ reader, writer }: Pair): boolean | undefined {
  let types: readonly [Type, Type];
  try {
    types = [Type.forSchema(JSON.parse(reader) as Schema), Type.forSchema(JSON.parse(writer) as Schema)];
  } catch {
    return undefined;
  }
  try {
    // The specification matches names without their namespaces (since 1.8), avsc only when it is told to.
    types[0].createResolver(types[1], { ignoreNamespaces: true });
    return true;
  } catch {
    return false;
  }
}

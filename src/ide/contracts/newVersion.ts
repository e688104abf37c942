import { schemasOf } from '../../contracts/use';
import type { ContractFact } from '../../model/facts';
import type { Schema, SchemaVersion } from '../../model/model';
import type { Problem, TextEdit } from '../../text/problem';
import { baseName, dirName, rangeIn, type SourceFile } from '../../text/sourceFile';
import { idOf } from './fileId';
import type { Ide } from '../context';
import type { Action } from '../fixes';

/**
 * Moves what was changed in a published version to a new one: the text as it is now becomes the new version's file,
 * the old file is again what it was, and the flow file lists the new version.
 */
export function newVersionActions(ide: Ide, file: SourceFile, problem: Problem): readonly Action[] {
  const earlier = ide.baseline?.earlier(file.path);
  if (problem.code !== 'schema/incompatible' || earlier === undefined || earlier.text === file.text) return [];
  const contracts = ide.model.contracts.filter((contract) => contract.extent.file === file.id && contract.nested !== true);
  for (const contract of contracts) {
    for (const { schema, version } of schemasOf(ide.model, contract)) {
      const next = nextNumber(schema);
      const path = next && pathOf(file.path, version.version, next);
      const listed = next && path && listedEdit(ide, schema, version, next);
      if (!listed || ide.source(path) !== undefined) continue;
      return [{
        title: `Make it version ${next} of ${schema.name} in ${path.slice(dirName(dirName(path)).length + 1)}`,
        kind: 'quick-fix', problem, preferred: false, creates: path,
        edits: [
          { at: { file: idOf(file, path), start: 0, end: 0 }, newText: renamed(file, contracts, version.version, next) },
          { at: rangeIn(file, 0, file.text.length), newText: earlier.text },
          listed,
        ],
      }];
    }
  }
  return [];
}

/** One more than the highest; undefined where versions are no whole numbers. */
function nextNumber(schema: Schema): string | undefined {
  const numbers = schema.versions.map(({ version }) => (/^\d{1,6}$/.test(version) ? Number(version) : Number.NaN));
  const next = Math.max(...numbers) + 1;
  return schema.fact.dialect === 'flow' && Number.isInteger(next) ? String(next) : undefined;
}

/** `contracts/v1/order.proto` → `contracts/v2/order.proto`; a path without a version gets a folder. */
function pathOf(path: string, from: string, to: string): string {
  const at = lastVersion(path, from);
  return at === undefined ? `${dirName(path)}/v${to}/${baseName(path)}` : path.slice(0, at.start) + to + path.slice(at.end);
}

function lastVersion(path: string, version: string): { start: number; end: number } | undefined {
  const found = [...path.matchAll(/(?<=[/._-]v)\d+(?=[/._-])/g)].findLast(([number]) => number === version);
  return found && { start: found.index, end: found.index + version.length };
}

/** The text with the new number where its package, namespace or `$id` has the old one. */
function renamed(file: SourceFile, contracts: readonly ContractFact[], from: string, to: string): string {
  const places = new Map<number, number>();
  for (const { version } of contracts) {
    if (version === undefined || version.at.file !== file.id) continue;
    const written = file.text.slice(version.at.start, version.at.end);
    if (written.endsWith(from)) places.set(version.at.end - from.length, version.at.end);
  }
  return [...places].sort(([a], [b]) => b - a).reduce((text, [start, end]) => text.slice(0, start) + to + text.slice(end), file.text);
}

/** A line behind the last version, or an entry in the same braces. */
function listedEdit(ide: Ide, schema: Schema, version: SchemaVersion, next: string): TextEdit | undefined {
  const last = schema.versions.at(-1);
  const text = last?.target && ide.file(last.at.file)?.file.text;
  if (!text || last.target === undefined || version.target === undefined) return undefined;
  const written = text.slice(version.target.at.start, version.target.at.end);
  const [path = '', ...fragment] = written.split('#');
  const moved = pathOf(`/${path}`, version.version, next).slice(1);
  const name = fragment.join('#').replace(new RegExp(`(?<=\\bv)${version.version}(?=\\.|$|["'])`), next);
  const entry = `${next}: ${moved}${fragment.length > 0 ? `#${name}` : ''}`;
  const lineStart = text.lastIndexOf('\n', last.at.start - 1) + 1;
  const indent = text.slice(lineStart, last.at.start);
  const end = last.target.at.end;
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  return { at: { file: last.at.file, start: end, end }, newText: /^\s*$/.test(indent) ? `${ending}${indent}${entry}` : `, ${entry}` };
}

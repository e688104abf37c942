import type { FlowModel, Occurrence } from '../model/model';
import type { FileId, SourceRange } from '../text/range';
import type { Ide } from './context';
import { pointersOf, pointerTarget, refDialects } from './pointers';

/** The name under a cursor: of several (a key that declares and refers) the shortest, declarations first. */
export function occurrenceAt(model: FlowModel, file: FileId, offset: number): Occurrence | undefined {
  let best: Occurrence | undefined;
  for (const o of model.occurrences) {
    if (o.at.file !== file || o.at.start > offset || o.at.end < offset) continue;
    const shorter = best && o.at.end - o.at.start - (best.at.end - best.at.start);
    if (best === undefined || shorter! < 0 || (shorter === 0 && rank(o) < rank(best))) best = o;
  }
  return best;
}

/** A schema's `source:` names schema and contract at once; where they compete, the contract is farther away. */
function rank(o: Occurrence): number {
  return (o.role === 'declaration' ? 0 : 2) + (o.entity === 'contract' ? 1 : 0);
}

/** Where the thing under the cursor is declared; its first mention if no file declares it. */
export function definition(ide: Ide, file: FileId, offset: number): readonly SourceRange[] {
  const ref = refAt(ide, file, offset);
  if (ref !== undefined) return [ref];
  const occurrence = occurrenceAt(ide.model, file, offset);
  if (occurrence === undefined) return linkAt(ide, file, offset);
  if (occurrence.entity === 'schema') {
    const version = schemaVersionPlace(ide, occurrence, offset);
    if (version) return [version];
  }
  const places = all(ide.model, occurrence);
  const declared = places.filter((o) => o.role === 'declaration');
  return (declared.length > 0 ? declared : places.slice(0, 1)).map((o) => o.at);
}

/** The contract of what a channel under the cursor carries, also where it is only concluded; of a schema its own. */
export function typeDefinition(ide: Ide, file: FileId, offset: number): readonly SourceRange[] {
  const occurrence = occurrenceAt(ide.model, file, offset);
  if (occurrence === undefined) return [];
  const { entity, id } = occurrence;
  const use = entity === 'channel' ? ide.model.channel(id)?.schema : undefined;
  const schema = entity === 'schema' ? ide.model.schema(id) : use?.schema;
  if (schema === undefined) return [];
  const said = schema.versions.find((v) => v.version === use?.version);
  const version = said ?? schema.versions.at(-1) ?? schema.source;
  return [version?.contract?.name.at ?? schema.fact.name.at];
}

/** All places that name the thing under the cursor, in all dialects. */
export function references(
  ide: Ide,
  file: FileId,
  offset: number,
  declarations: boolean,
): readonly SourceRange[] {
  const occurrence = occurrenceAt(ide.model, file, offset);
  if (occurrence === undefined) return [];
  return all(ide.model, occurrence)
    .filter((o) => declarations || o.role === 'reference')
    .map((o) => o.at);
}

/** Every occurrence of the same entity. */
export function all(model: FlowModel, of: Pick<Occurrence, 'entity' | 'id'>): readonly Occurrence[] {
  return model.occurrences.filter((o) => o.entity === of.entity && o.id === of.id);
}

/** With the cursor on the `2` of `OrderPlaced@2`: where version 2 is written. */
function schemaVersionPlace(
  ide: Ide,
  { id, written, at }: Occurrence,
  offset: number,
): SourceRange | undefined {
  const sign = written.lastIndexOf('@');
  const length = at.end - at.start;
  // Quotes stand at both ends, so the sign is found from the end of the bare text.
  const quotes = (length - written.length) / 2;
  if (sign < 0 || offset <= at.start + quotes + sign) return undefined;
  const version = written.slice(sign + 1);
  return ide.model.schema(id)?.versions.find((v) => v.version === version)?.at;
}

/** With the cursor on a `$ref`: what it leads to. */
function refAt(ide: Ide, file: FileId, offset: number): SourceRange | undefined {
  const here = ide.file(file);
  if (here === undefined || !refDialects.has(here.dialect)) return undefined;
  const pointer = pointersOf(here.file).find((p) => p.at.start <= offset && offset <= p.at.end);
  return pointer && pointerTarget(ide, pointer);
}

/** A reference to a file: the contract it means if a reader found it there, else the file's start. */
function linkAt(ide: Ide, file: FileId, offset: number): readonly SourceRange[] {
  const link = ide.file(file)?.result.links?.find((l) => l.at.start <= offset && offset <= l.at.end);
  if (link === undefined) return [];
  const target = contractPlace(ide, link.path, link.fragment);
  return target ? [target] : [];
}

/** Where a contract file defines what `fragment` names; the file's start if it does not say. */
export function contractPlace(ide: Ide, path: string, fragment: string): SourceRange | undefined {
  const target = [...ide.model.files.values()].find((f) => f.path === path);
  if (target === undefined) return undefined;
  const contract = ide.model.contracts.find((c) => c.extent.file === target.id && c.name.value === fragment);
  return contract?.name.at ?? { file: target.id, start: 0, end: 0 };
}

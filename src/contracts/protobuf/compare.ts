import { rangeIn } from '../../text/sourceFile';
import type { CompatDirection, CompatFinding, ContractText, ReadReference } from '../compat';
import { compareEnum } from './compareEnums';
import { isSameElsewhere } from './compareFields';
import { compareMessage } from './compareMessages';
import { compareFile } from './compareFile';
import { Findings, type Pair } from './report';
import { ProtoSchema, relativeName, type Placed, type TypeRef } from './schema';
import type { ProtoEnum, ProtoMessage } from './tree';

/**
 * What consumers of one version misread of what is written with the other. A contract with a fragment is that message and
 * all that it uses; without one it is all of the file. Packages may differ, as those of `shop.v1` and `shop.v2` do.
 */
export function compareProto(
  previous: ContractText, current: ContractText, readPrevious: ReadReference, readCurrent: ReadReference,
): readonly CompatFinding[] {
  const before = new ProtoSchema(previous.file, readPrevious);
  const after = new ProtoSchema(current.file, readCurrent);
  return (['backward', 'forward'] as const).flatMap((direction) => compareOneWay(direction, before, after, previous, current));
}

function compareOneWay(
  direction: CompatDirection, before: ProtoSchema, after: ProtoSchema, previous: ContractText, current: ContractText,
): readonly CompatFinding[] {
  const findings = new Findings(direction);
  const schemas = direction === 'backward' ? { writer: before, reader: after } : { writer: after, reader: before };
  const comparison = new Comparison(findings, schemas);
  if (current.fragment === '' && previous.fragment === '') {
    if (findings.isBackward) compareFile(findings, before, after);
    const [messages, enums] = [own(after, after.messages), own(after, after.enums)];
    for (const [name, definition] of own(before, before.messages)) comparison.messages(definition, messages.get(name));
    for (const [name, definition] of own(before, before.enums)) comparison.enums(definition, enums.get(name));
  } else {
    const was = rootOf(before, previous.fragment === '' ? current.fragment : previous.fragment);
    const is = rootOf(after, current.fragment === '' ? previous.fragment : current.fragment);
    if (was !== undefined && is === undefined) {
      findings.add({
        check: 'MESSAGE_REMOVED', level: 'wire', severity: 'error', element: was.element.fullName, at: rangeIn(current.file, 0, 0),
        message: `The message ${was.element.fullName} is gone: nothing reads or writes it any more`, advice: `Keep ${was.element.name}`,
      });
    }
    comparison.messages(was, is);
  }
  comparison.run();
  return findings.list;
}

/** A message by its full name, by its name without the package, or by its last part. */
function rootOf(schema: ProtoSchema, fragment: string): Placed<ProtoMessage> | undefined {
  const simple = fragment.slice(fragment.lastIndexOf('.') + 1);
  return schema.named(fragment) ?? schema.named(simple);
}

/** What the file itself defines, by names without its package. */
function own<T extends Placed<{ readonly fullName: string }>>(schema: ProtoSchema, all: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...all.values()].filter(({ file }) => file === schema.file).map((definition) => [relativeName(definition), definition]));
}

/** Follows two versions of messages through their fields; each pair is compared once, so that cycles end. */
class Comparison {
  private readonly waiting: Pair<Placed<ProtoMessage>>[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly findings: Findings, private readonly schemas: Pair<ProtoSchema>) {}

  /** Notes two versions of a message for comparison, in the order of time. */
  messages(was: Placed<ProtoMessage> | undefined, is: Placed<ProtoMessage> | undefined): void {
    if (was === undefined || is === undefined || !this.isNew(was.element.fullName, is.element.fullName)) return;
    this.waiting.push(this.findings.isBackward ? { writer: was, reader: is } : { writer: is, reader: was });
  }

  enums(was: Placed<ProtoEnum> | undefined, is: Placed<ProtoEnum> | undefined): void {
    if (was === undefined || is === undefined || !this.isNew(was.element.fullName, is.element.fullName)) return;
    compareEnum(this.findings, this.findings.isBackward ? { writer: was, reader: is } : { writer: is, reader: was });
  }

  run(): void {
    for (let index = 0; index < this.waiting.length; index++) {
      const pair = this.waiting[index]!;
      const fields = { writer: this.schemas.writer.fieldsOf(pair.writer), reader: this.schemas.reader.fieldsOf(pair.reader) };
      compareMessage(this.findings, pair, fields);
      for (const [number, writer] of fields.writer) {
        const reader = fields.reader.get(number);
        if (reader !== undefined) this.types(this.findings.inTime({ writer: writer.type, reader: reader.type }));
      }
    }
  }

  private types({ previous, current }: { previous: TypeRef; current: TypeRef }): void {
    if (previous.name !== current.name && !isSameElsewhere(previous, current)) return;
    if (previous.kind === 'message' && current.kind === 'message') this.messages(previous.definition, current.definition);
    if (previous.kind === 'enum' && current.kind === 'enum') this.enums(previous.definition, current.definition);
  }

  private isNew(was: string, is: string): boolean {
    const key = `${was} ${is}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}

import { rangeIn } from '../../text/sourceFile';
import { compareField } from './compareFields';
import { presenceOf } from './features';
import { fieldWords, jsonName } from './kinds';
import { freed, isReserved } from './ranges';
import type { Findings, Pair } from './report';
import { nameRange, type Placed, type PlacedField } from './schema';
import { optionOf, type ProtoMessage } from './tree';

export type Fields = ReadonlyMap<number, PlacedField>;

/** What the reader's message makes of the fields that are written. */
export function compareMessage(findings: Findings, messages: Pair<Placed<ProtoMessage>>, fields: Pair<Fields>): void {
  const { previous, current } = findings.inTime(messages);
  const of = current.element.fullName;
  const readerNames = new Map([...fields.reader.values()].map((field) => [field.name, field]));
  for (const [number, writer] of fields.writer) {
    const reader = fields.reader.get(number);
    const moved = readerNames.get(writer.name);
    if (moved !== undefined && moved.element.number !== number) {
      const [before, after] = findings.isBackward ? [writer, moved] : [moved, writer];
      findings.add({
        check: 'FIELD_NUMBER_CHANGED', level: 'wire', severity: 'error', element: `${of}.${after.name}`,
        at: rangeIn(after.file, after.element.numberAt, after.element.numberAt + String(after.element.number).length), beforeAt: nameRange(before),
        before: fieldWords(before.element), after: fieldWords(after.element),
        message: `${of}.${after.name} was number ${before.element.number} and is ${after.element.number}: ${findings.who}, since bytes name a field by its number`,
        advice: `Give ${after.name} the number ${before.element.number} again`,
      });
    }
    if (reader !== undefined) compareField(findings, `${of}.${findings.isBackward ? reader.name : writer.name}`, { writer, reader }, moved !== undefined && moved !== reader);
    else if (findings.isBackward && moved === undefined) removed(findings, current, writer, jsonName(writer));
  }
  requiredAlone(findings, of, fields, messages);
  compareOneofs(findings, messages, fields);
  if (findings.isBackward) reservedRemoved(findings, previous, current, fields.reader);
  if ((optionOf(previous.element, 'message_set_wire_format')?.value === 'true') !== (optionOf(current.element, 'message_set_wire_format')?.value === 'true')) {
    findings.add({
      check: 'MESSAGE_SET_FORMAT_CHANGED', level: 'wire', severity: 'error', element: of, at: nameRange(current), beforeAt: nameRange(previous),
      message: `${of} is written in another format now (message_set_wire_format): ${findings.who}`, advice: 'Keep the option as it was',
    });
  }
}

/** A field is gone. Its bytes are passed over; only what is written under its number or name one day would be misread. */
function removed(findings: Findings, current: Placed<ProtoMessage>, field: PlacedField, json: string): void {
  const of = current.element.fullName;
  const { number } = field.element;
  const shared = { element: `${of}.${field.name}`, at: nameRange(current), beforeAt: nameRange(field), before: fieldWords(field.element), severity: 'warning' as const };
  if (!isReserved(current.element.reserved, number)) {
    findings.add({
      ...shared, check: 'FIELD_REMOVED_NUMBER_NOT_RESERVED', level: 'wire',
      message: `${of}.${field.name} was removed, and its number ${number} can be used again: what was written under it would be misread`,
      advice: `Reserve ${number}`,
    });
  }
  if (!current.element.reservedNames.some(({ text }) => text === field.name)) {
    findings.add({
      ...shared, check: 'FIELD_REMOVED_NAME_NOT_RESERVED', level: 'json',
      message: `${of}.${field.name} was removed, and its name can be used again: JSON that has "${json}" would be misread, and is refused until then unless unknown fields are passed over`,
      advice: `Reserve "${field.name}"`,
    });
  }
}

/** Fields that one version requires and the other does not know. */
function requiredAlone(findings: Findings, of: string, fields: Pair<Fields>, messages: Pair<Placed<ProtoMessage>>): void {
  for (const [number, reader] of fields.reader) {
    if (fields.writer.has(number) || presenceOf(reader) !== 'required') continue;
    const { current } = findings.inTime(messages);
    const words = fieldWords(reader.element);
    findings.add({
      check: findings.isBackward ? 'REQUIRED_FIELD_ADDED' : 'REQUIRED_FIELD_REMOVED', level: 'wire', severity: 'error', element: `${of}.${reader.name}`,
      at: findings.isBackward ? nameRange(reader) : nameRange(current),
      ...(findings.isBackward ? { after: words } : { beforeAt: nameRange(reader), before: words }),
      message: findings.isBackward ? `${of}.${reader.name} is new and required: messages that were written without it cannot be read at all`
        : `${of}.${reader.name} was required and is gone: consumers of the earlier version cannot read a message without it at all`,
      advice: findings.isBackward ? `Make ${reader.element.name} optional` : `Keep ${reader.element.name} until all consumers read it as optional`,
    });
  }
}

/**
 * Of the members of a oneof only the last one that is written is read. Those that stood in the same oneof where they are
 * written exclude one another anyway; a field by itself that becomes a new oneof's only one is safe as well.
 */
function compareOneofs(findings: Findings, messages: Pair<Placed<ProtoMessage>>, fields: Pair<Fields>): void {
  const { current } = findings.inTime(messages);
  const of = current.element.fullName;
  for (const oneof of messages.reader.element.oneofs) {
    const known = [...fields.reader].flatMap(([number, field]) => {
      const writer = field.element.oneof === oneof.name ? fields.writer.get(number) : undefined;
      return writer === undefined ? [] : [{ field, writer }];
    });
    const groups = new Set(known.map(({ writer }) => (writer.element.oneof === '' ? writer.element.number : writer.element.oneof)));
    if (groups.size < 2) continue;
    const alone = known.filter(({ writer }) => writer.element.oneof === '');
    const first = (alone[0] ?? known.find(({ writer }) => writer.element.oneof !== oneof.name) ?? known[0])!;
    const names = known.map(({ field }) => field.name).join(', ');
    findings.add({
      check: !findings.isBackward ? 'FIELD_MOVED_OUT_OF_ONEOF' : alone.length > 1 ? 'MULTIPLE_FIELDS_MOVED_TO_ONEOF' : 'FIELD_MOVED_TO_EXISTING_ONEOF',
      level: 'wire', severity: 'error', element: `${of}.${findings.isBackward ? oneof.name : first.writer.name}`,
      at: nameRange(findings.isBackward ? { ...current, element: oneof } : first.writer),
      beforeAt: nameRange(findings.isBackward ? first.writer : { ...messages.reader, element: oneof }),
      message: findings.isBackward ? `${names} of ${of} exclude one another now (oneof ${oneof.name}): of messages that were written with several of them, the last one alone is read`
        : `${names} of ${of} do not exclude one another any more: of several, consumers of the earlier version read the last one alone`,
      advice: findings.isBackward ? 'Leave the fields where they are, or add new ones to the oneof' : 'Write one of them at a time until all consumers read the new version',
    });
  }
  for (const [number, writer] of fields.writer) {
    if (writer.element.oneof === '' || fields.reader.has(number)) continue;
    // Where nothing of a oneof is left, nobody asks which of them it is.
    const rest = [...fields.writer].some(([other, field]) => field.element.oneof === writer.element.oneof && fields.reader.has(other));
    if (!rest) continue;
    findings.add({
      check: findings.isBackward ? 'ONEOF_FIELD_REMOVED' : 'ONEOF_FIELD_ADDED', level: 'wire', severity: findings.isBackward ? 'error' : 'warning',
      element: `${of}.${writer.name}`, at: findings.isBackward ? nameRange(current) : nameRange(writer),
      ...(findings.isBackward ? { beforeAt: nameRange(writer), before: fieldWords(writer.element) } : { after: fieldWords(writer.element) }),
      message: findings.isBackward ? `${writer.name} was removed from oneof ${writer.element.oneof} of ${of}: a message that has it is read as one in which none is set`
        : `${writer.name} is new in oneof ${writer.element.oneof} of ${of}: consumers of the earlier version read it as one in which none is set`,
      advice: findings.isBackward ? `Keep ${writer.name}, and mark it as deprecated` : 'Deploy the consumers first',
    });
  }
}

/** Numbers and names that may be used again, although something was written under them. */
function reservedRemoved(findings: Findings, previous: Placed<ProtoMessage>, current: Placed<ProtoMessage>, fields: Fields): void {
  const of = current.element.fullName;
  for (const { words, used } of freed(previous.element, current.element)) {
    const field = used === undefined ? undefined : fields.get(used);
    findings.add({
      check: 'RESERVED_REMOVED', level: 'wire', severity: 'warning', element: of, at: field === undefined ? nameRange(current) : nameRange(field),
      beforeAt: nameRange(previous), before: `reserved ${words}`,
      message: `${words} of ${of} is not reserved any more${field === undefined ? '' : ` and ${field.name} uses it`}: what was once written under it would be misread`,
      advice: `Reserve ${words} again`,
    });
  }
}

import { freed, isReserved } from './ranges';
import type { Findings, Pair } from './report';
import { nameRange, type Placed } from './schema';
import type { ProtoEnum, ProtoEnumValue } from './tree';

/** What the reader's enum makes of the values that are written: numbers on the wire, names in JSON. */
export function compareEnum(findings: Findings, pair: Pair<Placed<ProtoEnum>>): void {
  const { previous, current } = findings.inTime(pair);
  const of = current.element.fullName;
  const writers = byNumber(pair.writer.element);
  const readers = byNumber(pair.reader.element);
  const readerNames = new Map(pair.reader.element.values.map((value) => [value.name, value]));
  const names = new Set(pair.writer.element.values.map(({ name }) => name));
  const placeOf = (file: Placed<ProtoEnum>, value: ProtoEnumValue): ReturnType<typeof nameRange> => nameRange({ ...file, element: value });

  for (const [number, [writer]] of writers) {
    const same = readers.get(number);
    const moved = readerNames.get(writer.name);
    if (moved !== undefined && moved.number !== number && !(same ?? []).some(({ name }) => name === writer.name)) {
      const [before, after] = findings.isBackward ? [writer, moved] : [moved, writer];
      findings.add({
        check: 'ENUM_VALUE_NUMBER_CHANGED', level: 'wire', severity: 'error', element: `${of}.${writer.name}`,
        at: placeOf(current, after), beforeAt: placeOf(previous, before), before: `${before.name} = ${before.number}`, after: `${after.name} = ${after.number}`,
        message: `${writer.name} of ${of} was ${before.number} and is ${after.number}: ${findings.who}`,
        advice: `Give ${writer.name} the number ${before.number} again`,
      });
    } else if (same === undefined) {
      if (findings.isBackward) removed(findings, pair, writer);
      else {
        findings.add({
          check: 'ENUM_VALUE_ADDED', level: 'json', severity: 'warning', element: `${of}.${writer.name}`, at: placeOf(current, writer), after: `${writer.name} = ${number}`,
          message: `${writer.name} of ${of} is new: consumers of the earlier version refuse its name in JSON`, advice: 'Deploy the consumers first',
        });
      }
    } else if (!same.some(({ name }) => name === writer.name)) {
      const [before, after] = findings.isBackward ? [writer, same[0]] : [same.find(({ name }) => !names.has(name)) ?? same[0], writer];
      findings.add({
        check: 'ENUM_VALUE_NAME_CHANGED', level: 'json', severity: 'error', element: `${of}.${after.name}`,
        at: placeOf(current, after), beforeAt: placeOf(previous, before), before: `${before.name} = ${number}`, after: `${after.name} = ${number}`,
        message: `${number} of ${of} was ${before.name} and is ${after.name}: JSON has the name, and ${findings.who}`,
        advice: `Keep ${before.name}, and add ${after.name} as an alias behind it (allow_alias)`,
      });
    }
  }
  if (!findings.isBackward) return;
  for (const [number, [, ...aliases]] of writers) {
    for (const alias of aliases) {
      if (readerNames.has(alias.name)) continue;
      findings.add({
        check: 'ENUM_VALUE_ALIAS_REMOVED', level: 'json', severity: 'warning', element: `${of}.${alias.name}`, at: nameRange(current), beforeAt: placeOf(previous, alias),
        before: `${alias.name} = ${number}`, message: `${alias.name} of ${of}, another name of ${number}, was removed: JSON that has it is refused`, advice: `Keep ${alias.name}`,
      });
    }
  }
  for (const { words } of freed(previous.element, current.element)) {
    findings.add({
      check: 'RESERVED_REMOVED', level: 'wire', severity: 'warning', element: of, at: nameRange(current), beforeAt: nameRange(previous), before: `reserved ${words}`,
      message: `${words} of ${of} is not reserved any more: what was once written with it would be misread`, advice: `Reserve ${words} again`,
    });
  }
}

function removed(findings: Findings, { writer, reader }: Pair<Placed<ProtoEnum>>, value: ProtoEnumValue): void {
  const of = reader.element.fullName;
  const shared = {
    element: `${of}.${value.name}`, at: nameRange(reader), beforeAt: nameRange({ ...writer, element: value }), before: `${value.name} = ${value.number}`,
  };
  if (!isReserved(reader.element.reserved, value.number)) {
    findings.add({
      ...shared, check: 'ENUM_VALUE_REMOVED_NUMBER_NOT_RESERVED', level: 'wire', severity: 'warning',
      message: `${value.name} of ${of} was removed, and its number ${value.number} can be used again: what was written with it would be misread`,
      advice: `Reserve ${value.number}`,
    });
  }
  findings.add({
    ...shared, check: 'ENUM_VALUE_REMOVED', level: 'json', severity: 'error',
    message: `${value.name} of ${of} was removed: JSON that has the name is refused`,
    advice: `Keep ${value.name}, and mark it as deprecated`,
  });
}

/** Values by number; with `allow_alias` one number has several names, the first of which is written. */
function byNumber(of: ProtoEnum): ReadonlyMap<number, [ProtoEnumValue, ...ProtoEnumValue[]]> {
  const found = new Map<number, [ProtoEnumValue, ...ProtoEnumValue[]]>();
  for (const value of of.values) {
    if (Number.isNaN(value.number)) continue;
    const list = found.get(value.number);
    if (list === undefined) found.set(value.number, [value]);
    else list.push(value);
  }
  return found;
}

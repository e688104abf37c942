import { isReserved } from './ranges';
import { optionOf, type ProtoEnum, type ProtoField, type ProtoFile, type ProtoMessage, type ProtoProblem } from './tree';
import { allEnums, allMessages } from './walk';

/** Something that reads well and that no compiler takes, with the other place that it is about. */
export interface ProtoFault extends ProtoProblem {
  readonly code: 'proto/number' | 'proto/duplicate' | 'proto/reserved' | 'proto/enum';
  readonly other?: { readonly message: string; readonly start: number; readonly end: number };
}

/** The highest number that fits into a tag of the wire format. */
const maxNumber = 536_870_911;

/** What contradicts itself in a file: numbers and names that are used twice, reserved or out of range. */
export function checkProto(file: ProtoFile): readonly ProtoFault[] {
  const faults: ProtoFault[] = [];
  for (const message of allMessages(file)) checkMessage(message, faults);
  for (const found of allEnums(file)) checkEnum(found, file, faults);
  return faults;
}

function checkMessage(message: ProtoMessage, faults: ProtoFault[]): void {
  const numbers = new Map<number, ProtoField>();
  const names = new Map<string, ProtoField>();
  for (const field of message.fields) {
    const at = numberPlace(field);
    const { number, name } = field;
    const nameAt = { start: field.nameAt, end: field.nameAt + name.length };
    const sameName = names.get(name);
    if (sameName !== undefined) {
      faults.push({ ...nameAt, code: 'proto/duplicate', message: `${message.name} has two fields ${name}. Rename one.`, other: { message: `the other ${name}`, start: sameName.nameAt, end: sameName.nameAt + name.length } });
    } else names.set(name, field);
    const reservedName = message.reservedNames.find(({ text }) => text === name);
    if (reservedName !== undefined) {
      faults.push({ ...nameAt, code: 'proto/reserved', message: `The name ${name} is reserved in ${message.name}: JSON of an earlier field would be misread. Take another name.`, other: { ...reservedName, message: 'reserved here' } });
    }
    if (Number.isNaN(number)) continue;
    const same = numbers.get(number);
    if (same !== undefined) {
      faults.push({ ...at, code: 'proto/duplicate', message: `${name} and ${same.name} of ${message.name} both have the number ${number}. Give one a number of its own.`, other: { message: `${same.name} has it too`, ...numberPlace(same) } });
    } else numbers.set(number, field);
    if (number < 1 || number > maxNumber) {
      faults.push({ ...at, code: 'proto/number', message: `The number of ${name} is ${number}: fields have numbers from 1 to ${maxNumber}.` });
    } else if (number >= 19_000 && number <= 19_999) {
      faults.push({ ...at, code: 'proto/number', message: `The number of ${name} is ${number}: those from 19000 to 19999 belong to Protobuf itself.` });
    }
    const range = message.reserved.find((reserved) => isReserved([reserved], number));
    if (range !== undefined) {
      faults.push({ ...at, code: 'proto/reserved', message: `The number ${number} of ${name} is reserved in ${message.name}: bytes of an earlier field would be misread. Take another number.`, other: { message: 'reserved here', start: range.start, end: range.end } });
    }
    const extension = message.extensions.find((free) => isReserved([free], number));
    if (extension !== undefined) {
      faults.push({ ...at, code: 'proto/number', message: `The number ${number} of ${name} is one of those that ${message.name} leaves to extensions. Take another number.`, other: { message: 'left to extensions here', start: extension.start, end: extension.end } });
    }
  }
}

function checkEnum(found: ProtoEnum, file: ProtoFile, faults: ProtoFault[]): void {
  const hasAliases = optionOf(found, 'allow_alias')?.value === 'true';
  const numbers = new Map<number, string>();
  for (const value of found.values) {
    const { number, name } = value;
    const at = numberPlace(value);
    if (found.reservedNames.some(({ text }) => text === name)) {
      faults.push({ start: value.nameAt, end: value.nameAt + name.length, code: 'proto/reserved', message: `The name ${name} is reserved in ${found.name}. Take another name.` });
    }
    if (Number.isNaN(number)) continue;
    const same = numbers.get(number);
    if (same !== undefined && !hasAliases) {
      faults.push({ ...at, code: 'proto/duplicate', message: `${name} and ${same} of ${found.name} both have the number ${number}. Give one a number of its own, or set allow_alias.` });
    }
    numbers.set(number, same ?? name);
    if (isReserved(found.reserved, number)) {
      faults.push({ ...at, code: 'proto/reserved', message: `The number ${number} of ${name} is reserved in ${found.name}. Take another number.` });
    }
  }
  const [first] = found.values;
  if (file.syntax === 'proto3' && first !== undefined && first.number !== 0 && !Number.isNaN(first.number)) {
    faults.push({ ...numberPlace(first), code: 'proto/enum', message: `The first value of ${found.name} is ${first.number}: in proto3 it is the default and must be 0.` });
  }
}

/** The place of a number; hexadecimal ones are longer than they look. */
function numberPlace({ number, numberAt, end }: { readonly number: number; readonly numberAt: number; readonly end: number }): { start: number; end: number } {
  return { start: numberAt, end: Math.min(end, numberAt + String(number).length) };
}

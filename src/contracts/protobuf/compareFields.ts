import type { CompatLevel } from '../compat';
import type { Severity } from '../../text/problem';
import { isDelimited, isNumeric, isPacked, presenceOf } from './features';
import { areWireCompatible, fieldWords, isNarrower, jsonName, readsJson, scalarOf, typeWords } from './kinds';
import type { Findings, Pair } from './report';
import { nameRange, type PlacedField, type TypeRef } from './schema';
import { optionOf } from './tree';

/** Two versions of the field of one number, and what is said of it. */
class FieldPair {
  constructor(private readonly findings: Findings, private readonly element: string, private readonly pair: Pair<PlacedField>) {}

  report(check: string, level: CompatLevel, severity: Severity, message: string, advice: string): void {
    const { previous, current } = this.findings.inTime(this.pair);
    this.findings.add({
      check, level, severity, element: this.element, message, advice,
      at: nameRange(current), beforeAt: nameRange(previous), before: fieldWords(previous.element), after: fieldWords(current.element),
    });
  }
}

/**
 * What the reader's field makes of what is written under the same number.
 * @param isNameTaken true if another field of the reader has the writer's name, and takes what JSON has under it.
 */
export function compareField(findings: Findings, element: string, pair: Pair<PlacedField>, isNameTaken = false): void {
  const { writer, reader } = pair;
  const { previous, current } = findings.inTime(pair);
  const on = new FieldPair(findings, element, pair);
  const { number, name } = current.element;
  const anew = `Keep the type, or give ${name} a number of its own and reserve ${number}`;
  const [was, is] = [typeWords(previous), typeWords(current)];
  const areAlike = was === is && previous.name === current.name;
  const change = areAlike && isDelimited(writer) !== isDelimited(reader) ? `${element} was ${encodingWords(previous)} and is ${encodingWords(current)} under number ${number}`
    : areAlike && previous.type.name !== current.type.name ? `${element} was ${previous.type.name} and is ${current.type.name} under number ${number}`
    : previous.name === current.name ? `${element} was ${was} and is ${is} under number ${number}`
    : `${element} uses number ${number} again, which was ${typeWords(previous)} ${previous.name} and is ${typeWords(current)} ${name}`;

  if ((writer.element.mapKey === '') !== (reader.element.mapKey === '') || isDelimited(writer) !== isDelimited(reader)) {
    on.report('FIELD_KIND_CHANGED', 'wire', 'error', `${change}: ${findings.who}`, anew);
  } else {
    compareKey(on, pair, change, findings.who, anew);
    compareTypes(on, writer.type, reader.type, change, findings.who, anew);
    compareLabels(on, pair, element, findings, anew);
  }
  if (findings.isBackward && writer.element.oneof !== reader.element.oneof) {
    on.report('FIELD_ONEOF_CHANGED', 'source', 'warning',
      `${element} was in ${oneofWords(writer)} and is in ${oneofWords(reader)}: code that asks which of them is set does not build`,
      'Build and check what asks for it');
  }
  if (!isNameTaken) compareNames(on, pair, element, findings);
  compareDefaults(on, pair, element);
}

function oneofWords({ element: { oneof } }: PlacedField): string {
  return oneof === '' ? 'no oneof' : `oneof ${oneof}`;
}

function compareKey(on: FieldPair, { writer, reader }: Pair<PlacedField>, change: string, who: string, advice: string): void {
  const [written, read] = [writer.element.mapKey, reader.element.mapKey];
  if (written === read) return;
  if (!areWireCompatible(written, read)) on.report('FIELD_SCALAR_KIND_CHANGED', 'wire', 'error', `${change}: ${who}`, advice);
}

const moved = 'the bytes are the same as far as the two types are, but programs do not build, and a schema registry refuses the change';

/** True for a type that was moved into or out of another: what differs in it is told of the two. */
export function isSameElsewhere(one: TypeRef, other: TypeRef): boolean {
  const last = ({ name }: TypeRef): string => name.slice(name.lastIndexOf('.') + 1);
  return one.kind === other.kind && one.name !== other.name && last(one) === last(other) && 'definition' in one && 'definition' in other;
}

function encodingWords(field: PlacedField): string {
  return `${typeWords(field)} ${isDelimited(field) ? 'between two tags (a group)' : 'behind its length'}`;
}

function compareTypes(on: FieldPair, writer: TypeRef, reader: TypeRef, change: string, who: string, advice: string): void {
  const [written, read] = [scalarOf(writer), scalarOf(reader)];
  if (writer.kind === 'unknown' || reader.kind === 'unknown') {
    if (writer.name.split('.').pop() === reader.name.split('.').pop() || writer.kind === reader.kind || writer.kind !== 'scalar' && reader.kind !== 'scalar') return;
    on.report('FIELD_KIND_CHANGED', 'wire', 'warning', `${change}, and the file of one of them is not at hand: if it is no enum, ${who}`, advice);
  } else if (written === undefined || read === undefined) {
    if (written !== read) on.report('FIELD_KIND_CHANGED', 'wire', 'error', `${change}: ${who}`, advice);
    else if (isSameElsewhere(writer, reader)) on.report('FIELD_NAMED_TYPE_CHANGED', 'wire', 'warning', `${change}: ${moved}`, advice);
    else if (writer.name !== reader.name) on.report('FIELD_NAMED_TYPE_CHANGED', 'wire', 'error', `${change}: ${who}`, advice);
  } else if (!areWireCompatible(written, read)) {
    on.report('FIELD_SCALAR_KIND_CHANGED', 'wire', 'error', `${change}: ${who}`, advice);
  } else {
    if (written === 'enum' && read === 'enum' && isSameElsewhere(writer, reader)) {
      on.report('FIELD_NAMED_TYPE_CHANGED', 'wire', 'warning', `${change}: ${moved}`, advice);
    } else if (written === 'enum' && read === 'enum' && writer.name !== reader.name) {
      on.report('FIELD_NAMED_TYPE_CHANGED', 'wire', 'error', `${change}: the same numbers mean other values`, advice);
    }
    if (written === 'bytes' && read === 'string') {
      on.report('FIELD_SCALAR_KIND_CHANGED', 'wire', 'warning', `${change}: bytes that are no UTF-8 make reading fail`, advice);
    } else if (isNarrower(read, written)) {
      on.report('FIELD_SCALAR_KIND_CHANGED', 'wire', 'warning', `${change}: values that do not fit into ${read} are cut off where ${written} is written`, advice);
    }
    if (!readsJson(read, written)) {
      on.report('FIELD_SCALAR_KIND_CHANGED', 'json', 'error', `${change}: in JSON the two are written differently, and ${who}`, advice);
    }
  }
}

function compareLabels(on: FieldPair, pair: Pair<PlacedField>, element: string, findings: Findings, anew: string): void {
  const { writer, reader } = pair;
  const [written, read] = [presenceOf(writer), presenceOf(reader)];
  if (written === read || reader.element.mapKey !== '') return;
  if (read === 'required') {
    on.report(findings.isBackward ? 'REQUIRED_FIELD_ADDED' : 'REQUIRED_FIELD_REMOVED', 'wire', 'error',
      findings.isBackward ? `${element} is required now: messages that were written without it cannot be read at all`
        : `${element} is not required any more: consumers of the earlier version cannot read a message without it at all`,
      findings.isBackward ? `Leave ${reader.element.name} optional, and check in the program that it is there`
        : `Keep writing ${reader.element.name} until all consumers read it as optional`);
  }
  if ((written === 'repeated') === (read === 'repeated')) {
    if (findings.isBackward && written !== 'required' && read !== 'required' && writer.type.kind === reader.type.kind && writer.element.oneof === reader.element.oneof) {
      on.report('FIELD_PRESENCE_CHANGED', 'source', 'info',
        `${element} ${read === 'explicit' ? 'can be told from its zero value now' : 'cannot be told from its zero value any more'}: code that asks whether it is set does not build or answers differently`,
        'Build and check what asks for its presence');
    }
    return;
  }
  const { previous, current } = findings.inTime(pair);
  const change = `${element} was ${presenceOf(previous) === 'repeated' ? 'repeated' : 'a single value'} and is ${presenceOf(current) === 'repeated' ? 'repeated' : 'a single value'}`;
  if (isNumeric(writer) && isNumeric(reader)) {
    if (read === 'repeated') {
      on.report('FIELD_NUMERIC_LABEL_CHANGED', 'wire', 'warning', `${change}: parsers take the single number, but a schema registry refuses the change`, anew);
    } else if (isPacked(writer)) {
      on.report('FIELD_NUMERIC_LABEL_CHANGED', 'wire', 'error', `${change}: packed numbers are not read as a single one, and ${findings.who}`, anew);
    } else {
      on.report('FIELD_NUMERIC_LABEL_CHANGED', 'wire', 'error', `${change}: of several numbers the last one alone is read`, anew);
    }
  } else if (read !== 'repeated') {
    on.report('FIELD_LABEL_CHANGED', 'wire', 'warning', `${change}: of several values ${reader.type.kind === 'message' ? 'one that is merged of all' : 'the last one'} is read`, anew);
  }
  on.report('FIELD_LABEL_CHANGED', 'json', 'error', `${change}: in JSON one is a list and the other is not, and ${findings.who}`, anew);
}

function compareNames(on: FieldPair, { writer, reader }: Pair<PlacedField>, element: string, findings: Findings): void {
  const written = jsonName(writer);
  const isRenamed = writer.name !== reader.name;
  // Parsers of JSON take the field's own name beside its name in JSON.
  if (written !== jsonName(reader) && written !== reader.name) {
    on.report(isRenamed ? 'FIELD_NAME_CHANGED' : 'FIELD_JSON_NAME_CHANGED', 'json', 'error',
      `${element} is written as "${written}" in JSON and read as "${jsonName(reader)}": ${findings.who}`,
      `Add json_name = "${findings.isBackward ? written : jsonName(reader)}"`);
  } else if (isRenamed) {
    on.report('FIELD_NAME_CHANGED', 'json', 'warning',
      `${element} has another name, and the same one in JSON: programs that write the original names into JSON are not understood`,
      'Keep the name where JSON is written with the names of the .proto file');
  } else if (written !== jsonName(reader)) {
    on.report('FIELD_JSON_NAME_CHANGED', 'json', 'warning',
      `${element} is written as "${written}" in JSON and read as "${jsonName(reader)}", which parsers of Protobuf take, and others do not`,
      'Keep json_name where others than Protobuf’s parsers read the JSON');
  }
}

/** What a single enum is where nothing is written. */
function firstOf({ type, element }: PlacedField): { readonly name: string; readonly number: number } | undefined {
  return type.kind === 'enum' && element.mapKey === '' && element.label !== 'repeated' ? type.definition?.element.values[0] : undefined;
}

function compareDefaults(on: FieldPair, { writer, reader }: Pair<PlacedField>, element: string): void {
  const [a, b] = [optionOf(writer.element, 'default')?.value, optionOf(reader.element, 'default')?.value];
  const [first, second] = [firstOf(writer), firstOf(reader)];
  if (a === undefined && b === undefined && first !== undefined && second !== undefined && first.number !== second.number) {
    on.report('FIELD_DEFAULT_CHANGED', 'wire', 'warning',
      `A message without ${element} means ${first.name} where it is written and ${second.name} where it is read, the first value of the enum: a default is not in the bytes`,
      'Keep the first value, or write the value always');
  }
  if (a === b || (a !== undefined && b !== undefined && a !== '' && b !== '' && Number(a) === Number(b))) return;
  on.report('FIELD_DEFAULT_CHANGED', 'wire', 'warning',
    `A message without ${element} means ${a === undefined ? 'no default of its own' : `the default ${a}`} where it is written and ${b === undefined ? 'none' : b} where it is read: a default is not in the bytes`,
    'Keep the default, or write the value always');
}

import { isMap, isScalar, isSeq, get, type SyntaxNode } from '../../syntax/tree';
import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import { parseAvro } from './parse';
import { avroWords, type AvroEnum, type AvroRecord, type AvroType } from './schema';

/** Deeper defaults than anybody writes are taken for good ones. */
const maxDepth = 32;
/** Names as the specification has them; registries and generators refuse others. */
const nameShape = /^[A-Za-z_]\w*$/;

/** What a schema says that Avro does not allow: names, symbols and fields that are there twice, defaults of another type. */
export function checkAvro(file: SourceFile): readonly Problem[] {
  const { named, twice } = parseAvro(file);
  const problems: Problem[] = [];
  const problem = (code: string, at: SourceRange, message: string): void => {
    if (at.file === file.id) problems.push({ code: `avro/${code}`, severity: 'error', at, message });
  };
  for (const type of twice) problem('duplicate', type.at, `${type.fullName} is defined twice. Refer to the first definition by its name, or give this one a name of its own.`);
  for (const type of named.values()) {
    checkName(type.fullName, type.at, problem);
    if (type.kind === 'enum') checkEnum(type, problem);
    if (type.kind === 'record') checkFields(type, file, problem);
  }
  return problems.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
}

type Tell = (code: string, at: SourceRange, message: string) => void;

function checkName(name: string, at: SourceRange, problem: Tell): void {
  const wrong = name === '' ? undefined : name.split('.').find((part) => !nameShape.test(part));
  if (wrong !== undefined) problem('name', at, `"${wrong}" is no name in Avro: names have letters, digits and _ only, and begin with no digit. Write ${suggested(wrong)}.`);
}

function suggested(name: string): string {
  const plain = name.replace(/\W/g, '_');
  return nameShape.test(plain) ? plain : `_${plain}`;
}

function checkEnum(type: AvroEnum, problem: Tell): void {
  const seen = new Set<string>();
  for (const { name, at } of type.symbols) {
    checkName(name, at, problem);
    if (seen.has(name)) problem('duplicate', at, `${name} is a symbol of ${type.fullName} twice. Remove one of them.`);
    seen.add(name);
  }
  if (type.default !== undefined && type.symbols.length > 0 && !seen.has(type.default)) {
    problem('default', type.at, `${type.default}, the default of ${type.fullName}, is none of its symbols. Take one of ${[...seen].join(', ')}.`);
  }
}

function checkFields(type: AvroRecord, file: SourceFile, problem: Tell): void {
  const seen = new Set<string>();
  for (const field of type.fields) {
    checkName(field.name, field.at, problem);
    if (seen.has(field.name)) problem('duplicate', field.at, `${type.fullName} has ${field.name} twice. Give one of them another name.`);
    seen.add(field.name);
    if (field.default === undefined || fits(field.type, field.default, 0)) continue;
    problem('default', rangeIn(file, field.default.start, field.default.end),
      `The default of ${type.fullName}.${field.name} is no ${avroWords(field.type)}: readers that need it cannot use it. Write a value of that type.`);
  }
}

/** Whether a value as JSON is one of a type; what is not known here counts as one. */
function fits(type: AvroType, node: SyntaxNode | undefined, depth: number): boolean {
  if (node === undefined || depth > maxDepth || type.kind === 'unknown') return true;
  const value = isScalar(node) ? node.value : undefined;
  const below = (inner: AvroType, one: SyntaxNode | undefined): boolean => fits(inner, one, depth + 1);
  switch (type.kind) {
    case 'union': return type.branches.length === 0 || type.branches.some((branch) => below(branch, node));
    case 'array': return isSeq(node) && node.items.every((item) => below(type.items, item));
    case 'map': return isMap(node) && node.entries.every((entry) => below(type.values, entry.value));
    case 'record': return isMap(node) && type.fields.every((field) => {
      const own = get(node, field.name) ?? field.default;
      return own !== undefined && below(field.type, own);
    });
    case 'enum': return typeof value === 'string' && (type.symbols.length === 0 || type.symbols.some(({ name }) => name === value));
    case 'fixed': return typeof value === 'string' && (Number.isNaN(type.size) || [...value].length === type.size);
    case 'primitive': switch (type.type) {
      case 'null': return value === null;
      case 'boolean': return typeof value === 'boolean';
      case 'int': return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
      case 'long': return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
      case 'float': case 'double': return typeof value === 'number';
      case 'bytes': case 'string': return typeof value === 'string';
    }
  }
}

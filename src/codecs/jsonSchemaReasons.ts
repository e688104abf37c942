import type { ErrorObject } from 'ajv';
import { oneLine } from './bytesText';
import type { Fault } from './decoded';
import type { Branches } from './jsonSchemaBranches';

/** Characters of a value and of a name, pattern or constant that a reason cites. */
const VALUE = 40;
const NAME = 60;
/** Of a longer list so many are cited. */
const LISTED = 5;

/**
 * What a validator has found, in our words: what came, and what had to come. Of a value no more is cited than that
 * takes: types, numbers and lengths, and the beginning of a text only where it had to be one of a few.
 * @param errors as a validator with the option `verbose` lists them, whose `anyOf` and `oneOf` know their branches
 * @param isWhole every error was looked for, not the first of each schema alone
 * @param most faults at most: of a large value there may be very many
 */
export function faultsOf(errors: readonly ErrorObject[], isWhole: boolean, most: number): readonly Fault[] {
  return tell(nodesOf(errors), isWhole, most);
}

/** An error, and the errors that led to it. */
interface Node {
  readonly error: ErrorObject;
  readonly branches: readonly Branch[];
}

interface Branch {
  readonly index: number;
  readonly nodes: readonly Node[];
}

/** What an error leads to lies right before it in the validator's list. */
function nodesOf(errors: readonly ErrorObject[]): readonly Node[] {
  const nodes: Node[] = [];
  for (let at = errors.length - 1; at >= 0; at--) {
    const error = errors[at]!;
    const { tried = [] } = error.params as Partial<Branches>;
    const count = tried.at(-1)?.[1] ?? 0;
    const branches = tried.map(([index, end], n) => ({
      index, nodes: nodesOf(errors.slice(at - count + (tried[n - 1]?.[1] ?? 0), at - count + end)),
    }));
    nodes.push({ error, branches });
    at -= count;
  }
  return withNames(nodes.reverse());
}

/** What is wrong with a property's name is said before it, at the same place, with the name for its value. */
function withNames(nodes: readonly Node[]): readonly Node[] {
  const all: Node[] = [];
  for (const node of nodes) {
    const { keyword, params, instancePath } = node.error;
    const own: Node[] = [];
    while (keyword === 'propertyNames' && all.at(-1)?.error.instancePath === instancePath && all.at(-1)?.error.data === params['propertyName']) {
      own.unshift(all.pop()!);
    }
    all.push(own.length > 0 ? { ...node, branches: [{ index: 0, nodes: own }] } : node);
  }
  return all;
}

function tell(nodes: readonly Node[], isWhole: boolean, most: number): readonly Fault[] {
  const isEcho = echoes(nodes);
  // Two parts of a schema may ask for the same.
  const faults = new Map<string, Fault>();
  for (const node of nodes) {
    if (faults.size >= most) break;
    if (isEcho(node)) continue;
    for (const fault of told(node, isWhole, most)) faults.set(`${fault.path} ${fault.reason}`, fault);
  }
  return [...faults.values()].slice(0, most);
}

/** What only follows from another error, which says more. */
function echoes(nodes: readonly Node[]): (node: Node) => boolean {
  const isAlone = nodes.every(({ error }) => error.keyword === 'if');
  // Where something is wrong, and all that is around it.
  const wrong = new Set<string>();
  for (const { error } of nodes) {
    for (let path = error.instancePath; !isUnevaluated(error) && !wrong.has(path); path = path.slice(0, path.lastIndexOf('/'))) {
      wrong.add(path);
      if (path === '') break;
    }
  }
  return ({ error }) => {
    // The part of the schema that the condition chose has said what is wrong.
    if (error.keyword === 'if') return !isAlone;
    // What a part of the schema has looked at counts only if that part holds.
    return isUnevaluated(error) && wrong.has(error.instancePath);
  };
}

function isUnevaluated({ keyword }: ErrorObject): boolean {
  return keyword === 'unevaluatedProperties' || keyword === 'unevaluatedItems';
}

function told(node: Node, isWhole: boolean, most: number): readonly Fault[] {
  const { error } = node;
  if (error.keyword === 'anyOf' || error.keyword === 'oneOf') return ofUnion(node, isWhole, most);
  return [{ path: error.instancePath, ...(error.keyword === 'propertyNames' ? ofName(node) : said(error)) }];
}

type Said = Omit<Fault, 'path'>;

/**
 * What came is of one value, what had to come is the contract's.
 * @param begin of what had to come, and `rest`, which goes without saying beside what came
 */
function other(came: string, begin: string, rest = ''): Said {
  return { reason: `${came}, and must ${begin}`, kind: `must ${begin}${rest}` };
}

function said(error: ErrorObject): Said {
  const { keyword, params, data, schema } = error as ErrorObject<string, Readonly<Record<string, unknown>>> & { readonly data?: unknown };
  switch (keyword) {
    case 'type': {
      const types = listOf(params['type']);
      return { reason: `is ${typeOf(data, types)}, and must be ${either(types.map(withArticle))}` };
    }
    case 'enum':
      return other(`is ${valueText(data)}`, `be ${either(listOf(params['allowedValues']).map(constText))}`);
    case 'const':
      return other(`is ${valueText(data)}`, `be ${constText(params['allowedValue'])}`);
    case 'minimum':
      return other(`is ${String(data)}`, `be at least ${String(params['limit'])}`);
    case 'maximum':
      return other(`is ${String(data)}`, `be at most ${String(params['limit'])}`);
    case 'exclusiveMinimum':
      return other(`is ${String(data)}`, `be more than ${String(params['limit'])}`);
    case 'exclusiveMaximum':
      return other(`is ${String(data)}`, `be less than ${String(params['limit'])}`);
    case 'multipleOf':
      return other(`is ${String(data)}`, `be a multiple of ${String(params['multipleOf'])}`);
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return other(`has ${sizeText(data)}`, `have at least ${String(params['limit'])}`, ` ${unitOf(data, params['limit'])}`);
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
    case 'items':
    case 'additionalItems':
    case 'unevaluatedItems': {
      const limit = params['limit'] ?? params['len'];
      return other(`has ${sizeText(data)}`, limit === 0 ? 'have none' : `have at most ${String(limit)}`, `${limit === 0 ? ' of its' : ''} ${unitOf(data, limit)}`);
    }
    case 'pattern':
      return other(textOf(data), `match the pattern ${oneLine(String(params['pattern']), NAME)}`);
    case 'format':
      return other(textOf(data), `be ${formats[String(params['format'])] ?? `of the format ${nameText(params['format'])}`}`);
    case 'uniqueItems':
      return {
        reason: `has the same item at ${String(params['j'])} and ${String(params['i'])}, and must have each only once`,
        kind: 'has the same item twice, and must have each only once',
      };
    case 'contains':
      return ofContains(params['minContains'], params['maxContains']);
    case 'required':
      return { reason: `has no ${nameText(params['missingProperty'])}, which is required` };
    case 'dependencies':
    case 'dependentRequired':
      return { reason: `has no ${nameText(params['missingProperty'])}, which is required beside ${nameText(params['property'])}` };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return { reason: `has ${nameText(params['additionalProperty'] ?? params['unevaluatedProperty'])}, which the contract does not have` };
    case 'false schema':
      return { reason: 'must not be there' };
    case 'not':
      return ofNot(schema);
    default:
      return { reason: error.message ?? 'breaks the schema' };
  }
}

/** Whether fewer or more items fit than the contract wants is not said by the validator. */
function ofContains(least: unknown, most: unknown): Said {
  const many = most === undefined ? `at least ${String(least)}` : least === 0 ? `at most ${String(most)}` : `${String(least)} to ${String(most)}`;
  return { reason: `must have ${many} ${least === 1 && most === undefined ? 'item' : 'items'} of the kind that the contract asks for` };
}

function ofNot(schema: unknown): Said {
  if (isObject(schema) && Object.keys(schema).length === 1) {
    const { required, type, enum: values } = schema;
    if (Array.isArray(required)) return { reason: `has ${listed(required.map(nameText), 'and')}, which the contract rules out` };
    if (type !== undefined) return { reason: `must not be ${either(listOf(type).map(withArticle))}` };
    if (Array.isArray(values)) return { reason: `must not be ${either(values.map(constText))}` };
    if ('const' in schema) return { reason: `must not be ${constText(schema['const'])}` };
  }
  return { reason: 'is what the contract rules out' };
}

function ofName({ error, branches: [why] }: Node): Said {
  const [first] = why ? tell(why.nodes, true, 1) : [];
  const begin = `has a property ${nameText(error.params['propertyName'])}, and names of properties`;
  // A name is told by itself: what came is said already.
  const wanted = first?.kind ?? 'must be others';
  return { reason: `${begin} ${wanted}`, kind: `names of its properties ${wanted}` };
}

/**
 * Of several forms none fits, or more than one where one has to. Where the type, or a property with a constant, tells
 * which of them was meant, that one's faults are told.
 */
function ofUnion({ error, branches }: Node, isWhole: boolean, most: number): readonly Fault[] {
  const { instancePath: path, schema } = error;
  const forms = listOf(schema);
  const passing: unknown = error.params['passingSchemas'];
  if (Array.isArray(passing)) return [{ path, reason: tooMany(forms, passing.map(Number)) }];

  const others = branches.flatMap(({ nodes }) => nodes.filter((node) => isOfAnotherKind(node, path)));
  const ofKind = branches.filter(({ nodes }) => !nodes.some((node) => isOfAnotherKind(node, path)));
  if (ofKind.length === 0) return [{ path, ...ofKinds(others) }];
  const tag = ofKind[0]?.nodes.map((node) => tagOf(node, path)).find((place) => place !== undefined && ofKind.every(({ nodes }) => nodes.some((node) => tagOf(node, path) === place)));
  if (tag !== undefined && ofKind.length > 1) return [{ path: tag, ...ofKinds(ofKind.flatMap(({ nodes }) => nodes.filter((node) => tagOf(node, path) === tag))) }];

  // Of a form that was left at its first fault nobody knows the tag.
  const untagged = !isWhole ? [] : ofKind.filter(({ nodes }) => !nodes.some((node) => tagOf(node, path) !== undefined && isConstant(node)));
  const meant = untagged.length > 0 ? untagged : ofKind;
  const faults = meant.map(({ nodes }) => tell(nodes, isWhole, most));
  // Whichever was meant, so much is wrong; of a single one it is all.
  const common = (faults[0] ?? []).filter((fault) => faults.every((all) => all.some((one) => one.path === fault.path && one.reason === fault.reason)));
  if (common.length > 0) return common;
  const missing = meant.map(({ nodes }) => missingAlone(nodes, path));
  if (isWhole && missing.every((one) => one !== undefined)) return [{ path, reason: lacksAll([...new Set(missing)]) }];
  const names = meant.map(({ index }) => formName(forms[index]));
  return [{ path, reason: `fits none of ${names.every((name) => name !== undefined) ? listed(names, 'and') : `the ${forms.length} forms that the contract allows`}` }];
}

/** The value itself is of another type, or not the constant that a form asks for. */
function isOfAnotherKind({ error }: Node, path: string): boolean {
  return error.instancePath === path && ['type', 'const', 'enum'].includes(error.keyword);
}

/** Where a property right below has none of the values by which forms can be told apart. */
function tagOf({ error: { keyword, instancePath } }: Node, path: string): string | undefined {
  if (keyword !== 'const' && keyword !== 'enum') return undefined;
  return instancePath.startsWith(`${path}/`) && instancePath.lastIndexOf('/') === path.length ? instancePath : undefined;
}

/** Drafts before 6 write a constant as a list of one. */
function isConstant({ error: { keyword, params } }: Node): boolean {
  return keyword === 'const' || (keyword === 'enum' && listOf(params['allowedValues']).length === 1);
}

/** The property whose absence is all that keeps a form from fitting. */
function missingAlone(nodes: readonly Node[], path: string): string | undefined {
  const [only] = nodes.length === 1 ? nodes : [];
  return only?.error.keyword === 'required' && only.error.instancePath === path ? nameText(only.error.params['missingProperty']) : undefined;
}

function lacksAll(missing: readonly string[]): string {
  const none = missing.length === 2 ? `has neither ${missing.join(' nor ')}` : `has none of ${listed(missing, 'and')}`;
  return `${none}, of which one is required`;
}

function tooMany(forms: readonly unknown[], passing: readonly number[]): string {
  const names = passing.map((at) => formName(forms[at]));
  return names.every((name) => name !== undefined)
    ? `fits both ${names.join(' and ')}, and must fit only one`
    : `fits the forms ${passing.map((at) => at + 1).join(' and ')} of the ${forms.length} that the contract allows, and must fit only one`;
}

/** What one value could have been in several forms. */
function ofKinds(nodes: readonly Node[]): Said {
  const types: unknown[] = [];
  const values: unknown[] = [];
  for (const { error: { keyword, params } } of nodes) {
    if (keyword === 'type') types.push(...listOf(params['type']));
    else values.push(...(keyword === 'const' ? [params['allowedValue']] : listOf(params['allowedValues'])));
  }
  const wanted = `be ${either([...new Set([...values.map(constText), ...types.map(withArticle)])])}`;
  const data: unknown = nodes[0]?.error.data;
  return values.length > 0 ? other(`is ${valueText(data)}`, wanted) : { reason: `is ${typeOf(data, types)}, and must ${wanted}` };
}

/** How a schema calls one of its forms. */
function formName(schema: unknown): string | undefined {
  if (!isObject(schema)) return undefined;
  const { title, $ref } = schema;
  if (typeof title === 'string' && title.trim() !== '') return nameText(title);
  const last = typeof $ref === 'string' ? /([^/#]+)$/.exec($ref)?.[1] : undefined;
  return last === undefined ? undefined : nameText(last.replace(/\.json$/, ''));
}

/** With an example each, since their rules are longer than a sentence. */
const formats: Readonly<Record<string, string>> = {
  'date-time': 'a date-time, such as 2026-01-31T08:30:00Z',
  date: 'a date, such as 2026-01-31',
  time: 'a time with its offset, such as 08:30:00Z',
  email: 'an e-mail address',
  uri: 'a URI with its scheme',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  hostname: 'a host name',
};

/** @param wanted a number is told from whole ones only where one of those has to come */
function typeOf(data: unknown, wanted: readonly unknown[]): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'an array';
  if (typeof data === 'number' && wanted.includes('integer')) return 'a number with a fraction';
  return withArticle(typeof data);
}

function withArticle(type: unknown): string {
  if (type === 'null') return 'null';
  return `${/^[aio]/.test(String(type)) ? 'an' : 'a'} ${String(type)}`;
}

/** A value that had to be one of some; what is longer than those is cut. */
function valueText(data: unknown): string {
  return typeof data === 'object' && data !== null ? typeOf(data, []) : quoted(data, VALUE);
}

function constText(value: unknown): string {
  return quoted(value, NAME);
}

function quoted(value: unknown, limit: number): string {
  return typeof value === 'string' ? `"${oneLine(value, limit)}"` : oneLine(JSON.stringify(value) ?? String(value), limit);
}

/** A name as it is where it cannot be taken for words of the sentence. */
function nameText(name: unknown): string {
  const text = String(name);
  return /^[\w$@.:-]{1,60}$/.test(text) ? text : quoted(text, NAME);
}

function textOf(data: unknown): string {
  return data === '' ? 'is empty' : `is text of ${sizeText(data)}`;
}

/** `3 items`, `1 character`, `no properties`. */
function sizeText(data: unknown): string {
  const size = typeof data === 'string' ? lengthOf(data) : Array.isArray(data) ? data.length : Object.keys(Object(data)).length;
  return `${size === 0 ? 'no' : size} ${unitOf(data, size)}`;
}

/** What a text, list or object has so many of. */
function unitOf(data: unknown, count: unknown): string {
  const [one, many] = typeof data === 'string' ? ['character', 'characters'] : Array.isArray(data) ? ['item', 'items'] : ['property', 'properties'];
  return count === 1 ? one : many;
}

/** As JSON Schema counts them: a pair of surrogates is one character. */
function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function either(texts: readonly string[]): string {
  return listed(texts, 'or');
}

function listed(texts: readonly string[], word: 'and' | 'or'): string {
  if (texts.length > LISTED + 1) return `${texts.slice(0, LISTED).join(', ')} ${word} ${texts.length - LISTED} others`;
  return texts.length < 2 ? (texts[0] ?? 'nothing') : `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { alternatives, and, caseOf, itemOf, limitOf, bound, boundOf, ofTypes, propertyOf, readable, requiredOf, typesOf, valuesOf, Sameness, type Case } from './cases';
import type { Findings, Refusal } from './findings';
import { ObjectProof } from './objects';
import { bits, bareSchema, numberBits, typeWords, type JsonSchema, type Limit } from './schema';
import { canonical, holds } from './value';

/** Steps after which a comparison gives up: what was not shown until then counts as incompatible. */
const maxSteps = 8_000;
const maxLevel = 64;
/** Steps within one another, also of references that lead to references. */
const maxNested = 300;
const maxSplits = 6;

/** Shows that each document of a case is valid for a schema; by induction on the depth of documents where schemas recur. */
export class Proof {
  private steps = 0;
  private level = 0;
  private nested = 0;
  private quiet = 0;
  /** Results of what was only tried, and the level at which what is being tried was begun. */
  private readonly known = new Map<string, boolean | number>();
  /** What was taken for true, in order: it is forgotten when something that it may rest on turns out false. */
  private readonly taken: string[] = [];
  private readonly requiring = new Map<string, JsonSchema>();
  private readonly sameness = new Sameness();
  private readonly objects: ObjectProof;

  constructor(private readonly findings: Findings) {
    this.objects = new ObjectProof(this);
  }

  show(writer: JsonSchema, reader: JsonSchema): boolean {
    return this.prove(caseOf(writer, [writer]), reader);
  }

  prove(writer: Case, reader: JsonSchema): boolean {
    if (reader.always === true || writer.positive.some((one) => this.sameness.isSame(one, reader))) return true;
    const key = `${writer.key}>${reader.id}`;
    const known = this.known.get(key);
    // Met again further down in the document: true for all smaller documents, so it may be assumed.
    if (typeof known === 'number') return known < this.level;
    if (known === true || (known === false && this.quiet > 0)) return known;
    if (++this.steps > maxSteps || this.level > maxLevel || this.nested > maxNested) return this.quiet === 0 ? this.tooMuch(writer, reader) : false;
    this.known.set(key, this.level);
    const mark = this.taken.length;
    this.nested++;
    const result = this.proveAnew(writer, reader);
    this.nested--;
    this.known.set(key, result);
    if (result) this.taken.push(key);
    else for (const resting of this.taken.splice(mark)) this.known.delete(resting);
    return result;
  }

  private proveAnew(writer: Case, reader: JsonSchema): boolean {
    if (this.isEmpty(writer)) return true;
    if (reader.always === false) {
      return this.refuse({ check: 'TYPE_CHANGED', reader, writer, sentence: 'may have something here', advice: 'Let it stay allowed, or give it another name.' });
    }
    if (this.quietly(() => this.keywords(writer, reader))) return true;
    const values = valuesOf(writer);
    if (values !== undefined && values.every((value) => holds(value, reader) === true)) return true;
    const cases = writer.split.size < maxSplits ? alternatives(writer) : undefined;
    if (cases !== undefined) return this.all(cases, (one) => this.prove(one, reader));
    const types = typesOf(writer);
    if (reader.anyOf.length + reader.oneOf.length > 0 || reader.when !== undefined || reader.not !== undefined || reader.ref !== undefined || reader.allOf.length > 0) {
      const apart = [bits.null, bits.boolean, bits.object, bits.array, bits.string, numberBits].filter((bit) => (types & bit) !== 0);
      if (apart.length > 1) return this.all(apart, (bit) => this.prove(ofTypes(writer, bit), reader));
    }
    return this.keywords(writer, reader);
  }

  /** All of them are tried where findings are noted, so that each is told. */
  all<T>(list: readonly T[], test: (one: T) => boolean): boolean {
    if (this.quiet > 0) return list.every(test);
    return list.map(test).every(Boolean);
  }

  /** True if no document can be in a case; false where that is not known. */
  isEmpty(one: Case): boolean {
    const key = `${one.key}∅`;
    const known = this.known.get(key);
    if (typeof known === 'number') return known < this.level;
    if (known !== undefined) return known;
    if (++this.steps > maxSteps || this.level > maxLevel) return false;
    this.known.set(key, this.level);
    const mark = this.taken.length;
    const result = this.quietly(() => this.isPlainlyEmpty(one) || (one.split.size < maxSplits && (alternatives(one)?.every((each) => this.isEmpty(each)) ?? false)));
    this.known.set(key, result);
    if (result) this.taken.push(key);
    else for (const resting of this.taken.splice(mark)) this.known.delete(resting);
    return result;
  }

  private isPlainlyEmpty(one: Case): boolean {
    const types = typesOf(one);
    if (types === 0) return true;
    if (valuesOf(one)?.length === 0) return true;
    const rest = caseOf(one.home, one.positive, { types: one.types, split: one.split });
    if (one.negative.some((schema) => this.prove(rest, schema))) return true;
    let left = types;
    const crossed = (min: Limit, max: Limit): boolean => (limitOf(one, min) ?? 0) > (limitOf(one, max) ?? Infinity);
    const [low, high] = [boundOf(one, 'low'), boundOf(one, 'high')];
    if (low !== undefined && high !== undefined && (low.value > high.value || (low.value === high.value && !(low.isIn && high.isIn)))) left &= ~numberBits;
    if (crossed('minLength', 'maxLength')) left &= ~bits.string;
    if (crossed('minItems', 'maxItems')) left &= ~bits.array;
    if (crossed('minProperties', 'maxProperties')) left &= ~bits.object;
    if ((left & bits.array) !== 0 && left === bits.array) {
      const least = Math.min(limitOf(one, 'minItems') ?? 0, 8);
      for (let i = 0; i < least; i++) if (this.deeper(() => this.isEmpty(itemOf(one, i)))) return true;
    }
    if (left === bits.object) return [...requiredOf(one)].some((name) => this.deeper(() => this.isEmpty(propertyOf(one, name))));
    return left === 0;
  }

  /** Each keyword of a schema by itself: all of them must hold. */
  private keywords(writer: Case, reader: JsonSchema): boolean {
    const types = typesOf(writer);
    const checks: (() => boolean)[] = [];
    if (reader.opaque !== undefined) {
      checks.push(() => this.refuse({
        check: 'TYPE_CHANGED', keyword: '$ref', reader, writer, sentence: 'are held against something that cannot be followed', advice: 'Refer to a schema that is at hand, by $ref.',
      }));
    }
    if (reader.ref !== undefined) {
      const target = reader.ref();
      checks.push(() => (target === undefined ? this.refuse({
        check: 'TYPE_CHANGED', keyword: '$ref', reader, writer, sentence: 'are held against a reference that leads nowhere', advice: 'Put the file that is referred to beside this one, or mend the reference.',
      }) : this.prove(writer, target)));
    }
    if (reader.types !== undefined && (types & ~reader.types) !== 0) {
      const overlap = (types & reader.types) !== 0;
      const refused = this.refuse({
        check: overlap ? 'TYPE_NARROWED' : 'TYPE_CHANGED', keyword: 'type', reader, writer,
        sentence: `may have ${typeWords(types & ~reader.types)} where ${typeWords(reader.types)} is read`,
        advice: 'Keep the type, or add a property of the new type under another name.',
      });
      // Of the types that both know something else may be narrowed, and whoever restores the type must not meet it then.
      return overlap && this.quiet === 0 ? this.keywords(ofTypes(writer, reader.types), reader) && refused : refused;
    }
    checks.push(() => this.values(writer, reader));
    if ((types & numberBits) !== 0) checks.push(() => this.numbers(writer, reader));
    if ((types & bits.string) !== 0) checks.push(() => this.strings(writer, reader));
    if ((types & bits.array) !== 0) checks.push(() => this.arrays(types === bits.array ? writer : ofTypes(writer, bits.array), reader));
    if ((types & bits.object) !== 0) checks.push(() => this.objects.prove(types === bits.object ? writer : ofTypes(writer, bits.object), reader));
    checks.push(...reader.allOf.map((one) => () => this.prove(writer, one)));
    checks.push(() => this.sums(writer, reader));
    return this.all(checks, (check) => check());
  }

  private values(writer: Case, reader: JsonSchema): boolean {
    return this.all(reader.values, (list) => {
      const allowed = new Set(list.map(canonical));
      const written = valuesOf(writer);
      if (written?.every((value) => allowed.has(canonical(value))) === true) return true;
      const keyword = reader.keywords.has('enum') ? 'enum' : 'const';
      const gone = written?.filter((value) => !allowed.has(canonical(value))).map((value) => JSON.stringify(value));
      const isNarrowed = written === undefined || list.every((value) => written.some((one) => canonical(one) === canonical(value)));
      const what = gone === undefined ? 'may have other values than those listed' : `may have ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ', …' : ''}`;
      return this.refuse({
        check: isNarrowed ? 'ENUM_ARRAY_NARROWED' : 'ENUM_ARRAY_CHANGED', keyword, reader, writer, sentence: what,
        writerKeyword: readable(writer).some(({ keywords }) => keywords.has('enum')) ? 'enum' : 'const',
        advice: { backward: gone === undefined ? 'Do not list values, or list all that are in use.' : `Keep ${gone.slice(0, 5).join(', ')}.`, forward: 'Let consumers accept the new values before anybody writes them.' },
      });
    });
  }

  private numbers(writer: Case, reader: JsonSchema): boolean {
    const isInteger = (typesOf(writer) & numberBits) === bits.integer;
    const bounds = this.all(['low', 'high'] as const, (side) => {
      const own = side === 'low' ? ['minimum', 'exclusiveMinimum'] as const : ['maximum', 'exclusiveMaximum'] as const;
      const wanted = bound(reader.limits.get(own[0]), reader.limits.get(own[1]), side, isInteger);
      if (wanted === undefined) return true;
      const has = boundOf(writer, side);
      const isInside = has !== undefined && (side === 'low' ? has.value > wanted.value : has.value < wanted.value);
      if (isInside || (has?.value === wanted.value && (wanted.isIn || !has.isIn))) return true;
      const keyword = own.find((key) => reader.limits.has(key))!;
      const name = keyword === own[0] ? own[0].toUpperCase() : `EXCLUSIVE_${own[0].toUpperCase()}`;
      return this.refuse({
        check: `${name}_${has === undefined ? 'ADDED' : side === 'low' ? 'INCREASED' : 'DECREASED'}`, keyword, reader, writer,
        sentence: `may have numbers ${side === 'low' ? 'below' : 'above'} ${wanted.value}`, advice: this.widen(keyword),
      });
    });
    const step = reader.multipleOf;
    const isStepped = step === undefined || (isInteger && Number.isInteger(1 / step))
      || readable(writer).some(({ multipleOf }) => multipleOf !== undefined && Number.isInteger(multipleOf / step));
    if (isStepped) return bounds;
    const had = readable(writer).flatMap(({ multipleOf }) => multipleOf ?? []);
    return this.refuse({
      check: had.length === 0 ? 'MULTIPLE_OF_ADDED' : had.some((one) => Number.isInteger(step / one)) ? 'MULTIPLE_OF_EXPANDED' : 'MULTIPLE_OF_CHANGED',
      keyword: 'multipleOf', reader, writer, sentence: `may have numbers that are no multiple of ${step}`, advice: this.widen('multipleOf'),
    });
  }

  private strings(writer: Case, reader: JsonSchema): boolean {
    const lengths = this.limits(writer, reader, 'minLength', 'maxLength', 'characters', {});
    const patterns = readable(writer).flatMap(({ pattern }) => pattern ?? []);
    const isMatched = reader.pattern === undefined || patterns.includes(reader.pattern) || this.refuse({
      check: patterns.length === 0 ? 'PATTERN_ADDED' : 'PATTERN_CHANGED', keyword: 'pattern', reader, writer,
      sentence: `may have text that does not match ${reader.pattern}`, advice: this.widen('pattern'),
    });
    const formats = readable(writer).flatMap(({ format }) => format ?? []);
    const isFormatted = reader.format === undefined || formats.includes(reader.format) || this.refuse({
      check: formats.length === 0 ? 'FORMAT_ADDED' : 'FORMAT_CHANGED', keyword: 'format', reader, writer, severity: 'warning',
      sentence: `may have text that is no ${reader.format}`, advice: 'Harmless where validators only note formats; else leave the format as it was.',
    });
    return lengths && isMatched && isFormatted;
  }

  private arrays(writer: Case, reader: JsonSchema): boolean {
    const max = limitOf(writer, 'maxItems') ?? Infinity;
    let good = this.limits(writer, reader, 'minItems', 'maxItems', 'items', {});
    if (reader.uniqueItems && max > 1 && !readable(writer).some(({ uniqueItems }) => uniqueItems)) {
      good = this.refuse({ check: 'UNIQUE_ITEMS_ADDED', keyword: 'uniqueItems', reader, writer, sentence: 'may have an item twice', advice: this.widen('uniqueItems') });
    }
    const named = Math.max(reader.prefix.length, ...readable(writer).map(({ prefix }) => prefix.length));
    for (let i = 0; i <= named && (i < max); i++) {
      const wanted = reader.prefix[i] ?? reader.items ?? (i >= reader.prefix.length ? reader.unevaluatedItems : undefined);
      if (wanted === undefined) continue;
      const item = itemOf(writer, i);
      if (this.quietly(() => this.deeper(() => this.prove(item, wanted)))) continue;
      const isNamed = readable(writer).some(({ prefix }) => prefix[i] !== undefined);
      const isOpen = !readable(writer).some(({ items }) => items !== undefined);
      const advice = 'Leave the items as they were, or add a property beside the list.';
      const sentence = i < named ? `may have something else as item ${i}` : 'may have other items';
      if (wanted === reader.prefix[i] && !isNamed && reader.prefix.length > 0) {
        good = this.refuse({ check: isOpen ? 'ITEM_ADDED_TO_OPEN_CONTENT_MODEL' : 'ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', reader: wanted, writer: item, sentence, advice });
      } else if (wanted !== reader.prefix[i] && isNamed) {
        good = this.refuse({ check: wanted.always === false ? 'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL' : 'ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', reader: wanted, writer: item, sentence, advice });
      } else if (i === named && (isOpen || wanted.always === false)) {
        good = this.refuse({ check: wanted.always === false ? 'ADDITIONAL_ITEMS_REMOVED' : 'ADDITIONAL_ITEMS_NARROWED', reader: wanted, writer: item, sentence, advice });
      } else good = this.deeper(() => this.prove(item, wanted)) && good;
    }
    return this.contains(writer, reader) && good;
  }

  private contains(writer: Case, reader: JsonSchema): boolean {
    const { contains } = reader;
    if (contains === undefined) return true;
    const prefixes = Math.max(0, ...readable(writer).map(({ prefix }) => prefix.length));
    const isEach = (): boolean => Array.from({ length: prefixes + 1 }, (_, i) => i).every((i) => this.deeper(() => this.prove(itemOf(writer, i), contains.schema)));
    const others = readable(writer).flatMap((one) => one.contains ?? []);
    const sub = (one: JsonSchema, other: JsonSchema): boolean => this.quietly(() => this.deeper(() => this.prove(caseOf(one, [one]), other)));
    const isEnough = contains.min === 0 || others.some(({ schema, min }) => min >= contains.min && sub(schema, contains.schema))
      || ((limitOf(writer, 'minItems') ?? 0) >= contains.min && this.quietly(isEach));
    const isFew = (limitOf(writer, 'maxItems') ?? Infinity) <= contains.max || others.some(({ schema, max }) => max <= contains.max && sub(contains.schema, schema));
    return (isEnough && isFew) || this.refuse({
      check: others.length === 0 ? 'CONTAINS_ADDED' : 'CONTAINS_CHANGED', keyword: 'contains', reader, writer,
      sentence: `may have ${isEnough ? 'more' : 'fewer'} items of the kind that contains asks for`, advice: this.widen('contains'),
    });
  }

  private sums(writer: Case, reader: JsonSchema): boolean {
    const { anyOf, oneOf, not, when } = reader;
    const fits = (one: JsonSchema): boolean => this.quietly(() => this.prove(writer, one));
    const isAny = anyOf.length === 0 || anyOf.some(fits) || this.branch(writer, reader, anyOf, 'anyOf');
    const isOne = oneOf.length === 0 || oneOf.some((one) => fits(one) && oneOf.every((other) => other === one || this.isEmpty(and(writer, [one, other]))))
      || this.branch(writer, reader, oneOf, 'oneOf');
    const isNot = not === undefined || this.isEmpty(and(writer, [not])) || this.refuse({
      check: 'NOT_TYPE_EXTENDED', keyword: 'not', reader, writer, sentence: 'may be what not forbids', advice: this.widen('not'),
    });
    const isWhen = when === undefined || this.quietly(() => (when.then === undefined || this.prove(and(writer, [when.test]), when.then))
      && (when.else === undefined || this.prove(writer, when.test) || this.prove(and(writer, [], [when.test]), when.else))) || this.refuse({
      check: 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', keyword: 'if', reader, writer, sentence: 'need not hold what if, then and else ask for', advice: this.widen('if'),
    });
    return isAny && isOne && isNot && isWhen;
  }

  /** The only branch that documents may be of tells better what is wrong than the choice that lacks them. */
  private branch(writer: Case, reader: JsonSchema, branches: readonly JsonSchema[], keyword: 'anyOf' | 'oneOf'): boolean {
    if (this.quiet > 0) return false;
    const possible = branches.filter((one) => !this.isEmpty(and(writer, [one])));
    if (possible.length === 1 && !this.prove(writer, possible[0]!)) return false;
    const had = readable(writer).some((one) => one.anyOf.length + one.oneOf.length > 0);
    const isExclusive = keyword === 'oneOf' && possible.length > 1 && branches.some((one) => this.quietly(() => this.prove(writer, one)));
    return this.refuse({
      check: had && !isExclusive ? 'SUM_TYPE_NARROWED' : 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', keyword, reader, writer,
      writerKeyword: readable(writer).some((one) => one.oneOf.length > 0) ? 'oneOf' : 'anyOf',
      sentence: isExclusive ? 'may be of several alternatives of oneOf at once' : `may be of none of the alternatives of ${keyword}`,
      advice: isExclusive ? 'Tell the alternatives apart by a required property with a const of its own each, or use anyOf.'
        : { backward: 'Keep an alternative for what was written before.', forward: 'Let consumers read the new alternative before anybody writes it.' },
    });
  }

  /** Limits of both ends; `implied` are those that follow from something else. */
  limits(writer: Case, reader: JsonSchema, min: Limit, max: Limit, what: string, implied: { readonly min?: number; readonly max?: number }): boolean {
    return this.all([min, max], (limit) => {
      const wanted = reader.limits.get(limit);
      if (wanted === undefined) return true;
      const said = limitOf(writer, limit);
      const has = limit === min ? Math.max(said ?? 0, implied.min ?? 0) : Math.min(said ?? Infinity, implied.max ?? Infinity);
      if (limit === min ? has >= wanted : has <= wanted) return true;
      const name = limit.replace(/[A-Z]/, (letter) => `_${letter}`).toUpperCase();
      return this.refuse({
        check: `${name}_${said === undefined ? 'ADDED' : limit === min ? 'INCREASED' : 'DECREASED'}`, keyword: limit, reader, writer,
        sentence: `may have ${limit === min ? 'fewer' : 'more'} than ${wanted} ${what}`, advice: this.widen(limit),
      });
    });
  }

  widen(keyword: string): { backward: string; forward: string } {
    return {
      backward: `Leave ${keyword} as it was; a stricter one belongs into a new property or a new topic.`,
      forward: `Let consumers accept what the new ${keyword} allows before anybody writes it.`,
    };
  }

  /** A schema that only asks for one property. */
  require(name: string, like: JsonSchema): JsonSchema {
    let found = this.requiring.get(name);
    if (found === undefined) {
      found = bareSchema(-1_000_000 - this.requiring.size, like, { required: new Map([[name, like.at]]), types: bits.object });
      this.requiring.set(name, found);
    }
    return found;
  }

  refuse(refusal: Refusal): false {
    if (this.quiet === 0) this.findings.add(refusal);
    return false;
  }

  private tooMuch(writer: Case, reader: JsonSchema): false {
    return this.refuse({
      check: 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', reader, writer, sentence: 'may be something that cannot be shown to be valid',
      advice: 'Compare this part by hand: it is too entangled to be compared here.',
    });
  }

  quietly(act: () => boolean): boolean {
    this.quiet++;
    try {
      return act();
    } finally {
      this.quiet--;
    }
  }

  /** Goes one step down into documents. */
  deeper(act: () => boolean): boolean {
    this.level++;
    try {
      return act();
    } finally {
      this.level--;
    }
  }
}

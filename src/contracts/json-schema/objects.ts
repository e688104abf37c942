import { and, caseOf, propertyOf, readable, requiredOf, seenBy, type Case } from './cases';
import type { Proof } from './proof';
import { bareSchema, type JsonSchema } from './schema';
import { holds, matches } from './value';

/** What must be shown of objects: their properties by name, by pattern and all others. */
export class ObjectProof {
  constructor(private readonly proof: Proof) {}

  prove(writer: Case, reader: JsonSchema): boolean {
    const required = requiredOf(writer);
    return this.proof.all([
      () => this.proof.limits(writer, reader, 'minProperties', 'maxProperties', 'properties', { min: required.size, max: this.most(writer) }),
      () => this.required(writer, reader, required),
      () => this.proof.all([...reader.properties], ([name, wanted]) => this.property(writer, name, wanted)),
      () => this.proof.all([...reader.patterns], ([pattern, wanted]) => this.pattern(writer, pattern, wanted)),
      () => reader.additional === undefined || this.others(writer, reader, reader.additional, new Set(reader.properties.keys()), new Set(reader.patterns.keys())),
      () => this.unevaluated(writer, reader),
      () => reader.names === undefined || this.names(writer, reader, reader.names),
      () => this.proof.all(reader.dependencies, ({ key, schema, isArray }) => {
        const with_ = and(writer, [this.proof.require(key, writer.home)]);
        return this.proof.quietly(() => this.proof.prove(with_, schema)) || this.proof.refuse({
          check: isArray ? 'DEPENDENCY_ARRAY_ADDED' : 'DEPENDENCY_SCHEMA_ADDED', reader: schema, writer,
          sentence: `may have ${key} without what depends on it`, advice: this.proof.widen(`what depends on ${key}`),
        });
      }),
    ], (check) => check());
  }

  private required(writer: Case, reader: JsonSchema, has: ReadonlySet<string>): boolean {
    return this.proof.all([...reader.required], ([name, at]) => {
      if (has.has(name)) return true;
      const own = reader.properties.get(name);
      const isNew = own !== undefined && !named(writer).has(name) && !this.isOpen(writer);
      const start = isNew ? 'REQUIRED_PROPERTY' : 'REQUIRED_ATTRIBUTE';
      const hasDefault = own?.hasDefault === true;
      return this.proof.refuse({
        check: `${start}${hasDefault ? '_WITH_DEFAULT' : ''}_ADDED${isNew ? '_TO_UNOPEN_CONTENT_MODEL' : ''}`,
        reader: { ...(own ?? reader), at: own?.at ?? at }, writer: this.place(writer, name), sentence: `may lack ${name}`,
        // A registry lets it pass; whether a document without it is read depends on who fills in defaults.
        severity: hasDefault ? 'warning' : 'error',
        advice: hasDefault ? `Registries let this pass for the default; validators that fill in none refuse. Leave ${name} out of required to be sure.`
          : { backward: `Leave ${name} out of required.`, forward: `Keep ${name} required until no consumer asks for it any more.` },
      });
    });
  }

  private property(writer: Case, name: string, wanted: JsonSchema): boolean {
    const written = propertyOf(writer, name);
    const show = (): boolean => this.proof.deeper(() => this.proof.prove(written, wanted));
    if (this.proof.quietly(show)) return true;
    if (named(writer).has(name)) return show();
    const isOpen = this.isOpen(writer);
    return this.proof.refuse({
      check: isOpen ? 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL' : 'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
      reader: wanted, writer: isOpen ? writer : written, sentence: `may have anything${isOpen ? '' : ' that is allowed there'} as ${name}`,
      advice: {
        backward: `Nothing forbade ${name} before, so documents may have it in another form. Close the model (additionalProperties: false) before properties are added, or make sure that nobody wrote ${name}.`,
        forward: `Keep ${name} as it was, or make sure that nobody writes something else as ${name}.`,
      },
    });
  }

  private pattern(writer: Case, pattern: string, wanted: JsonSchema): boolean {
    const sub = (one: JsonSchema): boolean => this.proof.quietly(() => this.proof.deeper(() => this.proof.prove(caseOf(one, [one]), wanted)));
    const byName = this.proof.all([...named(writer)], (name) => matches(pattern, name) === false || this.proof.deeper(() => this.proof.prove(propertyOf(writer, name), wanted)));
    const isCovered = wanted.always === true || sub(anythingLike(wanted)) || readable(writer).some((one) => {
      const same = one.patterns.get(pattern);
      return (same !== undefined && sub(same)) || (one.additional !== undefined && sub(one.additional) && [...one.patterns.values()].every(sub));
    });
    if (isCovered) return byName;
    const isOpen = this.isOpen(writer);
    return this.proof.refuse({
      check: isOpen ? 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL' : 'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', reader: wanted, writer,
      sentence: `may have anything in properties named like ${pattern}`, advice: this.proof.widen('patternProperties'),
    });
  }

  /** Properties that are neither named nor of a known pattern. */
  private others(writer: Case, reader: JsonSchema, wanted: JsonSchema, names: ReadonlySet<string>, patterns: ReadonlySet<string>): boolean {
    if (wanted.always === true) return true;
    const isClosed = wanted.always === false;
    const byName = this.proof.all([...named(writer)], (name) => {
      if (names.has(name) || [...patterns].some((pattern) => matches(pattern, name) === true)) return true;
      const written = propertyOf(writer, name);
      if (this.proof.quietly(() => this.proof.deeper(() => this.proof.prove(written, wanted)))) return true;
      return this.proof.refuse({
        check: isClosed ? 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL' : 'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
        reader: wanted, writer: written, sentence: `may have ${name}`,
        advice: { backward: `Keep ${name}, or let additional properties be.`, forward: `Deploy the consumers first: they must know ${name} before anybody writes it.` },
      });
    });
    const sub = (one: JsonSchema): boolean => this.proof.quietly(() => this.proof.deeper(() => this.proof.prove(caseOf(one, [one]), wanted)));
    const isCovered = sub(anythingLike(wanted)) || readable(writer).some((one) =>
      one.additional !== undefined && sub(one.additional) && [...one.patterns].every(([pattern, each]) => patterns.has(pattern) || sub(each)));
    return (isCovered || this.proof.refuse({
      check: isClosed ? 'ADDITIONAL_PROPERTIES_REMOVED' : 'ADDITIONAL_PROPERTIES_NARROWED',
      keyword: reader.keywords.has('additionalProperties') ? 'additionalProperties' : 'unevaluatedProperties', reader, writer, sentence: 'may have other properties',
      advice: { backward: 'Leave additionalProperties as it was.', forward: 'Let consumers allow additional properties before anybody writes them.' },
    })) && byName;
  }

  /** Names that surely were looked at are none of it; the rest is held against it, which is more than is asked. */
  private unevaluated(writer: Case, reader: JsonSchema): boolean {
    if (reader.unevaluated === undefined) return true;
    const { names, patterns, all } = seenBy(reader, false);
    return all || this.others(writer, reader, reader.unevaluated, names, patterns);
  }

  private names(writer: Case, reader: JsonSchema, wanted: JsonSchema): boolean {
    const isFew = this.most(writer) !== undefined && [...named(writer)].every((name) => holds(name, wanted) === true || this.proof.deeper(() => this.proof.isEmpty(propertyOf(writer, name))));
    return isFew || readable(writer).some(({ names }) => names !== undefined && this.proof.quietly(() => this.proof.deeper(() => this.proof.prove(caseOf(names, [names]), wanted))))
      || this.proof.refuse({ check: 'PROPERTY_NAMES_CHANGED', keyword: 'propertyNames', reader, writer, sentence: 'may have properties of other names', advice: this.proof.widen('propertyNames') });
  }

  /** How many properties there can be, where all are named. */
  private most(writer: Case): number | undefined {
    const closed = readable(writer).filter(({ additional, patterns }) => additional?.always === false && patterns.size === 0);
    return closed.length === 0 ? undefined : Math.min(...closed.map(({ properties }) => properties.size));
  }

  /** Open as the registry has it: any other property may be anything. */
  private isOpen(writer: Case): boolean {
    return readable(writer).every(({ patterns, additional }) => patterns.size === 0 && (additional === undefined || additional.always === true));
  }

  /** Where a property is said, or else the object. */
  private place(writer: Case, name: string): Case {
    const found = readable(writer).find(({ properties }) => properties.has(name))?.properties.get(name);
    return found === undefined ? writer : { ...writer, home: found };
  }
}

const anythings = new WeakMap<JsonSchema, JsonSchema>();

/** A schema that allows all, for showing that another one does. */
function anythingLike(schema: JsonSchema): JsonSchema {
  let found = anythings.get(schema);
  if (found === undefined) anythings.set(schema, (found = bareSchema(-0.25, schema, { always: true })));
  return found;
}

/** The names that a case speaks of. */
function named(writer: Case): ReadonlySet<string> {
  return new Set([...readable(writer).flatMap(({ properties }) => [...properties.keys()]), ...requiredOf(writer)]);
}

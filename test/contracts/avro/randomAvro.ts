import { randomFrom, type Json } from '../json-schema/randomSchemas';

type Type = Json;

/** Random Avro schemas and edits of them, all of which the specification allows. */
export class RandomAvro {
  private readonly next: () => number;
  private defined = new Map<string, Json>();

  constructor(seed: number) { this.next = randomFrom(seed); }

  chance(p: number): boolean { return this.next() < p; }
  int(n: number): number { return Math.floor(this.next() * n); }
  pick<T>(list: readonly T[]): T { return list[this.int(list.length)]!; }

  file(): Json {
    this.defined = new Map();
    return this.chance(0.85) ? this.record(3) : this.type(3);
  }

  private type(depth: number, isInUnion = false): Type {
    const kinds = ['int', 'long', 'float', 'double', 'string', 'bytes', 'boolean', 'null', 'named', 'named'];
    if (depth > 0) kinds.push('record', 'record', 'enum', 'fixed', 'array', 'map', ...(isInUnion ? [] : ['union', 'union']));
    const kind = this.pick(kinds);
    switch (kind) {
      case 'named': return this.defined.size === 0 ? 'int' : this.pick([...this.defined.keys()]);
      case 'record': return this.record(depth);
      case 'enum': return this.named('E', (name) => this.enum(name));
      case 'fixed': return this.named('F', (name) => ({ type: 'fixed', name, size: this.pick([4, 8]) }));
      case 'array': return { type: 'array', items: this.type(depth - 1) };
      case 'map': return { type: 'map', values: this.type(depth - 1) };
      case 'union': {
        const seen = new Set<string>();
        return Array.from({ length: 1 + this.int(3) }, () => this.type(depth - 1, true)).filter((one) => {
          const key = typeof one === 'string' ? one : String((one as { [key: string]: Json }).name ?? (one as { [key: string]: Json }).type);
          if (seen.has(key)) return false;
          seen.add(key);
          return true;
        });
      }
      default: return kind;
    }
  }

  private named(start: string, make: (name: string) => Json): Json {
    const name = `${start}${this.int(3)}`;
    if (this.defined.has(name)) return name;
    this.defined.set(name, name);
    return make(name);
  }

  private enum(name: string): Json {
    const symbols = ['A', 'B', 'C', 'D'].filter(() => this.chance(0.6));
    if (symbols.length === 0) symbols.push('A');
    return { type: 'enum', name, symbols, ...(this.chance(0.3) ? { default: this.pick(symbols) } : {}) };
  }

  private record(depth: number): Json {
    return this.named('R', (name) => ({
      type: 'record', name, ...(this.chance(0.2) ? { namespace: this.pick(['n', 'm']) } : {}), ...(this.chance(0.1) ? { aliases: [this.pick(['R0', 'R1', 'Old'])] } : {}),
      fields: ['a', 'b', 'c'].filter(() => this.chance(0.6)).map((field) => this.field(field, depth)),
    }));
  }

  private field(name: string, depth: number): Json {
    const type = this.type(depth - 1);
    const first = Array.isArray(type) ? type[0] : type;
    const defaults: { [key: string]: Json } = { int: 1, long: 1, float: 1, double: 1, string: '', bytes: '', boolean: true, null: null };
    const value = typeof first === 'string' && first in defaults ? defaults[first] : undefined;
    return { name, type, ...(value !== undefined && this.chance(0.4) ? { default: value } : {}), ...(this.chance(0.08) ? { aliases: [this.pick(['x', 'y'])] } : {}) };
  }

  edited(schema: Json): Json {
    const copy = structuredClone(schema);
    const maps: { [key: string]: Json }[] = [];
    const visit = (one: Json): void => {
      if (Array.isArray(one)) one.forEach(visit);
      else if (typeof one === 'object' && one !== null) { maps.push(one); Object.values(one).forEach(visit); }
    };
    visit(copy);
    const one = maps.length === 0 ? undefined : this.pick(maps);
    if (one === undefined) return this.type(1);
    // What stands outside of a file's own names is not defined there: new types are made of primitives.
    this.defined = new Map();
    const fields = one.fields as Json[] | undefined;
    if (fields !== undefined && this.chance(0.7)) {
      const free = ['a', 'b', 'c', 'd'].filter((name) => !fields.some((field) => (field as { name: string }).name === name));
      if (free.length > 0 && this.chance(0.5)) fields.push({ ...(this.field(free[0]!, 1) as object) });
      else if (fields.length > 0) fields.splice(this.int(fields.length), 1);
    } else if (one.symbols !== undefined) {
      const symbols = one.symbols as string[];
      if (this.chance(0.5) && !symbols.includes('Z')) symbols.push('Z');
      else if (symbols.length > 1 && symbols[0] !== one.default) symbols.shift();
    } else if (one.size !== undefined) one.size = Number(one.size) + 1;
    else if (typeof one.type === 'string' && one.items === undefined && one.values === undefined && one.fields === undefined) {
      delete one.default;
      one.type = this.chance(0.5) ? this.pick(['int', 'long', 'float', 'double', 'string', 'bytes', 'boolean', 'null']) : ['null', one.type].filter((x, i, all) => all.indexOf(x) === i);
    } else if (Array.isArray(one.type)) {
      delete one.default;
      if (this.chance(0.5) && one.type.length > 1) one.type.pop();
      else if (!one.type.includes('boolean')) one.type.push('boolean');
    } else if (typeof one.name === 'string' && one.type === 'record' && this.chance(0.5)) {
      one.namespace = 'other';
    }
    return copy;
  }
}

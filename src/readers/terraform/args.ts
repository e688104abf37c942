import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import type { HclBody, HclExpression, HclObject } from '../../syntax/hclNodes';
import { isMap, isSeq, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { contentRange, sourcedBoolean, sourcedNumber, sourcedText } from '../shared/places';
import { type Context, skip } from './context';
import type { Nested } from './instances';
import { attribute } from './terraformFile';
import { isUnknown, type Value } from './value';

/** The arguments of one block, as far as the file says what they come to. */
export class Args {
  constructor(private readonly c: Context, readonly nested: Nested) {}

  /** The whole block. */
  get at(): SourceRange {
    return rangeIn(this.c.file, this.nested.start, this.nested.end);
  }

  /** The word that begins it: `settings` of a block, the brace of an object. */
  get headAt(): SourceRange {
    const { start, end } = this.nested;
    const word = /^[\w-]+/.exec(this.c.file.text.slice(start, start + 100))?.[0].length ?? 1;
    return rangeIn(this.c.file, start, Math.min(end, start + word));
  }

  get names(): readonly string[] {
    return this.nested.body.attributes.map((a) => a.name.text);
  }

  has(name: string): boolean {
    return attribute(this.nested.body, name) !== undefined;
  }

  expression(name: string): HclExpression | undefined {
    return attribute(this.nested.body, name)?.value;
  }

  /** The place of an argument's name. */
  keyAt(name: string): SourceRange | undefined {
    const found = attribute(this.nested.body, name)?.name;
    return found && rangeIn(this.c.file, found.start, found.end);
  }

  /** Undefined for what is not written, and for `null`, which stands for that. */
  value(name: string): Value | undefined {
    const expression = this.expression(name);
    if (expression === undefined) return undefined;
    const value = this.c.evaluator.value(expression, this.nested.scope);
    return value.kind === 'scalar' && value.value === null ? undefined : value;
  }

  /** A text that the file says; what it leaves open is noted. */
  text(name: string): Sourced<string> | undefined {
    const said = this.lookup(name);
    return said === 'open' ? undefined : said;
  }

  number(name: string): Sourced<number> | undefined {
    return this.text(name) && sourcedNumber(this.c.file, this.value(name));
  }

  boolean(name: string): Sourced<boolean> | undefined {
    return this.text(name) && sourcedBoolean(this.c.file, this.value(name));
  }

  /** The form that the shared modules ask for. */
  lookup(name: string): Sourced<string> | 'open' | undefined {
    return lookupIn(this.c, this.value(name));
  }

  /** The texts of a list, or of a single text; what is open among them is left out and noted. */
  list(name: string): readonly Sourced<string>[] {
    return textsIn(this.c, this.value(name));
  }

  map(name: string): MapNode | undefined {
    const value = this.value(name);
    if (isUnknown(value)) skip(this.c, value);
    return isMap(value) ? value : undefined;
  }

  /** The whole block as a map: how Terraform 0.11 wrote maps. */
  get asMap(): MapNode {
    const { start, end, body } = this.nested;
    const entries = body.attributes.flatMap((a) => {
      const value = this.value(a.name.text);
      return value === undefined ? [] : [{ key: a.name, value, end: a.end }];
    });
    return { kind: 'map', flow: true, entries, start, end };
  }

  /** An attribute that is an object, or a list of objects, where a block could stand as well. */
  objects(name: string): readonly Args[] {
    const found = this.expression(name);
    const all = found?.kind === 'tuple' ? found.items : found === undefined ? [] : [found];
    return all.filter((o) => o.kind === 'object').map((o) => new Args(this.c, {
      body: bodyOf(o), scope: this.nested.scope, start: o.start, end: o.end,
    }));
  }
}

/** A text of a value; `'open'` for what the file does not say. */
export function lookupIn(c: Context, value: SyntaxNode | undefined): Sourced<string> | 'open' | undefined {
  if (isUnknown(value)) {
    skip(c, value);
    return 'open';
  }
  return sourcedText(c.file, value);
}

export function textsIn(c: Context, value: SyntaxNode | undefined): readonly Sourced<string>[] {
  const items = isSeq(value) ? value.items : [value];
  return items.flatMap((item) => {
    const text = lookupIn(c, item);
    return text === undefined || text === 'open' ? [] : [text];
  });
}

/** The name of an entry, with its place. */
export function keyText(c: Context, key: MapNode['entries'][number]['key']): Sourced<string> | undefined {
  return key.text === '' ? undefined : { value: key.text, at: contentRange(c.file, key) };
}

function bodyOf(node: HclObject): HclBody {
  const attributes = node.items.flatMap(({ key, value, start, end }) =>
    (key.kind === 'scalar' ? [{ name: key, value, start, end }] : []));
  return { attributes, blocks: [], start: node.start, end: node.end };
}

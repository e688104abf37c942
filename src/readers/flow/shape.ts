import {
  alternatives,
  allowsType,
  flowSchema,
  resolveSchema,
  type SchemaNode,
} from '../../model/flowSchema/schema';
import type { Entry, MapNode, ScalarNode, SyntaxNode } from '../../syntax/tree';
import { rangeIn } from '../../text/sourceFile';
import type { FlowContext } from './context';
import { fits, misfit, unknownKey, type Subject } from './keyMessages';
import { fill, leafFor } from './value';
import { emptyValue, missingKeys, wrongType } from './valueMessages';

/**
 * Checks a flow file's tree against the schema. Only places that somebody wrote are judged: an alias or
 * merge is judged where its text stands.
 */
export function checkShape(context: FlowContext, root: MapNode): void {
  new Checker(context).map(root, resolveSchema(flowSchema), { what: 'file' }, undefined);
}

class Checker {
  constructor(private readonly context: FlowContext) {}

  private value(
    owner: Entry | undefined,
    node: SyntaxNode | undefined,
    schema: SchemaNode,
    subject: Subject,
  ): void {
    if (node === undefined) {
      const optional = alternatives(schema).some(
        (s) => allowsType(s, 'null') || s.type === 'object' || s.type === 'array',
      );
      if (owner && !optional) this.report(emptyValue(owner, schema, this.context.file));
      return;
    }
    switch (node.kind) {
      case 'scalar':
        return this.scalar(node, schema);
      case 'seq': {
        const list = alternatives(schema).find((s) => allowsType(s, 'array'));
        if (list === undefined) return this.report(wrongType(this.context.file, node, schema));
        for (const item of node.items)
          if (list.items) this.value(undefined, item, resolveSchema(list.items), subject);
        return;
      }
      case 'map': {
        const map = alternatives(schema).find((s) => allowsType(s, 'object'));
        if (map === undefined) return this.report(wrongType(this.context.file, node, schema));
        return this.map(node, map, subject, owner);
      }
    }
  }

  map(node: MapNode, schema: SchemaNode, subject: Subject, owner: Entry | undefined): void {
    for (const e of node.entries) {
      const own = schema.properties?.[e.key.text];
      if (own !== undefined) this.property(e, resolveSchema(own), subject);
      else if (typeof schema.additionalProperties === 'object') {
        const below = resolveSchema(schema.additionalProperties);
        if (this.isHere(e)) this.value(e, e.value, below, this.enter(schema, e, below, subject));
      } else if (schema.additionalProperties === false && !this.isExtra(schema, e.key.text)) {
        this.report(unknownKey(this.context.file, e, schema, subject));
      }
    }
    const missing = missingKeys(node, schema);
    if (missing.length === 0 || subject.what === 'file') return;
    const at = owner ? rangeIn(this.context.file, owner.key.start, owner.key.end) : this.startOf(node);
    const name = owner === undefined ? 'This' : `"${owner.key.text}"`;
    this.context.problems.push({
      code: 'flow/required',
      severity: 'error',
      at,
      message:
        missing.length > 1
          ? `${name} says neither ${missing.join(' nor ')}. Add one of them.`
          : `${name} does not say its ${missing.join('')}. Add it.`,
    });
  }

  private property(e: Entry, schema: SchemaNode, subject: Subject): void {
    if (!fits(schema, subject)) {
      this.report(misfit(this.context.file, e, schema, subject));
      return;
    }
    // `flow:` has problems of its own, see the reader.
    if (subject.what === 'file' && e.key.text === 'flow') return;
    if (this.isHere(e)) this.value(e, e.value, schema, this.describe(e, schema, subject));
  }

  private scalar(node: ScalarNode, schema: SchemaNode): void {
    const filled = fill(node);
    if (filled !== undefined && leafFor(schema, filled) === undefined) {
      this.report(wrongType(this.context.file, node, schema));
    }
  }

  /** What the keys below a name belong to. */
  private enter(map: SchemaNode, e: Entry, below: SchemaNode, subject: Subject): Subject {
    const name = e.key.text;
    const what = subject.next ?? subject.what;
    switch (map['x-names']) {
      case 'broker': {
        const protocol = this.context.channels.broker(name);
        return { what: 'broker', name, ...(protocol ? { protocol, noun: `broker` } : {}) };
      }
      case 'channel': {
        if (below.properties === undefined) return subject;
        const hint = this.context.channels.channel(name);
        return { what: what === 'file' ? 'channel' : what, name, ...hint };
      }
      case 'schema':
        return { what: 'schema', name };
      case 'service':
        return { what: 'service', name };
      default:
        return subject;
    }
  }

  /** What the keys of a block below a fixed key belong to. */
  private describe(e: Entry, schema: SchemaNode, subject: Subject): Subject {
    if (schema.title === undefined) return subject;
    switch (e.key.text) {
      case 'publishes':
        return { ...subject, next: 'publish' };
      case 'consumes':
        return { ...subject, next: 'consume' };
      case 'channels':
        return { ...subject, next: 'channel' };
      case 'onFailure':
        return { ...subject, what: 'onFailure' };
      case 'stream':
      case 'needs':
      case 'alert':
        return { ...subject, what: e.key.text };
      case 'bindings':
        return { ...subject, what: 'binding' };
      default:
        return subject;
    }
  }

  /** False for what an alias or a merge brings in. */
  private isHere(e: Entry): boolean {
    return !e.merged && (e.value === undefined || (e.value.start >= e.key.start && e.value.end <= e.end));
  }

  private isExtra(schema: SchemaNode, key: string): boolean {
    return Object.keys(schema.patternProperties ?? {}).some((p) => new RegExp(p, 'u').test(key));
  }

  private startOf(node: SyntaxNode): ReturnType<typeof rangeIn> {
    return rangeIn(this.context.file, node.start, Math.min(node.end, node.start + 1));
  }

  private report(problem: FlowContext['problems'][number] | undefined): void {
    if (problem) this.context.problems.push(problem);
  }
}

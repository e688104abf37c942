import { isMap, isSeq, type ScalarNode, type SyntaxNode } from '../../syntax/tree';

/**
 * What an expression comes to, as a node of the tree that all readers know. What a file does not say is an
 * unknown: a scalar whose text is the expression in `${…}`, which no reader may take for a literal.
 */
export type Value = SyntaxNode | Unknown;

export interface Unknown extends ScalarNode {
  readonly unknown: true;
  /** The resource of another file whose name it is: `kafka_topic.orders`. */
  readonly handle?: string;
}

export function isUnknown(node: SyntaxNode | undefined): node is Unknown {
  return node !== undefined && 'unknown' in node;
}

/** @param written the expression's own text. */
export function unknown(at: { readonly start: number; readonly end: number }, written: string): Unknown {
  const text = `\${${written.length > 200 ? '…' : written}}`;
  return { kind: 'scalar', style: 'plain', value: text, text, start: at.start, end: at.end, unknown: true };
}

export function scalar(
  value: ScalarNode['value'], at: { readonly start: number; readonly end: number },
  style: ScalarNode['style'] = 'plain',
): ScalarNode {
  return {
    kind: 'scalar', style, value, text: value === null ? 'null' : String(value), start: at.start, end: at.end,
  };
}

/** The same value at another place: where it is used, not where it is defined. */
export function placed(
  value: Value, at: { readonly start: number; readonly end: number }, style?: ScalarNode['style'],
): Value {
  if (value.kind !== 'scalar') return value;
  return { ...value, start: at.start, end: at.end, style: style ?? 'plain' };
}

/** What a scalar is as text in a template: unknown for collections and null. */
export function textIn(value: Value | undefined): string | undefined {
  if (value?.kind !== 'scalar' || value.value === null || isUnknown(value)) return undefined;
  return value.text;
}

/** How much a value holds, or with `deep` what its parts hold too: what it costs to go through it. */
export function sizeOf(value: SyntaxNode | undefined, deep = false): number {
  if (isSeq(value)) {
    return value.items.length + (deep ? value.items.reduce((sum, item) => sum + sizeOf(item), 0) : 0);
  }
  if (isMap(value)) return value.entries.length;
  return value?.kind === 'scalar' ? value.text.length >> 3 : 0;
}

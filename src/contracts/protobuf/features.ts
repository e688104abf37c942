import type { Placed, PlacedField } from './schema';
import { optionOf, type ProtoOption } from './tree';

/** How the presence of a field is known: `implicit` fields are there if they are not zero. */
export type Presence = 'repeated' | 'required' | 'explicit' | 'implicit';

export function presenceOf(field: PlacedField): Presence {
  const { label, mapKey, oneof } = field.element;
  if (mapKey !== '' || label === 'repeated') return 'repeated';
  if (label === 'required') return 'required';
  const said = featureOf(field, 'field_presence');
  if (said === 'LEGACY_REQUIRED') return 'required';
  if (label === 'optional' || oneof !== '' || field.type.kind === 'message') return 'explicit';
  if (said !== undefined) return said === 'IMPLICIT' ? 'implicit' : 'explicit';
  return field.proto.syntax === 'proto3' ? 'implicit' : 'explicit';
}

/** True for a message that is written between two tags, as groups are, and not behind its length. */
export function isDelimited(field: PlacedField): boolean {
  return field.element.isGroup || (field.type.kind === 'message' && field.element.mapKey === '' && featureOf(field, 'message_encoding') === 'DELIMITED');
}

/** True if the type's values can be packed: all but strings, bytes and messages. */
export function isNumeric({ type }: PlacedField): boolean {
  return type.kind === 'enum' || (type.kind === 'scalar' && type.name !== 'string' && type.name !== 'bytes');
}

/** True for a repeated field whose values are written behind one length. */
export function isPacked(field: PlacedField): boolean {
  if (field.element.label !== 'repeated' || !isNumeric(field)) return false;
  const own = optionOf(field.element, 'packed')?.value;
  if (own !== undefined) return own === 'true';
  const said = featureOf(field, 'repeated_field_encoding');
  return said === undefined ? field.proto.syntax !== 'proto2' : said !== 'EXPANDED';
}

/** An edition's feature, as the field says it or else what the field stands in. */
function featureOf({ element, around, proto }: Placed<{ readonly options: readonly ProtoOption[] }>, name: string): string | undefined {
  for (const of of [element, ...around, proto]) {
    if (of.options.length === 0) continue;
    const said = optionOf(of, `features.${name}`)?.value
      ?? new RegExp(`\\b${name}\\s*:\\s*(\\w+)`).exec(optionOf(of, 'features')?.value ?? '')?.[1];
    if (said !== undefined) return said;
  }
  return undefined;
}

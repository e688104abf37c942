import { compareAvro } from './avro/compare';
import type { CompatFinding, ContractText, ReadReference } from './compat';
import { compareJsonSchema } from './json-schema/compare';
import { compareProto } from './protobuf/compare';

/**
 * What a new version of a contract breaks, in both directions and on all levels; callers keep what a mode asks for
 * (`directionsOf`). Versions of different formats cannot be compared and give nothing.
 */
export function compareContracts(
  previous: ContractText, current: ContractText, readPrevious: ReadReference, readCurrent: ReadReference,
): readonly CompatFinding[] {
  if (previous.format !== current.format) return [];
  switch (current.format) {
    case 'avro': return compareAvro(previous, current, readPrevious, readCurrent);
    case 'json-schema': return compareJsonSchema(previous, current, readPrevious, readCurrent);
    case 'protobuf': return compareProto(previous, current, readPrevious, readCurrent);
  }
}

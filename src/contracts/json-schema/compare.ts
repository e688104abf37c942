import type { CompatFinding, ContractText, ReadReference } from '../compat';
import { Findings } from './findings';
import { parseJsonSchema } from './parse';
import { Proof } from './proof';

/**
 * What readers of one version may refuse of the documents that the other version allows, with the names of the Confluent
 * registry's SchemaDiff. A document that one version allows and the other refuses is never passed over: what cannot be
 * shown to be compatible is told, with the keyword that could not be shown.
 */
export function compareJsonSchema(
  previous: ContractText, current: ContractText, readPrevious: ReadReference, readCurrent: ReadReference,
): readonly CompatFinding[] {
  const before = parseJsonSchema(previous.file, previous.fragment, readPrevious);
  const after = parseJsonSchema(current.file, current.fragment, readCurrent);
  if (before === undefined || after === undefined) return [];
  return (['backward', 'forward'] as const).flatMap((direction) => {
    const findings = new Findings(direction);
    const [reader, writer] = direction === 'backward' ? [after, before] : [before, after];
    const shown = new Proof(findings).show(writer, reader);
    if (!shown) findings.atLeast(writer, reader);
    return findings.all;
  });
}

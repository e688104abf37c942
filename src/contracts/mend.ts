import type { ContractFormat } from '../model/facts';
import type { Fix } from '../text/problem';
import type { SourceFile } from '../text/sourceFile';
import { mendAvro } from './avro/mend';
import type { CompatFinding } from './compat';
import { mendJsonSchema } from './json-schema/mend';
import { mendProto } from './protobuf/mend';

/**
 * What can be done in a file about a change that it makes. None is safe: each says something new about messages.
 * @param previous the file that has the element as it was, if it is known.
 */
export function mendsOf(format: ContractFormat, finding: CompatFinding, current: SourceFile, previous: SourceFile | undefined): readonly Fix[] {
  if (finding.at.file !== current.id) return [];
  switch (format) {
    // In YAML a default is written otherwise.
    case 'avro': return /\.ya?ml$/i.test(current.path) ? [] : mendAvro(finding, current, previous);
    case 'protobuf': return mendProto(finding, current, previous);
    case 'json-schema': return mendJsonSchema(finding, current, previous);
  }
}

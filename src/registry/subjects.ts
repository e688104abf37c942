import { schemasOf } from '../contracts/use';
import type { ContractFact } from '../model/facts';
import type { FlowModel } from '../model/model';
import { baseName } from '../text/sourceFile';

/**
 * The subjects that a contract may be registered under, the likeliest first: a file named after its subject; then by
 * Confluent's three strategies the topic (`orders-value`), the record, and topic and record.
 */
export function subjectsOf(model: FlowModel, contract: ContractFact, path: string): readonly string[] {
  const topics = [...new Set(schemasOf(model, contract).flatMap(({ schema }) => schema.usedBy.map((channel) => channel.address)))].sort();
  const name = contract.name.value;
  const stem = baseName(path).replace(/(\.schema)?\.[a-z]+$/i, '');
  return [...new Set([
    ...(/-(key|value)$/.test(stem) ? [stem] : []),
    ...topics.map((topic) => `${topic}-value`),
    ...topics.map((topic) => `${topic}-${name}`),
    name,
    stem, baseName(path),
  ])];
}

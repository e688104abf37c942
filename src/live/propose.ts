import { setImmediate as nextTurn } from 'node:timers/promises';
import { jsonFormats } from '../codecs/jsonFormats';
import { jsonSchemaJudge } from '../codecs/jsonSchema';
import { admit, isObject, resolve } from '../contracts/json-schema/admit';
import { emptyShape, observe, schemaOf, type PlainSchema } from '../contracts/json-schema/infer';
import type { ContractProposal, TailContract } from '../protocol/tail';
import { valueOf } from './filterRow';
import type { Tail } from './tail';

/** The newest messages that a proposal is made from. */
const MAX_OBSERVED = 10_000;
/** Each may change a contract, so that fewer are looked at. */
const MAX_FAULTY = 1_000;
const SLICE = 15;

/** A contract that the shown messages keep, or the least change of theirs that admits those that break it. */
export async function propose(tail: Tail): Promise<ContractProposal> {
  await tail.filtered();
  const channels = new Map<string, TailContract | undefined>();
  for (const seq of sample(tail.shown(), MAX_OBSERVED)) {
    const source = tail.sourceOf(seq);
    if (source) channels.set(JSON.stringify([source.connect.url, source.target]), source.contract);
  }
  if (channels.size === 0) return without('No messages are shown to make a contract from.');
  if (channels.size > 1) return without('Messages of several channels are shown, and a contract is for one; choose one of them in the filter.');
  const [contract] = channels.values();
  if (!contract) return inferred(tail);
  if (contract.format !== 'json-schema') {
    return without(`${contract.name} is ${contract.format === 'avro' ? 'an Avro' : 'a Protobuf'} contract, and only a JSON Schema can be changed by what was observed.`);
  }
  return widened(tail, contract);
}

function inferredSchema(values: Iterable<unknown>, title: string): PlainSchema {
  const shape = emptyShape();
  for (const value of values) observe(shape, value);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schemaOf(shape) };
}

async function inferred(tail: Tail): Promise<ContractProposal> {
  const title = tail.sourceOf(tail.shown().at(-1) ?? -1)?.target.address ?? '';
  const values = await valuesOf(tail, sample(tail.shown(), MAX_OBSERVED));
  if (values.length === 0) return without('None of the shown messages has a value that can be decoded, so that nothing is known of its fields.');
  return { format: 'json-schema', text: `${JSON.stringify(inferredSchema(values, title), null, 2)}\n`, observed: values.length };
}

async function widened(tail: Tail, contract: TailContract): Promise<ContractProposal> {
  const faulty = sample(tail.shown().filter((seq) => tail.verdictOf(seq) === 'violates'), MAX_FAULTY);
  const valid = sample(tail.shown().filter((seq) => tail.verdictOf(seq) === 'valid'), MAX_FAULTY);
  if (faulty.length === 0) return without(`None of the shown messages violates ${contract.name}.`);
  const values = (await valuesOf(tail, faulty)).map(asNumbers);
  const [file] = contract.files;
  const root: unknown = JSON.parse((file?.text ?? '').replace(/^\ufeff/, ''));
  const schema = isObject(root) ? resolve(root, `#${contract.message.replace(/^#/, '')}`) : undefined;
  if (!file || !isObject(root) || !isObject(schema)) return without(`${contract.name} cannot be read as one JSON Schema.`);
  const demands = /draft-0[467]/.test(String(root['$schema'] ?? ''));
  const hasFormat = (format: string, text: string): boolean | undefined =>
    demands && Object.hasOwn(jsonFormats, format) ? jsonFormats[format]?.(text) : undefined;
  const changes = [...new Set(values.flatMap((value) => admit(schema, root, value, hasFormat)))];
  const indent = /\n([ \t]+)"/.exec(file.text)?.[1] ?? '  ';
  const text = `${JSON.stringify(root, null, indent)}\n`;
  // Only a validator knows all that a schema says; and what was valid has to stay so.
  const judge = jsonSchemaJudge({ ...contract, files: [{ ...file, text }, ...contract.files.slice(1)] });
  const observed = [...values, ...(await valuesOf(tail, valid)).map(asNumbers)];
  const left = observed.flatMap((value) => judge(value).slice(0, 1))[0];
  if (left) return without(`No small change of ${contract.name} admits what was observed: ${left.path || 'the value'} ${left.reason}.`);
  return { format: 'json-schema', text, observed: values.length, changes };
}

async function valuesOf(tail: Tail, seqs: readonly number[]): Promise<unknown[]> {
  const values: unknown[] = [];
  let until = performance.now() + SLICE;
  for (const seq of seqs) {
    if (performance.now() > until) {
      await nextTurn();
      until = performance.now() + SLICE;
    }
    const message = tail.message(seq);
    const value = message && valueOf(message, tail.decoderOf(seq));
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** The newest, in their order. */
function sample(seqs: readonly number[], most: number): readonly number[] {
  return seqs.length > most ? seqs.slice(-most) : seqs;
}

/** A schema's numbers have no more digits than a validator's. */
function asNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asNumbers(inner)]));
}

function without(problem: string): ContractProposal {
  return { format: 'json-schema', text: '', observed: 0, problem };
}

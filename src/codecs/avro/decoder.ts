import { parseAvro } from '../../contracts/avro/parse';
import type { AvroType } from '../../contracts/avro/schema';
import type { TailContract } from '../../protocol/tail';
import type { SourceFile } from '../../text/sourceFile';
import { DECODE_LIMIT, sentenceOf, type Decoded, type Decoder, type Fault, type Tried } from '../decoded';
import { registryFrame } from '../frame';
import { isContainer, readContainer } from './container';
import { fingerprint } from './fingerprint';
import { readAvro, type Wide } from './read';
import { branchName } from './shape';

interface Attempt {
  readonly as: string;
  readonly body: Uint8Array;
  readonly why: string;
  /** What the frame itself says against the contract. */
  readonly fault?: Fault;
}

/** Two bytes of a mark and eight of the schema's fingerprint. */
const SINGLE = 10;

type Outcome = { readonly value: unknown; readonly attempt: Attempt } | { readonly tooMuch: string; readonly attempt: Attempt } | { readonly fault: Fault; readonly attempt: Attempt };

/** Decodes by an Avro schema. @throws Error if the files have no such type. */
export function avroDecoder(contract: TailContract): Decoder {
  const type = avroMessage(contract);
  const as = `avro ${branchName(type)}`;
  const mark = fingerprint(type);
  const run = (value: Uint8Array, wide: Wide = 'text'): { last: Outcome; tried: readonly Tried[] } => {
    const tried: Tried[] = [];
    let first: Outcome | undefined;
    for (const attempt of attempts(value, branchName(type), mark)) {
      const outcome = read(type, attempt, wide);
      if (!('fault' in outcome)) return { last: outcome, tried };
      first ??= outcome;
      tried.push({ as: attempt.as, reason: sentenceOf(outcome.fault) });
    }
    // What the bytes look like most is what their fault is told of.
    return { last: first!, tried: tried.slice(1) };
  };
  const decode = (value: Uint8Array): Decoded | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    const { last, tried } = run(value);
    if (isContainer(value) && 'fault' in last) return container(value, mark);
    const shared = { as, why: last.attempt.why, tried };
    if ('tooMuch' in last) return { ...shared, verdict: 'unchecked', errors: [`The value ${last.tooMuch}.`], faults: [{ path: '', reason: last.tooMuch }] };
    if ('fault' in last) return { ...shared, verdict: 'undecodable', errors: [sentenceOf(last.fault)], faults: [last.fault] };
    const faults = last.attempt.fault ? [last.attempt.fault] : [];
    return {
      ...shared, verdict: faults.length > 0 ? 'violates' : 'valid', errors: faults.map(sentenceOf), faults,
      json: JSON.stringify(last.value, null, 2), preview: JSON.stringify(last.value),
    };
  };
  const check = (value: Uint8Array): Decoded['verdict'] | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    const { last } = run(value);
    if (isContainer(value) && 'fault' in last) return container(value, mark).verdict;
    return 'fault' in last ? 'undecodable' : 'tooMuch' in last ? 'unchecked' : last.attempt.fault ? 'violates' : 'valid';
  };
  const computed = (value: Uint8Array): unknown => {
    if (value.length > DECODE_LIMIT) return undefined;
    const { last } = run(value, 'bigint');
    return 'value' in last ? last.value : undefined;
  };
  return { contract, decode, check, value: computed };
}

/**
 * A value that begins with a zero byte may have a registry's frame, or be an Avro value whose first
 * field is empty: only reading it to the last byte tells.
 */
function attempts(value: Uint8Array, name: string, mark: string): readonly Attempt[] {
  const bare: Attempt = { as: 'avro without a frame', body: value, why: `The contract says ${name}, and the value has no frame before it.` };
  if (value[0] === 0xc3 && value[1] === 1 && value.length >= SINGLE) {
    const written = Buffer.from(value.subarray(2, SINGLE)).toString('hex');
    const reason = `was written by a schema of the fingerprint ${written}, and the contract's is ${mark}`;
    const single: Attempt = {
      as: 'avro in single-object encoding', body: value.subarray(SINGLE),
      why: `It begins as Avro's single-object encoding, with the schema's fingerprint ${written}.`,
      ...(written === mark ? {} : { fault: { path: '', reason } }),
    };
    return [single, bare];
  }
  const frame = registryFrame(value);
  if (!frame) return [bare];
  const framed: Attempt = {
    as: `avro behind a registry's frame`, body: frame.body,
    why: `It begins with a registry's frame, of the schema id ${frame.schemaId}, and the contract says ${name}.`,
  };
  return [framed, { ...bare, why: `The contract says ${name}; behind the frame that it could begin with, there is none.` }];
}

/** A file of many objects as one value brings its schema, which has to be the contract's. */
function container(value: Uint8Array, mark: string): Decoded {
  const why = 'It begins as an Avro object container file, which brings its schema.';
  const found = readContainer(value);
  if ('reason' in found) return { verdict: 'undecodable', ...told([{ path: '', reason: found.reason }]), as: 'avro container file', why, tried: [] };
  const own = fingerprint(found.type);
  const reason = `brings a schema of the fingerprint ${own}, and the contract's is ${mark}`;
  return {
    verdict: own === mark ? 'valid' : 'violates', ...told(own === mark ? [] : [{ path: '', reason }]),
    as: `avro container file of ${branchName(found.type)}`, why, tried: [],
    json: JSON.stringify(found.values, null, 2), preview: JSON.stringify(found.values),
  };
}

function told(faults: readonly Fault[]): Pick<Decoded, 'errors' | 'faults'> {
  return { errors: faults.map(sentenceOf), faults };
}

/** The whole body has to be the value. */
function read(type: AvroType, attempt: Attempt, wide: Wide): Outcome {
  const reading = readAvro(type, attempt.body, 0, undefined, wide);
  if (!('end' in reading)) return { ...reading, attempt };
  const over = attempt.body.length - reading.end;
  if (over === 0) return { value: reading.value, attempt };
  return { fault: { path: '', reason: `is followed by ${over} ${over === 1 ? 'byte' : 'bytes'} too many` }, attempt };
}

/** The type that a contract is about. @throws Error where its files do not have it. */
export function avroMessage({ files, message }: TailContract): AvroType {
  const [first, ...others] = files;
  if (!first) throw new Error('it has no files');
  const byPath = new Map(files.map((file) => [file.path, file]));
  // By their paths as the workspace found them; a registry's files have none that say what is in them.
  const read = (path: string): SourceFile | undefined => byPath.has(path) ? sourceOf(byPath.get(path)!) : undefined;
  const { root, named } = parseAvro(sourceOf(first), read, others.map(sourceOf));
  const wanted = message === '' ? root : (named.get(message) ?? [...named.values()].find(({ fullName }) => fullName.endsWith(`.${message}`)));
  if (!wanted) throw new Error(message === '' ? `${first.path} has no schema` : `${first.path} has no ${message}`);
  if (wanted.kind === 'unknown') throw new Error(`it names ${wanted.name}, which no file of it defines`);
  return wanted;
}

/** Places are not told of here; the path will do for a file's id. */
function sourceOf({ path, text }: TailContract['files'][number]): SourceFile {
  return { id: path as SourceFile['id'], path, text: text.replace(/^\ufeff/, '') };
}

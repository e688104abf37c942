import type { Type } from 'protobufjs';
import type { TailContract } from '../../protocol/tail';
import { DECODE_LIMIT, sentenceOf, type Decoded, type Decoder, type Fault, type Tried } from '../decoded';
import { protobufFrame, registryFrame } from '../frame';
import { protobufContract } from './schema';
import { withTimes } from './times';
import { walkProtobuf, type ProtobufWalk } from './walk';

interface Choice {
  readonly type: Type;
  readonly body: Uint8Array;
  readonly why: string;
  readonly tried: readonly Tried[];
  /** What the frame itself says against the contract. */
  readonly fault?: Fault;
}

/** Decodes by .proto text. @throws Error if the files do not make up a schema with the message. */
export function protobufDecoder(contract: TailContract): Decoder {
  const schema = protobufContract(contract);
  const wanted = nameOf(schema.type);

  /** No message begins with a zero byte, since there is no field 0: a frame is told for certain. */
  const choose = (value: Uint8Array): Choice => {
    const frame = protobufFrame(value);
    if (!frame) {
      const reason = registryFrame(value) ? 'Behind the schema id there are no message indexes.' : 'It does not begin with a zero byte and a schema id.';
      return { type: schema.type, body: value, why: `The contract says ${wanted}.`, tried: [{ as: 'protobuf behind a registry\'s frame', reason }] };
    }
    const indexes = frame.indexes.join(', ');
    const begins = `It begins with a registry's frame, of the schema id ${frame.schemaId} and the message index ${indexes}`;
    const named = schema.at(frame.indexes);
    const shared = { body: frame.body, tried: [] };
    if (!named) return { ...shared, type: schema.type, why: `${begins}, and the contract says ${wanted}.`, fault: { path: '', reason: `is by its frame the message ${indexes} of its file, and the contract's file has none there` } };
    if (named === schema.type) return { ...shared, type: named, why: `${begins}, which is ${wanted} in the contract's file.` };
    return { ...shared, type: named, why: `${begins}, which is ${nameOf(named)} in the contract's file.`, fault: { path: '', reason: `is by its frame a ${nameOf(named)}, and the contract says ${wanted}` } };
  };

  const decode = (value: Uint8Array): Decoded | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    const choice = choose(value);
    const walk = walkProtobuf(choice.type, choice.body);
    const verdict = verdictOf(choice, walk);
    const faults = faultsOf(choice, walk);
    const shown = walk.broken || walk.tooMuch !== undefined ? undefined : jsonOf(choice.type, choice.body);
    const strangers = walk.unknown.length > 0 ? ` It has fields that the contract does not have: ${walk.unknown.join(', ')}.` : '';
    return {
      verdict, faults, errors: faults.map(sentenceOf), as: `protobuf ${nameOf(choice.type)}`,
      why: choice.why + strangers, tried: choice.tried,
      ...(shown === undefined ? {} : { json: JSON.stringify(shown, null, 2), preview: JSON.stringify(shown) }),
    };
  };
  const check = (value: Uint8Array): Decoded['verdict'] | undefined => {
    if (value.length > DECODE_LIMIT) return undefined;
    const choice = choose(value);
    return verdictOf(choice, walkProtobuf(choice.type, choice.body));
  };
  const computed = (value: Uint8Array): unknown => {
    if (value.length > DECODE_LIMIT) return undefined;
    const choice = choose(value);
    // The walk says whether it is safe to decode at all.
    const { broken, tooMuch } = walkProtobuf(choice.type, choice.body);
    return broken || tooMuch !== undefined ? undefined : valueOf(choice.type, choice.body);
  };
  return { contract, decode, check, value: computed };
}

function verdictOf(choice: Choice, walk: ProtobufWalk): Decoded['verdict'] {
  if (walk.broken) return 'undecodable';
  if (choice.fault || walk.faults.length > 0) return 'violates';
  return walk.tooMuch === undefined ? 'valid' : 'unchecked';
}

function faultsOf(choice: Choice, walk: ProtobufWalk): readonly Fault[] {
  // What ended the reading comes first: rows show one sentence.
  return [
    ...(walk.broken ? [walk.broken] : []), ...(choice.fault ? [choice.fault] : []), ...walk.faults,
    ...(walk.tooMuch === undefined ? [] : [{ path: '', reason: walk.tooMuch }]),
  ];
}

/** Undefined where the library reads less than the walk does, such as without a required field. */
function jsonOf(type: Type, body: Uint8Array): unknown {
  try {
    // 64-bit numbers become text, as protobuf's own JSON mapping has them.
    return withTimes(type, type.toObject(type.decode(body), { longs: String, ...asJson }));
  } catch {
    return undefined;
  }
}

/** The same to compute with: a field that was left out because it has its default has that default. */
function valueOf(type: Type, body: Uint8Array): unknown {
  try {
    return withTimes(type, withoutNulls(type.toObject(type.decode(body), { longs: BigInt, defaults: true, ...asJson })));
  } catch {
    return undefined;
  }
}

const asJson = { enums: String, bytes: String, json: true, oneofs: false } as const;

/** Messages have no default: the library writes null for those that are not there. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])));
}

function nameOf(type: Type): string {
  return type.fullName.replace(/^\./, '');
}

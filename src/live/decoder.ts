import type { TailContract } from '../protocol/tail';

/** What a contract says of one value. */
export interface Decoded {
  readonly verdict: 'valid' | 'violates' | 'undecodable';
  /** Why not `valid`, one sentence each. */
  readonly errors: readonly string[];
  /** `protobuf shop.v1.OrderPlaced`, `json`. */
  readonly as: string;
  /** The value as pretty JSON, where it could be decoded. */
  readonly json?: string;
  /** The value on one line. */
  readonly preview?: string;
}

/** Decodes the values of one contract. Never throws. */
export interface Decoder {
  readonly contract: TailContract;
  /** Why the contract cannot decode anything; then `decode` says nothing. */
  readonly problem?: string;
  decode(value: Uint8Array): Decoded | undefined;
  /** The verdict alone, for counting every message at the rate at which they come. */
  check(value: Uint8Array): Decoded['verdict'] | undefined;
}

/** Values larger than this are shown as they are: decoding them would hold up all other tails. */
export const DECODE_LIMIT = 2 * 1024 * 1024;

/** The decoder for a contract; its library is loaded with the first contract of its format. */
export async function decoderFor(contract: TailContract): Promise<Decoder> {
  try {
    switch (contract.format) {
      case 'protobuf':
        return (await import('./decodeProtobuf')).protobufDecoder(contract);
      case 'json-schema':
        return (await import('./decodeJsonSchema')).jsonSchemaDecoder(contract);
      case 'avro':
        return without(contract, 'Avro values are not decoded yet; they are shown as bytes');
    }
  } catch (error) {
    return without(contract, error instanceof Error ? error.message : String(error));
  }
}

function without(contract: TailContract, problem: string): Decoder {
  return {
    contract,
    problem: `${contract.name} cannot be used for decoding: ${problem.replace(/\.$/, '')}.`,
    decode: () => undefined,
    check: () => undefined,
  };
}

/**
 * The value without the frame that schema-registry clients put before it: a zero byte and the
 * schema's id in four. Neither a protobuf message nor JSON text can begin with a zero byte.
 */
export function unframed(value: Uint8Array): Uint8Array {
  return value.length > 5 && value[0] === 0 ? value.subarray(5) : value;
}

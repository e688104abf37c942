import type { TailContract } from '../protocol/tail';
import type { Decoder } from './decoded';
import { jsonValue } from './exactJson';

/**
 * The decoder for a contract, or for values of any kind where there is none. A format's library is
 * loaded with the first contract of it.
 */
export async function decoderFor(contract: TailContract | undefined): Promise<Decoder> {
  const { withCloudEvents } = await import('./cloudEvents');
  if (!contract) return withCloudEvents((await import('./anyValue')).anyValueDecoder());
  try {
    return withCloudEvents(await byFormat(contract));
  } catch (error) {
    return without(contract, error instanceof Error ? error.message : String(error));
  }
}

async function byFormat(contract: TailContract): Promise<Decoder> {
  switch (contract.format) {
    case 'protobuf':
      return (await import('./protobuf/decoder')).protobufDecoder(contract);
    case 'json-schema':
      return (await import('./jsonSchema')).jsonSchemaDecoder(contract);
    case 'avro':
      return (await import('./avro/decoder')).avroDecoder(contract);
  }
}

function without(contract: TailContract, problem: string): Decoder {
  return {
    contract,
    problem: `${contract.name} cannot be used for decoding: ${problem.replace(/\.$/, '')}.`,
    decode: () => undefined,
    check: () => undefined,
    value: jsonValue,
  };
}

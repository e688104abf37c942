import type { TailContract } from '../protocol/tail';
import type { Fault } from './decoded';
import { seeded } from './random';

/** Makes values of a contract, from the JSON that its decoder shows. */
export interface Encoder {
  /** The bytes without any frame, or what does not keep to the contract. Never throws. */
  encode(json: unknown): { readonly bytes: Uint8Array } | { readonly faults: readonly Fault[] };
  /** A value that the contract takes, the same one for the same seed. @throws Error where there is none. */
  sample(seed: number): unknown;
}

/** What chance has not given by then, such as text for a pattern, it hardly ever will. */
const ATTEMPTS = 50;

/** @throws Error if the contract cannot be used. */
export async function encoderFor(contract: TailContract): Promise<Encoder> {
  switch (contract.format) {
    case 'avro': {
      const [{ avroMessage }, { writeAvro }, { sampleAvro }] = await Promise.all([import('./avro/decoder'), import('./avro/write'), import('./avro/sample')]);
      const type = avroMessage(contract);
      return {
        encode: (json) => {
          const written = writeAvro(type, json);
          return 'bytes' in written ? written : { faults: [written.fault] };
        },
        sample: (seed) => sampleAvro(type, seeded(seed)),
      };
    }
    case 'protobuf': {
      const [{ protobufContract }, { encodeProtobuf }, { sampleProtobuf }] = await Promise.all([
        import('./protobuf/schema'), import('./protobuf/encode'), import('./protobuf/sample'),
      ]);
      const { type } = protobufContract(contract);
      return { encode: (json) => encodeProtobuf(type, json), sample: (seed) => sampleProtobuf(type, seeded(seed)) };
    }
    case 'json-schema': {
      const [{ jsonSchemaJudge }, { schemaFiles }, { sampleJsonSchema }] = await Promise.all([
        import('./jsonSchema'), import('./jsonSchemaFiles'), import('./jsonSchemaSample'),
      ]);
      const judge = jsonSchemaJudge(contract);
      const files = schemaFiles(contract);
      return {
        encode: (json) => {
          const faults = judge(json);
          return faults.length > 0 ? { faults } : { bytes: Buffer.from(JSON.stringify(json)) };
        },
        sample: (seed) => {
          const random = seeded(seed);
          let ends: unknown;
          for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
              // What looks like its names is tried first, then anything.
              const value = sampleJsonSchema(files, random, attempt >= ATTEMPTS / 2);
              if (judge(value).length === 0) return value;
            } catch (error) {
              // Another alternative may have an end.
              ends = error;
            }
          }
          if (ends !== undefined) throw ends;
          throw new Error(`no sample of ${contract.name} was found that keeps to it: it asks for what only its author can make`);
        },
      };
    }
  }
}

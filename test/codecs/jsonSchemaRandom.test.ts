import assert from 'node:assert/strict';
import Ajv, { type ValidateFunction } from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import { decoderFor } from '../../src/codecs/decoder';
import { encoderFor } from '../../src/codecs/encoder';
import type { TailContract } from '../../src/protocol/tail';
import { Random, randomFrom, type Json } from '../contracts/json-schema/randomSchemas';

const count = Number(process.env.TAILRACE_SCHEMAS ?? 40);
const seed = Number(process.env.TAILRACE_SEED ?? 20_261_129);

/** As the decoder says it: ajv's code for unevaluated properties may throw (8.20). */
function judged(validate: ValidateFunction, value: Json): 'valid' | 'violates' | 'unchecked' {
  try {
    return validate(value) ? 'valid' : 'violates';
  } catch {
    return 'unchecked';
  }
}

/** The same with something in it changed, or another name or item more. */
function mutated(value: Json, random: Random): Json {
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return random.anyDocument(2);
  if (Array.isArray(value)) {
    const at = random.int(value.length + 1);
    return random.chance(0.3) ? value.toSpliced(at, 1) : value.toSpliced(at, 1, mutated(value[at] ?? null, random));
  }
  const keys = Object.keys(value);
  const key = random.pick([...keys, 'more']);
  const { [key]: old = null, ...others } = value;
  return random.chance(0.3) ? others : { ...others, [key]: mutated(old, random) };
}

describe('JSON Schema: random schemas and values', () => {
  for (const [draft, Validator] of [['draft-07', Ajv], ['2019-09', Ajv2019], ['2020-12', Ajv2020]] as const) {
    it(`samples keep to ${draft}, come back as they were, and are judged as ajv judges once they are changed`, async function () {
      this.timeout(60_000);
      const seen = { samples: 0, none: 0, valid: 0, violates: 0, unchecked: 0 };
      for (let i = 0; i < count; i++) {
        const random = new Random(randomFrom(seed + i * 7919 + Number(draft.slice(-2)) * 1_000_003), draft);
        const schema = random.file();
        const text = JSON.stringify(schema);
        const contract: TailContract = { name: 'T', format: 'json-schema', message: '', files: [{ path: '/w/t.json', text }] };
        const judge = new Validator({ strict: false, validateSchema: false, logger: false }).compile(schema);
        const [encoder, decoder] = [await encoderFor(contract), await decoderFor(contract)];
        const agree = (value: Json): void => {
          const verdict = judged(judge, value);
          seen[verdict]++;
          const bytes = Buffer.from(JSON.stringify(value));
          const decoded = decoder.decode(bytes)!;
          const where = `${text}\n${JSON.stringify(value)}\n${decoded.errors.join()}`;
          // The words of a reason are ours, whatever schemas are nested in which.
          assert.doesNotMatch(decoded.errors.join(), /must NOT|must match (?!the pattern)|schema in|breaks the schema|boolean schema|keyword|undefined|\[object|NaN/, where);
          assert.deepEqual([decoded.verdict, decoder.check(bytes), decoded.errors.length > 0], [verdict, verdict, verdict !== 'valid'], where);
          const encoded = encoder.encode(value);
          assert.equal('bytes' in encoded, verdict === 'valid', where);
          if ('bytes' in encoded) assert.deepEqual(JSON.parse(decoder.decode(encoded.bytes)!.json!), value, where);
        };
        for (let n = 0; n < 4; n++) agree(random.document(schema, schema));
        let sample: Json;
        try {
          sample = encoder.sample(i) as Json;
        } catch {
          seen.none++;
          continue;
        }
        seen.samples++;
        assert.equal(judged(judge, sample), 'valid', text);
        assert.deepEqual(encoder.sample(i), sample);
        agree(sample);
        for (let n = 0; n < 4; n++) agree(mutated(sample, random));
      }
      if (process.env.TAILRACE_FIGURES !== undefined) console.log({ draft, ...seen });
      // The rest take nothing at all, or hardly anything that chance gives.
      assert.ok(seen.samples > count * 0.6, JSON.stringify(seen));
      assert.ok(seen.valid > count && seen.violates > count, JSON.stringify(seen));
    });
  }
});

import assert from 'node:assert/strict';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import { compareContracts } from '../../../src/contracts/compare';
import type { ContractText } from '../../../src/contracts/compat';
import type { FileId } from '../../../src/text/range';
import { Random, randomFrom, type Json } from './randomSchemas';

const pairs = Number(process.env.TAILRACE_PAIRS ?? 900);
const seed = Number(process.env.TAILRACE_SEED ?? 20_261_128);
const documents = 60;

/** ajv's code for unevaluated properties may throw (8.20): what it cannot judge is no example. */
function judged(validate: (document: Json) => unknown, document: Json): boolean | undefined {
  try {
    return validate(document) === true;
  } catch {
    return undefined;
  }
}

function contract(schema: Json, path: string): ContractText {
  return { format: 'json-schema', fragment: '', file: { id: path as FileId, path, text: JSON.stringify(schema) } };
}

/** Compares random schemas and asks ajv about random documents: what the reader refuses must have been told. */
describe('JSON Schema: nothing that a reader refuses is passed over', () => {
  for (const [draft, Validator] of [['draft-07', Ajv], ['2019-09', Ajv2019], ['2020-12', Ajv2020]] as const) {
    it(`holds for random schemas of ${draft}`, function () {
      this.timeout(120_000);
      let refused = 0;
      let told = 0;
      let toldWithout = 0;
      let compared = 0;
      for (let i = 0; i < pairs / 3; i++) {
        const random = new Random(randomFrom(seed + i * 7919 + Number(draft.slice(-2)) * 1_000_003), draft);
        const before = random.file();
        let after = random.chance(0.15) ? random.file() : random.edited(before);
        if (random.chance(0.3)) after = random.edited(after);
        const ajv = new Validator({ strict: false, validateSchema: false, logger: false, unicodeRegExp: true });
        const [isBefore, isAfter] = [ajv.compile(before), ajv.compile(after)];
        const findings = compareContracts(contract(before, '/v1/a.schema.json'), contract(after, '/v2/a.schema.json'), () => undefined, () => undefined);
        for (const [direction, writer, isWritten, isRead] of [['backward', before, isBefore, isAfter], ['forward', after, isAfter, isBefore]] as const) {
          const isTold = findings.some((finding) => finding.direction === direction);
          let example: Json | undefined;
          for (let n = 0; n < documents && example === undefined; n++) {
            const document = random.document(n % 3 === 2 ? (writer === before ? after : before) : writer, writer);
            if (judged(isWritten, document) === true && judged(isRead, document) === false) example = document;
          }
          compared++;
          if (isTold) told++;
          if (example === undefined) {
            if (isTold) toldWithout++;
            continue;
          }
          refused++;
          assert.ok(isTold, `${direction} of ${i}: ${JSON.stringify(example)}\nbefore ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}`);
        }
        for (const { at, beforeAt, message, advice } of findings) {
          assert.ok(at.file === '/v2/a.schema.json' && (beforeAt === undefined || beforeAt.file === '/v1/a.schema.json'), message);
          assert.ok(at.start < at.end && message.length > 0 && advice.length > 0, message);
        }
      }
      if (process.env.TAILRACE_FIGURES !== undefined) console.log({ draft, compared, told, refused, toldWithout });
      assert.ok(refused > pairs / 15, `only ${refused} refused documents were found`);
    });
  }
});

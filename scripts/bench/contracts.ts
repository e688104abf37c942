import { compareContracts } from '../../src/contracts/compare';
import type { ContractText } from '../../src/contracts/compat';
import type { ContractFormat } from '../../src/model/facts';
import type { FileId } from '../../src/text/range';
import { time, type Row } from './measure';

const count = 1_000;

/** An order of thirty fields, one of which changes with the version; no two contracts are the same text. */
function avroText(n: number, type: string): string {
  const line = { type: 'record', name: 'Line', fields: [{ name: 'sku', type: 'string' }, { name: 'count', type: 'int', default: 1 }] };
  return JSON.stringify({
    type: 'record', name: `Order${n}`, namespace: 'shop.v1', fields: [
      ...Array.from({ length: 28 }, (_, i) => ({ name: `field${i}`, type: i % 3 === 0 ? ['null', 'string'] : 'long', ...(i % 3 === 0 ? { default: null } : {}) })),
      { name: 'lines', type: { type: 'array', items: line } }, { name: 'total', type },
    ],
  }, undefined, 2);
}

function jsonSchemaText(n: number, type: string): string {
  const line = { type: 'object', additionalProperties: false, required: ['sku'], properties: { sku: { type: 'string', minLength: 1 }, count: { type: 'integer', minimum: 1 } } };
  return JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema', title: `Order${n}`, type: 'object', additionalProperties: false, required: ['total'], properties: {
      ...Object.fromEntries(Array.from({ length: 28 }, (_, i) => [`field${i}`, i % 3 === 0 ? { type: ['null', 'string'], maxLength: 40 } : { type: 'integer' }])),
      lines: { type: 'array', items: { $ref: '#/$defs/line' } }, total: { type },
    },
    $defs: { line },
  }, undefined, 2);
}

/** Comparing two versions of a thousand contracts in both directions, with reading them. */
export async function contractRows(): Promise<Row[]> {
  const cases: readonly (readonly [ContractFormat, string, (n: number, type: string) => string])[] = [
    ['avro', 'Avro schemas', avroText], ['json-schema', 'JSON Schemas', jsonSchemaText],
  ];
  const rows: Row[] = [];
  for (const [format, words, textOf] of cases) {
    const contract = (text: string, path: string): ContractText => ({ format, fragment: '', file: { id: path as FileId, path, text } });
    const pairs = Array.from({ length: count }, (_, n) => [contract(textOf(n, format === 'avro' ? 'int' : 'integer'), `/1/${n}`), contract(textOf(n, 'string'), `/2/${n}`)] as const);
    const value = await time(5, () => {
      const found = pairs.reduce((sum, [previous, current]) => sum + compareContracts(previous, current, () => undefined, () => undefined).length, 0);
      if (found !== 2 * count) throw new Error(`${words}: ${found} findings`);
    });
    rows.push({ name: `compare two versions of ${count.toLocaleString('en')} ${words} of 30 fields, both directions`, value, unit: 'ms' });
  }
  return rows;
}

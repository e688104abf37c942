import type { AvroType } from '../../contracts/avro/schema';

/**
 * The fingerprint of a schema as Avro's single-object encoding has it: CRC-64-AVRO of its parsing
 * canonical form, the lowest byte first, in hex.
 * https://avro.apache.org/docs/1.12.0/specification/#schema-fingerprints
 */
export function fingerprint(type: AvroType): string {
  let crc = EMPTY;
  for (const b of Buffer.from(canonical(type))) crc = (crc >> 8n) ^ TABLE[Number((crc ^ BigInt(b)) & 0xffn)]!;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(crc);
  return bytes.toString('hex');
}

const EMPTY = 0xc15d213aa4d7a795n;
const TABLE = Array.from({ length: 256 }, (_, n) => {
  let entry = BigInt(n);
  for (let bit = 0; bit < 8; bit++) entry = (entry >> 1n) ^ (entry & 1n ? EMPTY : 0n);
  return entry;
});

/** Full names, no namespaces, docs, defaults, aliases or logical types; a name that was defined is only named. */
export function canonical(type: AvroType, defined = new Set<string>()): string {
  switch (type.kind) {
    case 'primitive':
      return JSON.stringify(type.type);
    case 'array':
      return `{"type":"array","items":${canonical(type.items, defined)}}`;
    case 'map':
      return `{"type":"map","values":${canonical(type.values, defined)}}`;
    case 'union':
      return `[${type.branches.map((branch) => canonical(branch, defined)).join(',')}]`;
    case 'unknown':
      return JSON.stringify(type.name);
  }
  const name = JSON.stringify(type.fullName);
  if (defined.has(type.fullName)) return name;
  defined.add(type.fullName);
  switch (type.kind) {
    case 'enum':
      return `{"name":${name},"type":"enum","symbols":[${type.symbols.map((s) => JSON.stringify(s.name)).join(',')}]}`;
    case 'fixed':
      return `{"name":${name},"type":"fixed","size":${type.size}}`;
    case 'record': {
      const fields = type.fields.map((f) => `{"name":${JSON.stringify(f.name)},"type":${canonical(f.type, defined)}}`);
      return `{"name":${name},"type":"record","fields":[${fields.join(',')}]}`;
    }
  }
}

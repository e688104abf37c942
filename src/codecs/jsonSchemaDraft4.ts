/**
 * A schema of draft 4 in the words of draft 7: `id` became `$id`, and the exclusive limits became limits
 * themselves. https://json-schema.org/draft-06/json-schema-release-notes
 */
export function draft7(schema: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((item) => draft7(item, depth + 1));
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    // Data, which may look like anything.
    const kept = key === 'enum' || key === 'default' ? value : draft7(value, depth + 1);
    // A property of that name has a schema behind it, and no text.
    Object.defineProperty(out, key === 'id' && typeof value === 'string' ? '$id' : key, { value: kept, enumerable: true, writable: true, configurable: true });
  }
  exclusive(out, 'minimum', 'exclusiveMinimum');
  exclusive(out, 'maximum', 'exclusiveMaximum');
  return out;
}

const MAX_DEPTH = 100;

function exclusive(schema: Record<string, unknown>, limit: string, flag: string): void {
  if (typeof schema[flag] !== 'boolean') return;
  if (schema[flag] && limit in schema) {
    schema[flag] = schema[limit];
    delete schema[limit];
  } else {
    delete schema[flag];
  }
}

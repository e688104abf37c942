import { dump } from 'js-yaml';

/** Longer ones are written on several lines. */
const widest = 110;

/** A value on one line, as flow files write short ones: `{ exchange: mail, routingKey: receipt.* }`. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  const entries = Object.entries(value).map(([key, inner]) => `${scalar(key)}: ${inline(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Words that YAML takes for values of its own, in one version or another. */
const valueWord = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A word that can stand between the commas of a list, and so anywhere. */
function scalar(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // Most names need no thought, and the library takes its time for each.
  if (typeof value === 'string' && /^[a-z_][\w./-]*$/i.test(value) && !valueWord.test(value)) return value;
  return dump([value], { flowLevel: 0, lineWidth: -1 }).trim().slice(1, -1);
}

/** The lines of a map; what fits on one line stands on one from the given depth on. */
export function blockLines(map: object, depth: number): string[] {
  return Object.entries(map).flatMap(([key, value]) => entryLines(scalar(key), value, depth));
}

function entryLines(key: string, value: unknown, depth: number): string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const short = `${key}: ${inline(value)}`;
  if (!isMap && !Array.isArray(value)) return [short];
  const isEmpty = Object.keys(value as object).length === 0;
  if (isEmpty || (depth <= 0 && short.length <= widest)) return [short];
  if (isMap) return [`${key}:`, ...blockLines(value, depth - 1).map((line) => `  ${line}`)];
  return [`${key}:`, ...(value as readonly unknown[]).map((item) => `  - ${inline(item)}`)];
}

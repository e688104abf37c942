/** How a scalar is written at a place: plain, or in quotes. */
export type Quote = '' | '"' | "'";

export function quoteOf(raw: string): Quote {
  const first = raw[0];
  return (first === '"' || first === "'") && raw.length > 1 && raw.endsWith(first) ? first : '';
}

/** The content of a scalar as written, without quotes and escapes. */
export function unquote(raw: string): string {
  const quote = quoteOf(raw);
  if (quote === "'") return raw.slice(1, -1).replaceAll("''", "'");
  if (quote !== '"') return raw;
  try {
    return String(JSON.parse(raw));
  } catch {
    // YAML's double quotes know escapes that JSON does not; names hardly ever need them.
    return raw.slice(1, -1);
  }
}

/**
 * Writes a text as a scalar in the style that stood there before. A plain scalar becomes quoted
 * where YAML would read something else; JSON has double quotes only.
 */
export function writeScalar(text: string, before: Quote, json = false): string {
  if (json || before === '"') return JSON.stringify(text);
  if (before === "'") return `'${text.replaceAll("'", "''")}'`;
  return isPlain(text) ? text : JSON.stringify(text);
}

const indicators = /^[-?:,[\]{}#&*!|>'"%@`\s]/;
const other =
  /^(~|null|true|false|yes|no|on|off|[-+]?(\d[\d_]*)?\.?\d+([eE][-+]?\d+)?|0[xo][\da-fA-F]+|[-+]?\.(inf|nan))$/i;

/** True if YAML reads the bare text as this very string, also between braces. */
export function isPlain(text: string): boolean {
  if (text === '' || text !== text.trim() || /[\n\r\t,[\]{}]/.test(text)) return false;
  if (/: |:$| #/.test(text) || other.test(text)) return false;
  return !indicators.test(text) || /^[-?:][^\s,[\]{}]/.test(text);
}

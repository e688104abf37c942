import { isUnknown } from '../../syntax/placeholder';
import type { Resolve } from '../shared/environmentValues';

const maxDepth = 16;

/** A longer text is a script or a file, whose dollar signs mean other things. */
const maxLength = 8_000;

/**
 * Fills in a compose file's own interpolation (Compose specification, "Interpolation"): `$NAME`, `${NAME}`,
 * with the defaults `:-` and `-`, the demands `:?` and `?`, the replacements `:+` and `+`; `$$` is a dollar
 * sign. A variable without a default stays as it is written, and the text is open.
 */
export const interpolate: Resolve = (written) => {
  if (written.length > maxLength) return { text: written, isOpen: true };
  if (!written.includes('$')) return { text: written, isOpen: isUnknown(written.trim()) };
  const open = { value: false };
  const text = fill(written, open, 0);
  return { text, isOpen: open.value || isUnknown(text.trim()) || /\{\{.*\}\}/.test(text) };
};

function fill(written: string, open: { value: boolean }, depth: number): string {
  let result = '';
  let at = 0;
  while (at < written.length) {
    const dollar = written.indexOf('$', at);
    if (dollar < 0) break;
    result += written.slice(at, dollar);
    const next = written[dollar + 1] ?? '';
    if (next === '$') {
      result += '$';
      at = dollar + 2;
      continue;
    }
    const end = next === '{' ? closing(written, dollar + 1) : -1;
    if (end > 0) {
      const filled = valueOf(written.slice(dollar + 2, end), open, depth);
      result += filled ?? written.slice(dollar, end + 1);
      if (filled === undefined) open.value = true;
      at = end + 1;
      continue;
    }
    const name = /^\$[A-Za-z_]\w*/.exec(written.slice(dollar, dollar + 200))?.[0];
    if (name !== undefined) open.value = true;
    result += name ?? '$';
    at = dollar + (name?.length ?? 1);
  }
  return result + written.slice(at);
}

/** What stands for `NAME` with its operator, where the file itself says it. */
function valueOf(inside: string, open: { value: boolean }, depth: number): string | undefined {
  const match = /^\s*[A-Za-z_][\w.]*\s*(:?[-?+])?/.exec(inside);
  const operator = match?.[1];
  if (match === null || operator === undefined || depth >= maxDepth) return undefined;
  if (!operator.endsWith('-')) return undefined;
  return fill(inside.slice(match[0].length), open, depth + 1);
}

function closing(text: string, brace: number): number {
  let depth = 0;
  for (let i = brace; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

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
export const interpolate: Resolve = interpolateWith(() => undefined);

/**
 * The same where the file's own `.env` says values. It is asked for variables without a default only: a
 * default holds on every machine, while that file may not be part of the repository.
 */
export function interpolateWith(lookUp: (name: string) => string | undefined): Resolve {
  return (written) => {
    if (written.length > maxLength) return { text: written, isOpen: true };
    if (!written.includes('$')) return { text: written, isOpen: isUnknown(written.trim()) };
    const open: Open = { value: false, lookUp };
    const text = fill(written, open, 0);
    return { text, isOpen: open.value || isUnknown(text.trim()) || /\{\{.*\}\}/.test(text) };
  };
}

interface Open {
  value: boolean;
  readonly lookUp: (name: string) => string | undefined;
}

function fill(written: string, open: Open, depth: number): string {
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
    const known = name === undefined ? '$' : open.lookUp(name.slice(1));
    if (known === undefined) open.value = true;
    result += known ?? name ?? '';
    at = dollar + (name?.length ?? 1);
  }
  return result + written.slice(at);
}

/** What stands for `NAME` with its operator, where the file itself says it. */
function valueOf(inside: string, open: Open, depth: number): string | undefined {
  const match = /^\s*([A-Za-z_][\w.]*)\s*(:?[-?+])?/.exec(inside);
  if (match === null || depth >= maxDepth) return undefined;
  const operator = match[2];
  if (operator?.endsWith('+') === true) return undefined;
  if (operator?.endsWith('-') !== true) return open.lookUp(match[1] ?? '');
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

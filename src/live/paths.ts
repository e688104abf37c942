import { oneLine } from '../codecs/bytesText';
import type { Headers } from '../codecs/decoded';
import { exactText } from '../codecs/exactJson';
import { headerOf } from '../codecs/headers';

/** Where a text of a message is: a header, or steps into its value. */
export type Path = { readonly header: string } | { readonly steps: readonly (string | number)[] };

const HEADER = 'header:';
/** A step: `.name`, `[3]`, or `["any name"]`; the first needs no dot. */
const STEP = /\.?([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/uy;
const PLAIN = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;
const MAX_DEPTH = 8;

/** Reads `order.id`, `items[0].sku`, `["odd name"].x`, `header:traceparent`; undefined where it is none of these. */
export function parsePath(text: string): Path | undefined {
  if (text.startsWith(HEADER)) return text.length > HEADER.length ? { header: text.slice(HEADER.length) } : undefined;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const match = STEP.exec(text);
    // Only the first name may stand without a dot, and then it has to.
    if (!match || (match[1] !== undefined && (at === 0) === text.startsWith('.', at))) return undefined;
    const [, name, index, quoted] = match;
    const step = name ?? (index === undefined ? unquoted(quoted ?? '') : Number(index));
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps.length > 0 ? { steps } : undefined;
}

export function pathText(steps: readonly (string | number)[]): string {
  return steps
    .map((step, n) => {
      if (typeof step === 'number') return `[${step}]`;
      return PLAIN.test(step) ? `${n > 0 ? '.' : ''}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');
}

/** What lies there; undefined where nothing does. */
export function valueAt(value: unknown, steps: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string | number, unknown>)[step];
  }
  return found;
}

/** What lies there as text; empty where nothing does. */
export function fullTextAt(path: Path, value: unknown, headers: Headers): string {
  if ('header' in path) return headerOf(headers, path.header) ?? '';
  const found = valueAt(value, path.steps);
  if (found === undefined) return '';
  return typeof found === 'string' ? found : exactText(found);
}

/** The same on one line, of at most so many characters. */
export function textAt(path: Path, value: unknown, headers: Headers, limit: number): string {
  return oneLine(fullTextAt(path, value, headers), limit);
}

/** Adds the paths of all that is in a value but objects; of a list those of its first item. Up to `most` in all. */
export function addPaths(value: unknown, into: Set<string>, most: number): void {
  const visit = (one: unknown, steps: readonly (string | number)[]): void => {
    if (into.size >= most || steps.length > MAX_DEPTH) return;
    const isObject = typeof one === 'object' && one !== null;
    if (steps.length > 0 && (!isObject || Array.isArray(one))) into.add(pathText(steps));
    if (!isObject) return;
    if (Array.isArray(one)) {
      if (one.length > 0) visit(one[0], [...steps, 0]);
      return;
    }
    for (const [name, inner] of Object.entries(one)) visit(inner, [...steps, name]);
  };
  visit(value, []);
}

export function headerPath(name: string): string {
  return `${HEADER}${name}`;
}

function unquoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A version found in a name, with its place in that text. */
export interface FoundVersion {
  /** Without the `v`: `2`, `1.4`. */
  readonly version: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The version that a name carries as a part of its own: `shop.v2`, `/schemas/v2/order.json`,
 * `order/1.0.0`, `orders@3`, `order-v2.json`, `OrderPlacedV2`; the last one counts. A bare number is one only
 * if it has a dot or follows `@` or a slash, so that `draft-07` or `iso8601` are none.
 */
export function versionIn(text: string): FoundVersion | undefined {
  let found: FoundVersion | undefined;
  const parts = /(^|[./_:@#-])(v?)(\d+(?:\.\d+)*)(?=$|[./_:#?-]|(?:alpha|beta)\d*\b)/gi;
  for (const match of text.matchAll(parts)) {
    const before = match[1] ?? '';
    const number = match[3] ?? '';
    const isPart = before === '/' && /^\d+(\.\d+){0,2}$/.test(number) && number.length < 9;
    const says = match[2] !== '' || before === '@' || isPart
      || (/[-_:]/.test(before) && number.includes('.'));
    if (!says) continue;
    const start = match.index + before.length;
    found = { version: number, start, end: start + (match[2] ?? '').length + number.length };
  }
  if (found !== undefined) return found;
  const camel = /[a-z0-9]V(\d+)$/.exec(text);
  if (camel === null) return undefined;
  const start = camel.index + 1;
  return { version: camel[1] ?? '', start, end: text.length };
}

/** Orders versions by their numbers: `2` before `10`, `1.4` before `1.10`, `1beta1` before `1`. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    // What is missing counts as 0, but as more than a word: a release comes after its candidates.
    const [left, right] = [x[i] ?? '', y[i] ?? ''];
    if (left === right) continue;
    if (/[^0-9]/.test(left + right)) return left === '' ? 1 : right === '' ? -1 : left < right ? -1 : 1;
    const difference = Number(left) - Number(right);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function partsOf(version: string): readonly string[] {
  return version.toLowerCase().replace(/^v(?=\d)/, '').match(/\d+|[a-z]+/g) ?? [];
}

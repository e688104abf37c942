import { expressionOfKeys, unquoted } from './jsonTree';

/** What an expression may name besides paths of the value, and the functions that are most used. */
const WORDS = [
  'key',
  'channel',
  'partition',
  'offset',
  'time',
  'size',
  'verdict',
  'headers',
  'value',
  'has(',
  'size(',
  'matches(',
  'contains(',
  'startsWith(',
  'endsWith(',
] as const;

const VERDICTS = ['"violates"', '"undecodable"', '"valid"'] as const;
/** A comparison with the message's verdict that lacks its other side; a field of the value may have that name too. */
const VERDICT_COMPARED = /(?<![\w.])verdict\s*(?:[!=]=\s*|in\s*\[\s*(?:"[^"]*"\s*,\s*)*)$/;

const MOST = 60;
/** A name with what follows it by dots and brackets, up to the caret. */
const NAME = /(?:[A-Za-z_]\w*(?:\.\w*|\[\d*\]?|\["[^"\]]*"?\]?)*|"[a-z]*)$/;

/** One step of a column's path: a name, a number or any name in quotes. */
const STEP = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

export interface Completion {
  /** Where what is being typed begins: it is replaced. */
  readonly from: number;
  readonly offers: readonly string[];
}

/** What may be meant by what stands before the caret; nothing inside of a string. */
export function completionOf(text: string, caret: number, paths: readonly string[]): Completion | undefined {
  const before = text.slice(0, caret);
  const typed = NAME.exec(before)?.[0] ?? '';
  if (typed === '') return undefined;
  const start = before.slice(0, -typed.length);
  const verdicts = VERDICT_COMPARED.test(start) && !isInString(start) ? VERDICTS : [];
  if (typed.startsWith('"') ? verdicts.length === 0 : isInString(before) && !/\["[^"\]]*$/.test(typed)) return undefined;
  const wanted = typed.toLowerCase();
  const all = [...new Set([...paths.map(expressionOfPath), ...WORDS, ...verdicts])];
  const starts = all.filter((one) => one.toLowerCase().startsWith(wanted));
  // A field's own name is enough: `sku` finds `value.lines[0].sku`.
  const holds = /^[a-z_]\w*$/.test(wanted) && wanted.length > 1 ? all.filter((one) => !starts.includes(one) && one.toLowerCase().includes(wanted)) : [];
  const offers = [...starts, ...holds].filter((one) => one !== typed).slice(0, MOST);
  return offers.length > 0 ? { from: caret - typed.length, offers } : undefined;
}

/** A column's path as an expression: `order.id` is `value.order.id`, `header:x` is `headers["x"]`. */
export function expressionOfPath(path: string): string {
  if (path.startsWith('header:')) return `headers[${JSON.stringify(path.slice('header:'.length))}]`;
  return expressionOfKeys([...path.matchAll(STEP)].map(([, name, index, quoted]) => name ?? (index === undefined ? unquoted(quoted ?? '""') : Number(index))));
}

function isInString(text: string): boolean {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== '' && c === '\\') i++;
    else if (c === quote) quote = '';
    else if (quote === '' && (c === '"' || c === "'")) quote = c;
  }
  return quote !== '';
}

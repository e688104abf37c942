import { close, closeBracket, closeParen, comma, dot, equals, isWord, minus, open, openBracket, openParen, semicolon, type Scanner } from './scan';
import type { ProtoOption, ProtoRange, Word } from './tree';

/** What holds none of something: most fields have no options, most messages no enums. */
export const none: readonly never[] = [];

/** A list with one more in it; `none` is never written to. */
export function added<T>(list: readonly T[], item: T): readonly T[] {
  if (list === none) return [item];
  (list as T[]).push(item);
  return list;
}

/** The semicolon behind a statement. Where it is missing, what follows is read all the same. */
export function statementEnd(s: Scanner, of: string): void {
  if (s.take(semicolon)) return;
  s.missing(`A semicolon is missing behind ${of}`);
  if (!isWord(s.c) && s.c !== close) s.leave();
}

/** `name = value`, behind `option` or in brackets; undefined where there is no name. */
export function option(s: Scanner): ProtoOption | undefined {
  const nameAt = s.at;
  let name = '';
  for (;;) {
    if (s.take(openParen)) {
      name += `(${s.path()})`;
      if (!s.take(closeParen)) s.missing('A ) is missing');
    } else {
      const part = s.path();
      if (part === '') break;
      name += part;
    }
    if (s.c !== openParen && s.c !== dot) break;
  }
  if (name === '') return undefined;
  if (!s.take(equals)) {
    s.missing(`= and a value are missing behind the option ${name}`);
    return { name, nameAt, value: '', valueAt: s.before, valueEnd: s.before };
  }
  return { name, nameAt, ...value(s, name) };
}

function value(s: Scanner, name: string): { value: string; valueAt: number; valueEnd: number } {
  const text = s.string();
  if (text !== undefined) return { value: text.text, valueAt: text.start, valueEnd: text.end };
  const start = s.at;
  if (s.c === open) {
    if (!s.block()) s.report(`This { of the option ${name} is not closed`, start, start + 1);
  } else {
    if (s.c === minus || s.c === 43) s.moveTo(s.at + 1);
    if (s.path() === '') s.missing(`The value of the option ${name} is missing`);
    // An exponent's sign parts a number in two: `1e-3`.
    else if (s.before === s.at && (s.c === minus || s.c === 43)) {
      s.moveTo(s.at + 1);
      s.path();
    }
  }
  const end = Math.max(start, s.before);
  return { value: s.text.slice(start, end), valueAt: Math.min(start, end), valueEnd: end };
}

/** `[a = 1, b = 2]`, where it is there. */
export function options(s: Scanner): readonly ProtoOption[] {
  const bracket = s.at;
  if (!s.take(openBracket)) return none;
  const found: ProtoOption[] = [];
  while (s.c !== closeBracket) {
    const one = option(s);
    if (one !== undefined) found.push(one);
    if (one === undefined || !s.take(comma)) break;
  }
  if (!s.take(closeBracket)) s.report('This [ is not closed: ] is missing behind the options', bracket, bracket + 1);
  return found;
}

/** What stands behind `reserved` and `extensions`: `2, 4 to 9, 100 to max` or names, up to the semicolon. */
export function ranges(s: Scanner, word: string): { readonly numbers: readonly ProtoRange[]; readonly names: readonly Word[] } {
  const numbers: ProtoRange[] = [];
  const names: Word[] = [];
  do {
    const start = s.at;
    const text = s.string();
    if (text !== undefined) {
      names.push(text);
      continue;
    }
    const from = s.integer();
    if (!Number.isNaN(from)) {
      const to = !s.takeWord('to') ? from : s.takeWord('max') ? Number.POSITIVE_INFINITY : s.integer();
      if (Number.isNaN(to)) s.missing('The last number of the range is missing');
      numbers.push({ from, to: Number.isNaN(to) ? from : to, start, end: s.before });
      continue;
    }
    // Editions write reserved names without quotes.
    const name = s.name();
    if (name === '') {
      s.missing(`A number${word === 'reserved' ? ' or a name' : ''} is missing behind ${word}`);
      break;
    }
    names.push({ text: name, start, end: s.before });
  } while (s.take(comma));
  if (word === 'extensions') options(s);
  statementEnd(s, word);
  return { numbers, names };
}

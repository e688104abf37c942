import { unquote } from './quoting';
import { scanFlow, type FlowEnd } from './flowScan';
import { keyPattern, keysAfter, lineEnd, siblingsOf } from './siblings';

/**
 * Where a cursor stands in a YAML or JSON text, told from the text alone, since a half-typed line
 * is in no tree yet.
 */
export interface Cursor {
  /** Keys from the root to the map or list around the cursor; numbers are list items. */
  readonly path: readonly (string | number)[];
  /** A name is being written, or the value of `key`; an item of a list is a value without a key. */
  readonly at: 'key' | 'value';
  readonly key?: string;
  /** The scalar around the cursor, quotes included. */
  readonly start: number;
  readonly end: number;
  /** What stands before the cursor in it, without an opening quote. */
  readonly typed: string;
  readonly quote: '' | '"' | "'";
  /** Other keys of the same map. */
  readonly siblings: readonly string[];
  /** Between brackets, where a block cannot be written. */
  readonly flow: boolean;
  /** The first word behind a dash: a key of a new map, or a whole item. */
  readonly item: boolean;
  /** True if a colon follows already. */
  readonly hasColon: boolean;
}

interface Frame {
  readonly kind: 'key' | 'item';
  readonly column: number;
  readonly name: string | number;
}

/** The cursor's place, or undefined where nothing is to be said: comments, block texts, behind a value. */
export function cursorAt(text: string, offset: number, json = false): Cursor | undefined {
  if (json) return flowCursor(text, scanFlow(text, 0, offset, true), offset, []);
  const frames: Frame[] = [];
  let blockText = -1;
  let position = sectionStart(text, offset);
  const lastStart = text.lastIndexOf('\n', offset - 1) + 1;
  while (position <= lastStart) {
    const end = lineEnd(text, position);
    const isLast = position === lastStart;
    const line = text.slice(position, isLast ? offset : end);
    const content = line.trimStart();
    let column = line.length - content.length;
    const isBlank = content === '';
    if (blockText >= 0 && (isBlank ? !isLast : column > blockText)) {
      if (isLast) return undefined;
      position = end + 1;
      continue;
    }
    blockText = -1;
    if ((isBlank && !isLast) || content.startsWith('#')) {
      if (isLast) return undefined;
      position = end + 1;
      continue;
    }
    if (/^(---|\.\.\.)(\s|$)/.test(line)) {
      frames.length = 0;
      position = end + 1;
      continue;
    }
    let rest = content;
    let item = false;
    for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
      pushItem(frames, column);
      item = true;
      column += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    const key = keyPattern.exec(rest)?.[0];
    const colon = key === undefined ? -1 : rest.indexOf(':', key.length);
    if (key === undefined || (isLast && offset - position <= column + key.length)) {
      const flowAt = /^[{[]/.test(rest) ? position + column : -1;
      if (flowAt >= 0) {
        popTo(frames, column);
        const scan = scanFlow(text, flowAt, offset);
        if (scan.open)
          return flowCursor(
            text,
            scan,
            offset,
            frames.map((f) => f.name),
          );
        position = lineEnd(text, scan.end) + 1;
        continue;
      }
      if (isLast) return blockCursor(text, frames, position + column, column, offset, item, rest);
      position = end + 1;
      continue;
    }
    popTo(frames, column);
    frames.push({ kind: 'key', column, name: unquote(key) });
    const valueAt = position + column + colon + 1;
    const after = /^\s*(?:[&!][^\s]*\s+)*/.exec(text.slice(valueAt, isLast ? offset : end))?.[0].length ?? 0;
    const value = text.slice(valueAt + after, end);
    if (/^[{[]/.test(value) && valueAt + after < offset) {
      const scan = scanFlow(text, valueAt + after, offset, false, column);
      if (scan.open)
        return flowCursor(
          text,
          scan,
          offset,
          frames.map((f) => f.name),
        );
      if (scan.end > lastStart) return undefined;
      position = lineEnd(text, scan.end) + 1;
      continue;
    }
    if (/^[|>][-+\d]*\s*(#.*)?$/.test(value)) blockText = column;
    if (isLast) return valueCursor(text, frames, valueAt + after, offset);
    position = end + 1;
  }
  return undefined;
}

/** The nearest line above that begins a top-level entry: what is before it does not matter. */
function sectionStart(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    if (/[A-Za-z0-9_"'$]/.test(text[start] ?? '') && start + 1 < offset) return start;
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  return 0;
}

function pushItem(frames: Frame[], column: number): void {
  let index = 0;
  for (let top = frames.at(-1); top; top = frames.at(-1)) {
    if (top.column < column || (top.column === column && top.kind === 'key')) break;
    if (top.column === column && typeof top.name === 'number') index = top.name + 1;
    frames.pop();
  }
  frames.push({ kind: 'item', column, name: index });
}

function popTo(frames: Frame[], column: number): void {
  for (let top = frames.at(-1); top && top.column >= column; top = frames.at(-1)) frames.pop();
}

function blockCursor(
  text: string,
  frames: Frame[],
  start: number,
  column: number,
  offset: number,
  item: boolean,
  typed: string,
): Cursor | undefined {
  popTo(frames, column);
  if (/\s#/.test(typed)) return undefined;
  const end = wordEnd(text, offset);
  const quote = quoteAt(text, start);
  return {
    path: frames.map((f) => f.name),
    at: 'key',
    start: Math.min(start, offset),
    end,
    typed: text.slice(start + quote.length, offset),
    quote,
    siblings: siblingsOf(text, start, column, item),
    flow: false,
    item,
    hasColon: /^\s*:(\s|$)/.test(text.slice(end, lineEnd(text, end))),
  };
}

function valueCursor(text: string, frames: Frame[], start: number, offset: number): Cursor | undefined {
  const key = frames.at(-1)?.name;
  if (typeof key !== 'string' || /\s#/.test(text.slice(start, offset))) return undefined;
  const quote = quoteAt(text, start);
  const line = text.slice(start, lineEnd(text, start));
  const closing = quote === '' ? -1 : line.indexOf(quote, 1);
  const end = closing >= 0 ? start + closing + 1 : start + line.replace(/\s+#.*$/, '').trimEnd().length;
  return {
    path: frames.slice(0, -1).map((f) => f.name),
    at: 'value',
    key,
    start: Math.min(start, offset),
    end: Math.max(end, offset),
    typed: text.slice(start + quote.length, offset),
    quote,
    siblings: [],
    flow: false,
    item: false,
    hasColon: false,
  };
}

function flowCursor(
  text: string,
  scan: FlowEnd,
  offset: number,
  outer: readonly (string | number)[],
): Cursor | undefined {
  const top = scan.frames.at(-1);
  if (top === undefined || scan.comment) return undefined;
  const path = [...outer, ...scan.frames.slice(0, -1).map((f) => (f.map ? (f.key ?? '') : f.index))];
  const isKey = top.map && !top.inValue;
  const quote = quoteAt(text, scan.token);
  const rest = text.slice(offset);
  const end =
    quote === ''
      ? wordEnd(text, offset)
      : offset + (new RegExp(`^[^${quote}\n]*${quote}?`).exec(rest)?.[0].length ?? 0);
  return {
    path: top.map ? path : [...path, top.index],
    at: isKey ? 'key' : 'value',
    key: top.map && !isKey ? top.key : undefined,
    start: Math.min(scan.token, offset),
    end,
    typed: text.slice(scan.token + quote.length, offset),
    quote,
    siblings: [...top.keys, ...keysAfter(text, end)],
    flow: true,
    item: !top.map,
    hasColon: /^\s*:/.test(text.slice(end, end + 20)),
  };
}

function quoteAt(text: string, at: number): Cursor['quote'] {
  const c = text[at];
  return c === '"' || c === "'" ? c : '';
}

function wordEnd(text: string, offset: number): number {
  return offset + (/^[^\s:,{}[\]#"']*/.exec(text.slice(offset, offset + 300))?.[0].length ?? 0);
}

import { unquote } from './quoting';

/** One open bracket. */
export interface FlowFrame {
  readonly map: boolean;
  /** Of a map: the key whose value is being written, or the last one. */
  key?: string;
  /** Of a list: which item. */
  index: number;
  inValue: boolean;
  readonly keys: string[];
}

/** Where scanning of `{…}` or `[…]` ended: at the cursor with brackets open, or behind the last one. */
export interface FlowEnd {
  readonly open: boolean;
  readonly end: number;
  readonly frames: readonly FlowFrame[];
  /** Where the scalar under the cursor begins. */
  readonly token: number;
  readonly comment: boolean;
}

/**
 * Scans brackets from `start` up to `offset`. In YAML, a line that is a block key at or left of
 * `column` ends them: the closing bracket is not typed yet.
 */
export function scanFlow(text: string, start: number, offset: number, json = false, column = -1): FlowEnd {
  const frames: FlowFrame[] = [];
  let token = start;
  let fresh = true;
  const next = (at: number): void => {
    token = at;
    fresh = true;
  };
  for (let i = start; i < offset; i++) {
    const c = text[i];
    if (c === '"' || (c === "'" && fresh)) {
      const end = stringEnd(text, i, c);
      if (fresh) token = i;
      fresh = false;
      if (end >= offset) return { open: frames.length > 0, end: offset, frames, token, comment: false };
      i = end;
    } else if (
      (c === '#' && !json && /\s/.test(text[i - 1] ?? ' ')) ||
      (json && c === '/' && text[i + 1] === '/')
    ) {
      const end = text.indexOf('\n', i);
      if (end < 0 || end >= offset) return { open: true, end: offset, frames, token, comment: true };
      i = end - 1;
    } else if (c === '{' || c === '[') {
      frames.push({ map: c === '{', index: 0, inValue: false, keys: [] });
      next(i + 1);
    } else if (c === '}' || c === ']') {
      frames.pop();
      if (frames.length === 0) return { open: false, end: i + 1, frames, token: i + 1, comment: false };
      fresh = false;
    } else if (c === ',') {
      const top = frames.at(-1);
      if (top) {
        top.index++;
        top.inValue = false;
      }
      next(i + 1);
    } else if (c === ':' && isColon(text, i, json)) {
      const top = frames.at(-1);
      if (top?.map && !top.inValue) {
        top.key = unquote(text.slice(token, i).trim());
        top.keys.push(top.key);
        top.inValue = true;
        next(i + 1);
      }
    } else if (c === '\n' && column >= 0 && endsBlock(text, i + 1, column)) {
      return { open: false, end: i, frames: [], token: i, comment: false };
    } else if (fresh) {
      if (/\s/.test(c ?? '')) token = i + 1;
      else {
        token = i;
        fresh = false;
      }
    }
  }
  return { open: frames.length > 0, end: offset, frames, token, comment: false };
}

function isColon(text: string, at: number, json: boolean): boolean {
  return json || text[at - 1] === '"' || /[\s,{}[\]]/.test(text[at + 1] ?? ' ');
}

function stringEnd(text: string, start: number, quote: string): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) return i;
    // A string that is not closed yet must not swallow the rest of the file.
    else if (text[i] === '\n') return i - 1;
  }
  return text.length;
}

function endsBlock(text: string, start: number, column: number): boolean {
  const line = /^( *)(?:- +)?[\w"'.$/-][^\n{}[\],]*?:(?= |\r?\n|$)/.exec(text.slice(start, start + 300));
  return line !== null && (line[1] ?? '').length <= column;
}

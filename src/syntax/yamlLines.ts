/** What one line of a broken YAML text leaves open, judged without its neighbours. */
export interface LineShape {
  /** Columns of the first character that is not blank, and behind the last one that is not comment or blank. */
  readonly indent: number;
  readonly end: number;
  /** True for a line with nothing but blanks and comment. */
  readonly empty: boolean;
  /** Column of a quote that is not closed on the line. */
  readonly quote?: number;
  /** Columns of brackets that are opened and not closed on the line, outermost first. */
  readonly open: readonly number[];
  /** Column behind the first `key:`, where the line has one. */
  readonly colon?: number;
}

/** Looks at one line (without its line break). Quotes and brackets count where a value may begin only. */
export function lineShape(line: string): LineShape {
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  const open: number[] = [];
  let atStart = true;
  let colon: number | undefined;
  let end = indent;
  for (let i = indent; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === ' ' || c === '\t') continue;
    if (c === '#' && (i === 0 || /\s/.test(line[i - 1] ?? ''))) break;
    if (atStart && (c === '"' || c === "'")) {
      const close = closingQuote(line, i);
      if (close < 0) return { indent, end: line.trimEnd().length, empty: false, quote: i, open, colon };
      i = close;
      atStart = false;
    } else if (atStart && (c === '[' || c === '{')) open.push(i);
    else if ((c === ']' || c === '}') && open.length > 0) {
      open.pop();
      atStart = false;
    } else if (c === ',' && open.length > 0) atStart = true;
    else if (c === ':' && (i + 1 === line.length || /\s/.test(line[i + 1] ?? ''))) {
      if (open.length === 0) colon ??= i + 1;
      atStart = true;
    } else atStart = (c === '-' || c === '?') && atStart && /\s/.test(line[i + 1] ?? ' ');
    end = i + 1;
  }
  return { indent, end, empty: end === indent, open, colon };
}

function closingQuote(line: string, start: number): number {
  const quote = line[start];
  for (let i = start + 1; i < line.length; i++) {
    if (quote === '"' && line[i] === '\\') i++;
    else if (line[i] === quote) {
      if (quote === "'" && line[i + 1] === "'") i++;
      else return i;
    }
  }
  return -1;
}

/** A word, sign or string of Avro's interface language, or an annotation with the place of its value. */
export interface IdlToken {
  readonly kind: 'name' | 'sign' | 'text' | 'number' | 'annotation';
  /** Without quotes and backquotes; of an annotation its name. */
  readonly text: string;
  /** Inside the quotes. */
  readonly start: number;
  readonly end: number;
  /** In backquotes: no keyword. */
  readonly isQuoted: boolean;
  readonly value?: { readonly start: number; readonly end: number };
}

const token = /\s+|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|(@[\w-]+)|`([^`\n]*)`?|"((?:[^"\\\n]|\\.)*)"?|(-?\d[\w.+-]*)|([A-Za-z_](?:[\w-]|\.(?=[A-Za-z_]))*)|(.)/gsu;

/** Cuts a text into tokens; comments and blanks are left out. */
export function scanIdl(text: string): IdlToken[] {
  const found: IdlToken[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [whole, annotation, quoted, string, number, name, sign] = match;
    const start = match.index;
    const end = start + whole.length;
    if (annotation !== undefined) {
      const value = valueBehind(text, end);
      found.push({ kind: 'annotation', text: annotation.slice(1), start, end: value?.after ?? end, isQuoted: false, ...(value === undefined ? {} : { value }) });
      token.lastIndex = value?.after ?? end;
    } else if (quoted !== undefined) found.push({ kind: 'name', text: quoted, start: start + 1, end: start + 1 + quoted.length, isQuoted: true });
    else if (string !== undefined) found.push({ kind: 'text', text: string, start: start + 1, end: start + 1 + string.length, isQuoted: false });
    else if (number !== undefined) found.push({ kind: 'number', text: number, start, end, isQuoted: false });
    else if (name !== undefined) found.push({ kind: 'name', text: name, start, end, isQuoted: false });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign, start, end, isQuoted: false });
  }
  return found;
}

/** What stands in the parentheses behind an annotation. */
function valueBehind(text: string, from: number): { start: number; end: number; after: number } | undefined {
  const open = /^\s*\(/.exec(text.slice(from, from + 200));
  if (open === null) return undefined;
  const start = from + open[0].length;
  let depth = 1;
  const part = /"(?:[^"\\\n]|\\.)*"?|[()]/g;
  part.lastIndex = start;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    if (match[0] === '(') depth++;
    if (match[0] === ')' && --depth === 0) return { start, end: match.index, after: match.index + 1 };
  }
  return { start, end: text.length, after: text.length };
}

import type { LineIndex } from '../text/lineIndex';
import {
  blank,
  contentLine,
  insert,
  isWord,
  lastDeeper,
  noColon,
  tailBlanked,
  type Change,
  type Line,
  type Mend,
} from './yamlMend';
import { openBefore } from './yamlOpen';
import type { YamlStop } from './yaml';

/** What may be tried where js-yaml stopped, the gentlest first; the last one always takes a line away. */
export function mends(lines: LineIndex, stop: YamlStop): Mend[] {
  const here = contentLine(lines, lines.position(stop.at).line, -1) ?? contentLine(lines, 0, 1);
  if (here === undefined) return [];
  const before = contentLine(lines, here.number - 1, -1);
  const after = contentLine(lines, here.number + 1, 1);
  const found: Mend[] = [];
  const add = (mend: Mend | undefined): void => {
    if (mend !== undefined) found.push(mend);
  };
  // js-yaml's words for a line inside brackets that stands too far left.
  if (stop.reason === 'deficient indentation') add(closersAtTheEdge(lines, here));
  add(placeholdersInBraces(here));
  if (before !== undefined) add(placeholdersInBraces(before));
  for (const line of [here, before]) {
    if (line !== undefined) indentedByTabs(line, before, after).forEach(add);
  }
  openBefore(lines, here).forEach(add);
  add(spaceAfterColon(here));
  if (before !== undefined) add(spaceAfterColon(before));
  if (before !== undefined && isWord(before)) add(noColon(before));
  if (isWord(here)) add(noColon(here));
  if (before !== undefined) add(wordsAbove(lines, before));
  for (const neighbour of [before, after]) {
    if (neighbour !== undefined) add(reindented(here, neighbour));
  }
  add(strayBehind(here, stop));
  add(valueBlanked(here, stop));
  add(blankedLine(here, stop));
  if (before !== undefined) add(blankedLine(before, stop));
  add(blankedBlock(lines, here, stop));
  return found;
}

/** `{ a: ${env:X} }`: inside braces or brackets YAML takes the braces of a placeholder for its own. */
function placeholdersInBraces(line: Line): Mend | undefined {
  const found = [...line.text.matchAll(/(?<=[:,[{]\s{1,20}|[[{])[^\s"',[\]{}]{0,300}\$\{[^}"\\]{0,300}\}[^\s,[\]{}"]*/g)];
  const first = found[0];
  if (first === undefined) return undefined;
  const start = line.start + first.index;
  return {
    message: `Inside braces or brackets a placeholder must be in quotes. Write "${first[0]}".`,
    start,
    end: start + first[0].length,
    changes: found.flatMap((m) => {
      const at = line.start + m.index;
      return [insert(at, '"'), insert(at + m[0].length, '"')];
    }),
  };
}

/**
 * `a: {` … `}` with the closing bracket as far left as its key: forbidden by YAML 1.2 (clause 7.4), read
 * by all others. Files written so have many of them, so all from here on are moved at once.
 */
function closersAtTheEdge(lines: LineIndex, here: Line): Mend | undefined {
  if (!/^[\]}]/.test(here.text.trimStart())) return undefined;
  const changes: Change[] = [];
  let blockText = -1;
  for (let n = here.number; n < lines.lineCount; n++) {
    const text = lines.lineText(n);
    const indent = /^ */.exec(text)?.[0].length ?? 0;
    if (indent === text.length) continue;
    if (blockText >= 0 && indent > blockText) continue;
    blockText = /(?:^|\s)[|>][-+0-9]*\s*$/.test(text) ? indent : -1;
    const start = lines.lineStart(n);
    if (/^[\]}][\]},\s]*(?:#.*)?$/.test(text.slice(indent))) changes.push(insert(start, ' '));
  }
  if (changes.length === 0) return undefined;
  return { message: '', start: here.start, end: here.start + here.end, changes, silent: true };
}

function indentedByTabs(line: Line, ...neighbours: (Line | undefined)[]): Mend[] {
  const blanks = line.text.slice(0, line.indent);
  if (!blanks.includes('\t')) return [];
  const message = 'A tab indents this line; YAML allows only spaces there. Replace it by spaces.';
  const range = { message, start: line.start, end: line.start + line.indent };
  const widths = neighbours.flatMap((n) =>
    n && !n.text.slice(0, n.indent).includes('\t') ? [n.indent, n.indent + 2] : [],
  );
  return [...widths, blanks.length].map((width) => ({
    ...range,
    changes: [{ start: line.start, end: line.start + line.indent, text: ' '.repeat(width) }],
  }));
}

/** `acks:all` is a text to YAML; a blank makes it a key with a value. */
function spaceAfterColon(line: Line): Mend | undefined {
  const match = /^\s*(?:- )?([\w.$/-]+):(?=[^\s/])/.exec(line.text);
  if (match === null || line.colon !== undefined) return undefined;
  const colon = line.start + match[0].length;
  return {
    message: `A space is missing behind "${match[1] ?? ''}:"; without it this is no key.`,
    start: line.start + line.indent,
    end: line.start + line.end,
    changes: [insert(colon, ' ')],
  };
}

/** Several half-typed lines in a row read as one text; they must be mended together. */
function wordsAbove(lines: LineIndex, last: Line): Mend | undefined {
  const found: Mend[] = [];
  for (let line: Line | undefined = last; line !== undefined && isWord(line) && found.length < 8;) {
    found.unshift(spaceAfterColon(line) ?? noColon(line));
    line = contentLine(lines, line.number - 1, -1);
  }
  const [first, ...also] = found;
  if (first === undefined || also.length === 0) return undefined;
  return { ...first, changes: found.flatMap((m) => m.changes), also };
}

function reindented(line: Line, neighbour: Line): Mend | undefined {
  if (neighbour.indent === line.indent || line.text.slice(0, line.indent).includes('\t')) return undefined;
  return {
    message:
      `This line is indented by ${line.indent} ${line.indent === 1 ? 'space' : 'spaces'}, ` +
      `its neighbour by ${neighbour.indent}. Give the keys of one map the same indentation.`,
    start: line.start + line.indent,
    end: line.start + line.end,
    changes: [{ start: line.start, end: line.start + line.indent, text: ' '.repeat(neighbour.indent) }],
  };
}

/** A bracket or comma too many: what is before it is whole. */
function strayBehind(line: Line, stop: YamlStop): Mend | undefined {
  const column = stop.at - line.start;
  if (!/[\]},]/.test(line.text[column] ?? '') || line.end <= column) return undefined;
  const sign = line.text[column] ?? '';
  return {
    message: `This "${sign}" closes or parts nothing. Remove it.`,
    start: stop.at,
    end: stop.at + 1,
    changes: [blank(stop.at, line.start + line.end)],
  };
}

function valueBlanked(line: Line, stop: YamlStop): Mend | undefined {
  if (line.colon === undefined || line.colon >= line.end) return undefined;
  const value = line.text.slice(line.colon, line.end).trim();
  const sign = /^[@`%]/.exec(value)?.[0];
  const message =
    sign !== undefined
      ? `A plain text cannot begin with "${sign}" in YAML. Put it in quotes.`
      : /^[^"'[{].*:(?:\s|$)/.test(value)
        ? 'A second ": " stands in this value. Put the value in quotes, or the second key on a line of its own.'
        : reasonOf(stop);
  return tailBlanked(line, line.colon, message);
}

function blankedLine(line: Line, stop: YamlStop): Mend {
  return {
    message: reasonOf(stop),
    start: line.start + line.indent,
    end: line.start + line.end,
    changes: [blank(line.start, line.start + line.text.length)],
  };
}

/** Takes a line away with all that is indented deeper below it. */
function blankedBlock(lines: LineIndex, line: Line, stop: YamlStop): Mend {
  const last = lastDeeper(lines, line) ?? line;
  const changes: Change[] = [];
  for (let n = line.number; n <= last.number; n++) changes.push(blank(lines.lineStart(n), lines.lineEnd(n)));
  return { message: reasonOf(stop), start: line.start + line.indent, end: line.start + line.end, changes };
}

/** js-yaml's reasons, told to somebody who types; other reasons are rare and shown as they are. */
const sentences: readonly (readonly [reason: RegExp, sentence: string])[] = [
  [
    /^bad indentation of a (mapping|sequence) entry/,
    'This does not fit what is around it: lines of one map or list are equally indented, each "key: value" or "- value".',
  ],
  [/multiline key/, 'A key must stand on one line, with a colon behind it.'],
  [/^expected ':'/, 'A colon is missing behind this key.'],
  [
    /^deficient indentation/,
    'This line stands too far left for the brackets or quotes that are open around it.',
  ],
  [/^missed comma/, 'A comma is missing between two entries.'],
  [/found ','$/, 'A value is missing before the comma.'],
  [/^name of an alias/, 'The name of an anchor is missing behind "*". Put the text in quotes if it is none.'],
  [/^name of an anchor/, 'A name is missing behind "&". Put the text in quotes if it is no anchor.'],
  [/^a line break is expected/, 'The line must end behind "|" or ">"; the text begins on the next line.'],
  [
    /^(unknown escape|expected hexadecimal)/,
    'Text in double quotes knows no such escape. Write \\\\ for a backslash, or use single quotes.',
  ],
  [/^tab characters/, 'A tab indents this line; YAML allows only spaces there. Replace it by spaces.'],
  [/^unexpected end of the (stream|document)/, 'The file ends inside brackets or quotes.'],
  [/^nesting exceeded/, 'This is nested too deeply to be read.'],
  [
    /^(null byte|the stream contains non-printable)/,
    'This holds a character that YAML does not allow. Remove it.',
  ],
  [
    /^(tag |named tag|undeclared tag|duplication of a tag)/,
    'This is no tag that YAML knows. Put a text that begins with "!" in quotes.',
  ],
  [/^end of the stream/, 'A second value stands here; a document is one map, list or text.'],
];

function reasonOf(stop: YamlStop): string {
  return (
    sentences.find(([reason]) => reason.test(stop.reason))?.[1] ??
    `This cannot be read as YAML: ${stop.reason}.`
  );
}

import type { TextOf } from '../../src/cli/formats/pretty';
import type { ReportPlace, ReportProblem } from '../../src/cli/report';
import { renderCaret } from '../../src/text/caret';

/** A problem of one repository, with the texts to show it in. */
export interface Found {
  readonly repository: string;
  readonly problem: ReportProblem;
  readonly textOf: TextOf;
}

/** So many lines before and after what is marked. */
const around = 5;
/** Of a longer range only the first lines are shown, of a longer line (minified files) only a part. */
const longest = { lines: 20, text: 300 };

/**
 * Draws without putting back, in the order drawn. The same seed over the same items draws the same,
 * and a longer draw begins with the shorter one.
 */
export function draw<T>(items: readonly T[], count: number, seed: number): T[] {
  const left = [...items];
  const random = generator(seed);
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return drawn;
}

/** Numbers from 0 up to 1, by Mulberry32: small, and good enough to draw by. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The work sheet in Markdown: what there is of each rule, then the drawn ones with room for a verdict. */
export function sheet(all: readonly Found[], drawn: readonly Found[], title: string): string {
  const rules = new Map<string, { all: number; drawn: number }>();
  const count = (found: readonly Found[], what: 'all' | 'drawn'): void => {
    for (const { problem: { rule, severity } } of found) {
      const key = `${rule} | ${severity}`;
      const row = rules.get(key) ?? { all: 0, drawn: 0 };
      row[what]++;
      rules.set(key, row);
    }
  };
  count(all, 'all');
  count(drawn, 'drawn');
  const rows = [...rules].sort(([a], [b]) => (a < b ? -1 : 1));
  const share = `${drawn.length} of ${all.length} problems.`;
  return [
    `# ${title}`, '', `${share} Secrets are covered: see the file where one must be judged.`, '',
    '| rule | severity | found | drawn |', '| --- | --- | --- | --- |',
    ...rows.map(([key, row]) => `| ${key} | ${row.all} | ${row.drawn} |`),
    ...drawn.flatMap((found, i) => ['', ...entry(found, i + 1)]), '',
  ].join('\n');
}

function entry({ repository, problem, textOf }: Found, number: number): string[] {
  const source = textOf(problem.file);
  const shown = source === undefined ? ['(no text)'] : excerpt(problem, source);
  const marked = source === undefined ? '' : cut(oneLine(markedText(problem, source)));
  return [
    `## ${number}. ${problem.rule} (${problem.severity})`, '',
    `- place: ${place(repository, problem)}`,
    `- marked: ${code(marked)}`,
    `- message: ${oneLine(problem.message)}`,
    ...problem.related.map((related) => `- see: ${oneLine(related.message)} ${place(repository, related)}`),
    ...problem.fixes.map((fix) => `- fix${fix.safe ? ' (safe)' : ''}: ${oneLine(fix.title)}`), '',
    ...fenced(shown), '',
    'Verdict:',
  ];
}

function place(repository: string, { file, range: { start, end } }: ReportPlace): string {
  return `${repository}/${file}:${start.line}:${start.column} to ${end.line}:${end.column}`;
}

type Source = NonNullable<ReturnType<TextOf>>;

function offsets({ range }: ReportPlace, { index }: Source): { start: number; end: number } {
  const offset = (at: { line: number; column: number }): number =>
    index.offset({ line: at.line - 1, column: at.column - 1 });
  return { start: offset(range.start), end: offset(range.end) };
}

function markedText(place: ReportPlace, source: Source): string {
  const { start, end } = offsets(place, source);
  return source.text.slice(start, end);
}

/** The lines around, with the carets of what is marked below its first line, and `>` at the rest of it. */
function excerpt(place: ReportPlace, source: Source): string[] {
  const { start, end } = offsets(place, source);
  const first = place.range.start.line - 1;
  const last = Math.min(place.range.end.line - 1, first + longest.lines);
  const until = Math.min(last + around, source.index.lineCount - 1);
  const lines: string[] = [];
  for (let line = Math.max(0, first - around); line <= until; line++) {
    const bar = line > first && line <= last ? '>' : '|';
    if (line === first) lines.push(...carets(source, start, end));
    else lines.push(cut(`${line + 1} ${bar} ${source.index.lineText(line)}`));
  }
  return lines;
}

/** In a long line the part around the first caret. */
function carets({ text, index }: Source, start: number, end: number): string[] {
  const lines = renderCaret(text, start, end, index).split('\n');
  const from = Math.max(0, (lines[1] ?? '').indexOf('^') - longest.text / 2);
  return lines.map((line) => (from === 0 ? cut(line) : `… ${cut(line.slice(from))}`));
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const cut = (text: string): string =>
  text.length > longest.text ? `${text.slice(0, longest.text)} …` : text;

/** Backticks of the text itself must not end its mark. */
function code(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  return text === '' ? '(nothing)' : `${ticks} ${text} ${ticks}`;
}

function fenced(lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}text`, ...lines, fence];
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));

import { mutate } from './mutate';

type Random = () => number;

/** How many characters the largest text has that a mutation blows up: as large as a file that somebody made by a loop. */
const large = 200_000;

/**
 * A text as no editor leaves it but generators, merges and attackers do: cut off, with bytes flipped, with
 * lines and entries moved about, scalars replaced, nested deeper than anybody would, of another encoding.
 */
export function mutateGrammar(text: string, random: Random): string {
  const dice = random();
  if (dice < 0.12) return text.slice(0, Math.floor(random() * (text.length + 1)));
  if (dice < 0.24) return flipBytes(text, random);
  if (dice < 0.36) return mutate(text, random);
  let result = text;
  for (let i = 0, edits = 1 + Math.floor(random() ** 2 * 5); i < edits && result.length < large; i++) {
    result = pick(mutations, random)(result, random);
  }
  // Large ones are few, since each costs as much as hundreds of others.
  return random() < 0.004 ? pick(enlargements, random)(result, random) : result;
}

function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function flipBytes(text: string, random: Random): string {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0, flips = 1 + Math.floor(random() ** 3 * 20); i < flips && bytes.length > 0; i++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return new TextDecoder().decode(bytes);
}

/** The lines with their breaks. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** Some lines that follow each other, as an entry of a block does. */
function span(lines: readonly string[], random: Random): [number, number] {
  const from = Math.floor(random() * lines.length);
  return [from, Math.min(lines.length, from + 1 + Math.floor(random() ** 3 * 8))];
}

const strange = [
  '', '~', 'null', 'true', '-1', '0x1F', '9'.repeat(400), '1e999', '-0.0', '.inf', '2026-01-01', '{}', '[]', '[[[]]]', '{{}}',
  '"', "'", '"\\u"', '&a', '*a', '&a *a', '!!binary x', '!tag', '|', '>-', '? ', '- - -', '<<: *a', '%x', '@x', '`x`',
  '${X}', '${X:-y}', '${X', '${${X}}', '$$', '{{ .Values.x }}', '{{ if x }}', '{{', '}}', '{% for x in y %}', '<%= x %>',
  'REPLACE-ME', '<name>', 'var.x', '${var.x}', '%{ if x }', '%{x}', '$(X)', '#{x}', '\u0000', '\uFEFF', '\uD83D', '\uDE00', '\u2028',
  'é', '😀', 'a\\', '\\\n', '%ZZ', 'kafka://', 'amqp://u:p@h:99999/%2F', ',,,', ':', '://', '.', '*', '#', '__proto__',
  'constructor', 'toString', 'hasOwnProperty',
];

const scalar = /(?<=[:=][ \t]*)[^\s,{}[\]:=#][^\n,{}[\]]*/g;

const mutations: readonly ((text: string, random: Random) => string)[] = [
  // An entry goes, comes twice, or stands elsewhere.
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    lines.splice(from, to - from);
    return lines.join('');
  },
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    lines.splice(to, 0, ...lines.slice(from, to));
    return lines.join('');
  },
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    const moved = lines.splice(from, to - from);
    lines.splice(Math.floor(random() * (lines.length + 1)), 0, ...moved);
    return lines.join('');
  },
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    const by = Math.floor(random() * 9) - 4;
    for (let i = from; i < to; i++) {
      const line = lines[i] ?? '';
      lines[i] = random() < 0.1 ? `\t${line}` : by > 0 ? ' '.repeat(by) + line : line.replace(new RegExp(`^ {0,${-by}}`), '');
    }
    return lines.join('');
  },
  // One sign becomes another.
  (text, random) => {
    const places = [...text.matchAll(/["'{}[\](),:=]/g)];
    if (places.length === 0) return text;
    const at = pick(places, random).index;
    return text.slice(0, at) + pick(['"', "'", '{', '}', '[', ']', '(', ')', ',', ':', '=', ''], random) + text.slice(at + 1);
  },
  (text, random) => replaceScalar(text, random, pick(strange, random)),
  (text, random) => replaceScalar(text, random, pick(strange, random)),
  // A key becomes strange, or that of another entry.
  (text, random) => {
    const keys = [...text.matchAll(/[\w.-]+(?=["']?[ \t]*[:=])/g)];
    if (keys.length === 0) return text;
    const { 0: key, index } = pick(keys, random);
    const other = random() < 0.5 ? pick(keys, random)[0] : pick(strange, random);
    return text.slice(0, index) + other + text.slice(index + key.length);
  },
  // Values change places with others, or are put somewhere.
  (text, random) => {
    const values = [...text.matchAll(scalar)];
    return values.length === 0 ? text : replaceScalar(text, random, pick(values, random)[0]);
  },
  (text, random) => {
    const at = Math.floor(random() * (text.length + 1));
    return text.slice(0, at) + pick(strange, random) + text.slice(at);
  },
  // An anchor and aliases of it, also of what it stands in.
  (text, random) => {
    const values = [...text.matchAll(/:(?=[ \t]*\S*\n)/g)];
    if (values.length === 0) return text;
    const at = pick(values, random).index + 1;
    return replaceScalar(`${text.slice(0, at)} &a${text.slice(at)}`, random, '*a');
  },
  (text) => text.replace(/\r?\n/g, '\r\n'),
  (text) => text.replace(/\n/g, '\r'),
  (text) => `\uFEFF${text}`,
  (text) => text.replace(/\n+$/, ''),
  (text) => `---\n${text}\n---\n${text}...\n`,
];

function replaceScalar(text: string, random: Random, by: string): string {
  const values = [...text.matchAll(scalar)];
  if (values.length === 0) return text + by;
  const { 0: value, index } = pick(values, random);
  return text.slice(0, index) + by + text.slice(index + value.length);
}

/** What finds quadratic work, deep recursion and regular expressions that go wild. */
const enlargements: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => replaceScalar(text, random, pick(['a', ' ', '.', '-', '"', '\\', '$', '{', '[', '${', '{{', '%', '/', ',', ':', 'a.', 'a:', 'a,', '*.', '<', '(', '0'], random)
    .repeat(10_000 + Math.floor(random() * 40_000))),
  (text, random) => {
    const depth = 500 + Math.floor(random() * 5_000);
    const [open, close] = pick([['[', ']'], ['{"a":', '}'], ['{a: ', '}'], ['(', ')'], ['${', '}'], ['{{', '}}']] as const, random);
    return replaceScalar(text, random, open.repeat(depth) + (random() < 0.5 ? close.repeat(depth) : ''));
  },
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    const piece = lines.slice(from, to);
    const size = Math.max(1, piece.join('').length);
    const copies = Array.from({ length: Math.floor(60_000 / size) }, () => piece).flat();
    lines.splice(to, 0, ...copies);
    return lines.join('');
  },
  // The same entry many times under names of their own.
  (text, random) => {
    const lines = linesOf(text);
    const [from, to] = span(lines, random);
    const piece = lines.slice(from, to).join('');
    const copies = Math.floor(60_000 / Math.max(1, piece.length));
    lines.splice(to, 0, ...Array.from({ length: copies }, (_, i) => piece.replace(/[\w-]+(?=["']?[ \t]*[:=])/, (key) => `${key}${i}`)));
    return lines.join('');
  },
  (text, random) => {
    const lines = linesOf(text);
    const at = Math.floor(random() * (lines.length + 1));
    const deep = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`);
    return [...lines.slice(0, at), ...deep, ...lines.slice(at)].join('');
  },
  // Anchors that double with each line.
  (text) => {
    const names = Array.from({ length: 30 }, (_, i) => (i === 0 ? 'x0: &x0 [a, a]\n' : `x${i}: &x${i} [*x${i - 1}, *x${i - 1}]\n`));
    return names.join('') + text.replace(/: *\S*$/m, ': *x29');
  },
  (text, random) => {
    const at = Math.floor(random() * (text.length + 1));
    return text.slice(0, at) + pick([' ', '\n', '\t', '#', '\r', '- ', '? ', ': ', '\n#', '\\\n', '/*', '//', '"', "'", '"a"', '{', '['], random).repeat(40_000) + text.slice(at);
  },
];

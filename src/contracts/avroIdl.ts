import { rangeIn, type SourceFile } from '../text/sourceFile';
import type { SourceRange, Sourced } from '../text/range';
import type { ContractFact } from '../model/facts';
import type { Reader, ReadResult } from '../model/reader';
import { checkAvro } from './avro/check';
import { versionOfFolder, versionWithin } from './fileVersion';

/** Avro's interface language: the records of a protocol, or of a schema file (Avro 1.12). Imports are not followed. */
export const avroIdl: Reader = {
  dialect: 'avro-idl',
  recognizes: (file) => /\.avdl$/i.test(file.path),
  read: readAvroIdl,
};

/** Annotations and modifiers before a name: `@namespace("shop.v1") record Order {`. */
const declaration = /\b(protocol|record|error|enum|fixed)\s+(`[^`\n]+`|[A-Za-z_][\w.-]*)\s*(?=[{(])/g;
const fileNamespace = /^[ \t]*namespace\s+(`[^`\n]+`|[A-Za-z_][\w.]*)\s*;/m;
const reference = /(?:^|[{;,(<|=]|\bunion\b)\s*(?:@[\w-]+\([^)\n]{0,200}\)\s*)*([A-Za-z_][\w.]*)\s*(?=[?>,}\s])/g;

function readAvroIdl(file: SourceFile): ReadResult {
  const text = blanked(file.text);
  const whole = fileNamespace.exec(text);
  let space = whole === null ? undefined : placed(file, whole.index + whole[0].indexOf(whole[1]!), whole[1]!);
  const facts: ContractFact[] = [];
  const bodies: { readonly name: string; readonly body: string }[] = [];
  const declarations = [...text.matchAll(declaration)];
  for (const [i, match] of declarations.entries()) {
    const [, kind, written] = match;
    // Declarations do not nest but in protocols: what is not closed ends where the next one begins.
    const before = declarations[i - 1]?.index ?? 0;
    const after = declarations[i + 1]?.index ?? text.length;
    const start = match.index + match[0].indexOf(written!, kind!.length);
    const name = placed(file, start, written!);
    const own = namespaceBefore(file, text, before, match.index);
    if (kind === 'protocol') {
      space = own ?? space;
      continue;
    }
    const end = closing(text, match.index + match[0].length, after);
    bodies.push({ name: name.value, body: kind === 'record' || kind === 'error' ? text.slice(match.index + match[0].length, end) : '' });
    const fact = factOf(file, rangeIn(file, match.index, end), name, own ?? space);
    // An enum or a fixed alone is a part of messages, and none itself.
    facts.push(kind === 'enum' || kind === 'fixed' ? { ...fact, nested: true } : fact);
  }
  const used = new Set(bodies.flatMap(({ name, body }) =>
    [...body.matchAll(reference)].map((m) => m[1]!.split('.').at(-1)!).filter((type) => type !== name)));
  return {
    facts: facts.map((fact) => (used.has(fact.name.value.split('.').at(-1)!) ? { ...fact, nested: true } : fact)),
    problems: checkAvro(file),
  };
}

function factOf(
  file: SourceFile, extent: SourceRange, name: Sourced<string>, space: Sourced<string> | undefined,
): ContractFact {
  const full = name.value.includes('.') || space === undefined ? name.value : `${space.value}.${name.value}`;
  const versionPlace = space?.at ?? name.at;
  const version = versionWithin(name) ?? versionWithin(space) ?? versionOfFolder(file, versionPlace);
  return {
    kind: 'contract', dialect: 'avro-idl', format: 'avro', extent, name: { value: full, at: name.at }, versionPlace,
    ...(version === undefined ? {} : { version }),
  };
}

/** A name without the backquotes that let keywords be names. */
function placed(file: SourceFile, start: number, written: string): Sourced<string> {
  const quoted = written.startsWith('`') ? 1 : 0;
  const value = written.slice(quoted, written.length - quoted);
  return { value, at: rangeIn(file, start + quoted, start + quoted + value.length) };
}

/** The `@namespace("…")` among the annotations right before a declaration; its text is that of the file. */
function namespaceBefore(
  file: SourceFile, text: string, before: number, at: number,
): Sourced<string> | undefined {
  const between = text.slice(before, at);
  const from = before + Math.max(...[';', '}', '{'].map((sign) => between.lastIndexOf(sign))) + 1;
  const match = /@namespace\(\s*"/.exec(text.slice(from, at));
  if (match === null) return undefined;
  const start = from + match.index + match[0].length;
  const end = text.indexOf('"', start);
  return end < 0 || end > at ? undefined : { value: file.text.slice(start, end), at: rangeIn(file, start, end) };
}

/** Behind the brace that closes the one at `from`, or `limit`. */
function closing(text: string, from: number, limit: number): number {
  let depth = 0;
  for (let at = from; at < limit; at++) {
    if (text[at] === '{' || text[at] === '(') depth++;
    else if ((text[at] === '}' || text[at] === ')') && --depth <= 0) return at + 1;
  }
  return limit;
}

/** The text with the insides of comments and strings made blank, so that braces and words in them count for nothing. */
function blanked(text: string): string {
  return text.replace(/\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?/g, (found) =>
    found.startsWith('"') && found.length > 1
      ? `"${found.slice(1, -1).replace(/[^\n]/g, 'x')}${found.at(-1) === '"' ? '"' : 'x'}`
      : found.replace(/[^\n]/g, ' '));
}

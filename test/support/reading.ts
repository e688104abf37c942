import { renderCaret } from '../../src/text/caret';
import type { Fact } from '../../src/model/facts';
import type { Reader, ReadResult } from '../../src/model/reader';
import type { SourceRange } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFile } from '../../src/workspace/read';
import { fixture } from './fixture';

export interface Reading extends ReadResult {
  readonly files: readonly SourceFile[];
  /** One line a fact. */
  readonly lines: readonly string[];
  /** The text at a place. */
  textAt(at: SourceRange | undefined): string;
  /** The line of a place with carets below it. */
  caret(at: SourceRange | undefined): string;
  /** All problems: code, message, and carets. */
  readonly report: string;
}

/** Reads the first file of a fixture with one reader; the others are there to be referred to. */
export function reading(reader: Reader, text: string, defaultPath: string): Reading {
  const { files } = fixture(text, defaultPath);
  const main = files[0]!;
  const { result } = readFile(main, reader, (path) => files.find((f) => f.path === path));
  const fileOf = (at: SourceRange): SourceFile => files.find((f) => f.id === at.file)!;
  const caret = (at: SourceRange | undefined): string =>
    at === undefined ? '(nowhere)' : renderCaret(fileOf(at).text, at.start, at.end);
  return {
    ...result, files, caret,
    lines: result.facts.map(factLine),
    textAt: (at) => (at === undefined ? '(nowhere)' : fileOf(at).text.slice(at.start, at.end)),
    report: result.problems.map((p) => `${p.severity} ${p.code}: ${p.message}\n${caret(p.at)}`).join('\n'),
  };
}

/** The fact of a kind that a test is about. */
export function fact<K extends Fact['kind']>(
  r: ReadResult, kind: K, test: (f: Extract<Fact, { kind: K }>) => boolean = () => true,
): Extract<Fact, { kind: K }> {
  const found = r.facts.find((f): f is Extract<Fact, { kind: K }> => f.kind === kind && test(f as Extract<Fact, { kind: K }>));
  if (found === undefined) throw new Error(`no ${kind} fact:\n${r.facts.map(factLine).join('\n')}`);
  return found;
}

/** A fact in one line. */
export function factLine(f: Fact): string {
  switch (f.kind) {
    case 'broker':
      return words('broker', f.name.value, f.protocol?.value, f.url?.value, f.tls?.value === true ? 'tls' : undefined,
        f.vhost && `vhost=${f.vhost.value}`, f.environment?.value);
    case 'channel':
      return words('channel', f.space, f.address.value, f.broker && `at ${f.broker.value}`, settings(f.settings),
        f.schema && `schema=${f.schema.value}`);
    case 'route':
      return words(f.route, `${f.from.name.value} -> ${f.to.name.value}`, f.key && `[${f.key.value}]`, f.by && `by ${f.by}`);
    case 'service': return words('service', f.name.value, f.client && `client=${f.client.value}`, f.owner && `owner=${f.owner.value}`);
    case 'publish': return words(f.service.value, '->', f.channel?.name.value ?? '*', settings(f.settings), f.client?.value);
    case 'consume': return words(f.service.value, '<-', f.channel?.name.value ?? '*', settings(f.settings), f.client?.value);
    case 'schema':
      return words('schema', f.name.value, f.format?.value, ...f.versions.map((v) => `@${v.version.value}`),
        f.source?.value.path, f.versions[0]?.target?.value.path, f.inline ? 'inline' : undefined);
    case 'contract': return words('contract', f.name.value, f.version && `@${f.version.value}`, f.nested ? 'nested' : undefined);
    case 'credential':
      return words('credential', f.user?.value ?? '-', f.where, f.secret ? 'secret' : undefined, f.isDefault ? 'default' : undefined);
    case 'permission': return words('permission', f.user.value, `at ${f.vhost.value}`, f.exchange?.value);
  }
}

function settings(all: object): string {
  return Object.entries(all).flatMap(([key, s]) => {
    const value = (s as { value?: unknown } | undefined)?.value;
    if (key === 'open') return [`open=${(s as readonly string[]).join(',')}`];
    return s === undefined ? [] : [`${key}=${value === undefined ? '{…}' : String(value)}`];
  }).join(' ');
}

function words(...all: (string | undefined)[]): string {
  return all.filter((w) => w !== undefined && w !== '').join(' ');
}

import { needle, type Needle } from '../brokers/search';
import { exactText } from '../codecs/exactJson';
import type { TailFilter, TailSource } from '../protocol/tail';
import { compileExpression, type Answer, type Expression } from './expression';
import { kindsOf, OTHER } from './faults';
import type { FilterRow } from './filterRow';
import { shownKey } from './present';

/** A filter that is ready. */
export interface RowTest {
  /** What costs little and always ends; it is asked first. */
  readonly cheap?: (row: FilterRow) => boolean;
  /** What may take long or for ever: it has to be watched over. */
  readonly costly?: (row: FilterRow) => Answer;
}

/** A filter that lets everything through has no test. */
export interface CompiledFilter {
  readonly test?: RowTest;
  /** Why it cannot be used, one sentence; then it has no test. */
  readonly problem?: string;
}

/** What a filter has to know of a source. */
export interface FilteredSource {
  /** Its own channel. */
  readonly channel: string;
  /** Its contract's values have names and words that are not in their bytes. */
  readonly isEncoded?: boolean;
}

export function filteredSource({ target, contract }: Pick<TailSource, 'target' | 'contract'>): FilteredSource {
  return { channel: target.address, isEncoded: contract !== undefined && contract.format !== 'json-schema' };
}

/** Makes a filter for messages of these sources ready. */
export async function compileFilter(filter: TailFilter, sources: readonly FilteredSource[]): Promise<CompiledFilter> {
  const channels = sources.map(({ channel }) => channel);
  const isEncoded = (row: FilterRow): boolean => sources[row.source]?.isEncoded === true;
  const cheap = cheapTests(filter, channels);
  const costly: ((row: FilterRow) => Answer)[] = [];
  if (filter.text) {
    const pattern = filter.regex ? regularExpression(filter.text, filter.matchCase ?? false) : literal(filter.text, filter.matchCase ?? false);
    if (typeof pattern === 'string') return { problem: pattern };
    const inBytes = filter.regex
      ? (row: FilterRow): boolean => matchesAny(pattern, row, channels)
      : textTest(needle(filter.text, filter.matchCase), channels);
    if (!filter.regex && !sources.some((source) => source.isEncoded)) cheap.push(inBytes);
    else costly.push((row) => answered(() => inBytes(row) || (isEncoded(row) && pattern.test(exactText(row.value())))));
  }
  if (filter.expression !== undefined && filter.expression.trim() !== '') {
    const expression: Expression = await compileExpression(filter.expression);
    if ('problem' in expression) return expression;
    costly.push(expression.test);
  }
  // Only what has the verdict is decoded, which is watched over as everything is that payloads decide on.
  if (filter.fault && filter.fault.reason !== OTHER) costly.push(faultTest(filter.fault));
  if (cheap.length === 0 && costly.length === 0) return {};
  return {
    test: {
      ...(cheap.length > 0 ? { cheap: (row) => cheap.every((holds) => holds(row)) } : {}),
      ...(costly.length > 0 ? { costly: (row) => costly.map((ask) => ask(row)).find((a) => a !== 'yes') ?? 'yes' } : {}),
    },
  };
}

function cheapTests(filter: TailFilter, channels: readonly string[]): ((row: FilterRow) => boolean)[] {
  const tests: ((row: FilterRow) => boolean)[] = [];
  const { verdicts, fault, from = -Infinity, to = Infinity, partitions, key } = filter;
  if (verdicts && verdicts.length > 0) tests.push((row) => verdicts.includes(row.verdict));
  if (fault) tests.push((row) => row.verdict === fault.verdict);
  // What has no time to speak of is outside of every range.
  if (from !== -Infinity || to !== Infinity) tests.push(({ time }) => time >= from && time <= to);
  if (filter.channels && filter.channels.length > 0) {
    const wanted = new Set(filter.channels);
    tests.push((row) => wanted.has(channels[row.source] ?? '') || wanted.has(row.message.channel));
  }
  if (partitions && partitions.length > 0) {
    tests.push(({ message: { partition } }) => partition !== undefined && partitions.includes(partition));
  }
  if (key !== undefined) tests.push(keyTest(key));
  return tests;
}

/** Of what is counted together because there is too much of it, the verdict is all that is known. */
function faultTest({ path, reason }: NonNullable<TailFilter['fault']>): (row: FilterRow) => Answer {
  return (row) => answered(() => kindsOf(row.faults()).some((kind) => kind.path === path && kind.reason === reason));
}

/** By its bytes, or as rows show it, which is how it was chosen. */
function keyTest(wanted: string): (row: FilterRow) => boolean {
  const bytes = Buffer.from(wanted);
  return ({ message: { key } }) =>
    key !== undefined &&
    ((typeof key === 'string' ? key === wanted : bytes.equals(key)) || shownKey(key) === wanted);
}

/**
 * A source's own channel is the same for all of its messages: it tells them apart only where there are several
 * sources, and alone it would make every word of its name match everything.
 */
function textTest(wanted: Needle, channels: readonly string[]): (row: FilterRow) => boolean {
  const named = channels.map((channel) => {
    const bytes = Buffer.from(channel);
    return channels.length > 1 && wanted.isIn(bytes, 0, bytes.length);
  });
  return (row) => named[row.source] === true || row.contains(wanted);
}

function literal(text: string, matchCase: boolean): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), matchCase ? '' : 'i');
}

/** A sentence where it is none. */
function regularExpression(text: string, matchCase: boolean): RegExp | string {
  try {
    return new RegExp(text, matchCase ? '' : 'i');
  } catch (error) {
    const said = error instanceof Error ? (/: ([^:]+)$/.exec(error.message)?.[1] ?? error.message) : '';
    return `The regular expression cannot be read: ${said.charAt(0).toLowerCase()}${said.slice(1)}.`;
  }
}

/** On a long text a pattern may fill the engine's stack before the watchdog ends it: then it was not asked. */
function answered(holds: () => boolean): Answer {
  try {
    return holds() ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof RangeError) return 'failed';
    throw error;
  }
}

function matchesAny(pattern: RegExp, { message, source }: FilterRow, channels: readonly string[]): boolean {
  const { channel, key, headers, value } = message;
  if ((channels.length > 1 || channel !== channels[source]) && pattern.test(channel)) return true;
  if (key !== undefined && pattern.test(textOf(key))) return true;
  if (value !== null && pattern.test(textOf(value))) return true;
  return headers.some(([name, v]) => pattern.test(name) || pattern.test(textOf(v)));
}

/** What is no UTF-8 becomes signs that stand for it; the rest of it can still match. */
function textOf(field: string | Uint8Array): string {
  if (typeof field === 'string') return field;
  return Buffer.from(field.buffer, field.byteOffset, field.byteLength).toString('utf8');
}

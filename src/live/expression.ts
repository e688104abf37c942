import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { utf8 } from '../codecs/bytesText';
import { DECODE_LIMIT } from '../codecs/decoded';
import type { FilterRow } from './filterRow';

export type Answer = 'yes' | 'no' | 'failed';

/** An expression that is ready, or why it is none, one sentence. */
export type Expression = { readonly test: (row: FilterRow) => Answer } | { readonly problem: string };

/** Nothing that is typed by hand is longer, and what is longer could cost more than can be watched over. */
const limits = { maxAstNodes: 2_000, maxDepth: 60 };

/** A field that is not there makes a comparison false, and is no failure of it. */
const missing = new Set(['no_such_key', 'index_out_of_bounds']);

/** What stands behind the names of an expression, each made when the expression asks for it. */
class Names {
  constructor(private readonly row: FilterRow) {}

  get value(): unknown {
    const { message } = this.row;
    if (message.value === null) return null;
    const value = this.row.value();
    if (value === undefined && isTooLarge(message.value)) throw new RangeError('The value is too large to be read.');
    return value === undefined ? (utf8(message.value) ?? message.value) : readable(value);
  }

  get key(): unknown {
    const { key } = this.row.message;
    return key === undefined ? null : typeof key === 'string' ? key : (utf8(key) ?? key);
  }

  get headers(): ReadonlyMap<string, unknown> {
    return new Map(this.row.message.headers.map(([name, v]) => [name, typeof v === 'string' ? v : (utf8(v) ?? v)]));
  }

  get channel(): string {
    return this.row.message.channel;
  }

  get partition(): bigint | null {
    const { partition } = this.row.message;
    return partition === undefined ? null : BigInt(partition);
  }

  get offset(): bigint | string | null {
    const { offset } = this.row.message;
    return offset === undefined ? null : /^-?\d{1,19}$/.test(offset) ? BigInt(offset) : offset;
  }

  get time(): Date {
    const { time } = this.row;
    return new Date(Number.isFinite(time) ? time : 0);
  }

  get size(): bigint {
    return BigInt(this.row.message.size);
  }

  get verdict(): string {
    return this.row.verdict;
  }
}

/** JSON that nobody parses, since it is too large: whether a field of it is so is not known, which is no “no”. */
function isTooLarge(value: Uint8Array): boolean {
  return value.length > DECODE_LIMIT && /^\s*[{[]/.test(utf8(value, 64) ?? '');
}

/**
 * The library tells kinds of objects apart by their constructor, for which it takes a field of that name: such
 * objects become maps. The value was made for this one look, so that it may be changed in place.
 */
function readable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const inner = fields[name];
    if (typeof inner === 'object' && inner !== null) fields[name] = readable(inner);
  }
  return Object.hasOwn(fields, 'constructor') ? new Map(Object.entries(fields)) : value;
}

/** Compiles a CEL expression. The library is loaded with the first one. */
export async function compileExpression(text: string): Promise<Expression> {
  const cel = await import('@marcbachmann/cel-js');
  let parsed: ParseResult;
  try {
    parsed = environment(new cel.Environment({ homogeneousAggregateLiterals: false, limits })).parse(text);
  } catch (error) {
    return { problem: problemOf(error, 'The expression cannot be read') };
  }
  const checked = parsed.check();
  if (!checked.valid) return { problem: problemOf(checked.error, 'The expression does not fit together') };
  if (checked.type !== 'bool' && checked.type !== 'dyn')
    return { problem: `The expression gives a ${checked.type}, and a filter needs true or false; compare it with something.` };
  return {
    test: (row) => {
      try {
        const result: unknown = parsed(new Names(row));
        return result === true ? 'yes' : result === false ? 'no' : 'failed';
      } catch (error) {
        return missing.has(codeOf(error)) ? 'no' : 'failed';
      }
    },
  };
}

function environment(empty: Environment): Environment {
  for (const name of ['value', 'key', 'headers', 'partition', 'offset']) empty.registerVariable(name, 'dyn');
  empty.registerVariable('channel', 'string').registerVariable('verdict', 'string').registerVariable('size', 'int');
  empty.registerVariable('time', 'google.protobuf.Timestamp');
  // JSON has one kind of number, and nobody would write 2.0 for it: CEL knows these for numbers of one kind only.
  for (const [left, right] of [['double', 'int'], ['int', 'double']] as const) {
    for (const [op, compute] of Object.entries(arithmetic)) {
      empty.registerOperator(`${left} ${op} ${right}: double`, (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b)));
    }
  }
  return empty.registerOperator('double % double: double', (a: number, b: number) => a % b);
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** One sentence with the place, counted from 1 as people do. */
function problemOf(error: unknown, what: string): string {
  if (!(error instanceof Error)) return `${what}.`;
  const { summary, range } = error as { readonly summary?: string; readonly range?: { readonly start: number } };
  const place = range === undefined ? '' : ` at character ${range.start + 1}`;
  const said = (summary ?? error.message.split('\n')[0] ?? '').replace(/\.$/, '').replace(/\bEOF\b/, 'the end');
  return `${what}${place}: ${said.charAt(0).toLowerCase()}${said.slice(1)}.`;
}

import type { Headers } from '../../codecs/decoded';
import type { TailLine } from '../line';
import { fullTextAt, parsePath, type Path } from '../paths';

const FIXED = ['time', 'channel', 'partition', 'offset', 'key', 'value', 'headers', 'size', 'contract', 'verdict', 'errors'];
/** What a spreadsheet takes for the beginning of a formula, also in its wide form. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Messages as CSV (RFC 4180): a header line, then a record a message, each with its line break. */
export class Csv {
  private readonly paths: readonly (Path | undefined)[];

  /** @param columns JSON paths whose texts stand behind the columns that every message has */
  constructor(private readonly columns: readonly string[] = []) {
    this.paths = columns.map(parsePath);
  }

  get needsValue(): boolean {
    return this.paths.some((path) => path && 'steps' in path);
  }

  header(): string {
    return record([...FIXED, ...this.columns]);
  }

  /** @param value what paths lead into; it is asked for only where there are any */
  line(line: TailLine, headers: Headers, value: unknown): string {
    const { contract } = line;
    return record([
      line.time,
      line.channel,
      line.partition === undefined ? '' : String(line.partition),
      line.offset ?? '',
      line.key ?? '',
      valueText(line.value),
      line.headers ? JSON.stringify(line.headers) : '',
      String(line.size),
      contract ? `${contract.name}${contract.version === undefined ? '' : `@${contract.version}`}` : '',
      line.undecodable === undefined ? (contract?.verdict ?? '') : 'undecodable',
      line.undecodable ?? contract?.errors.join(' ') ?? '',
      ...this.paths.map((path) => (path ? fullTextAt(path, value, headers) : '')),
    ]);
  }
}

function valueText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'base64' in value && Object.keys(value).length === 1) return `base64:${String(value.base64)}`;
  return JSON.stringify(value);
}

function record(cells: readonly string[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/** A cell that a spreadsheet would run as a formula is marked as text; a number is none. */
function cellText(cell: string): string {
  const harmless = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

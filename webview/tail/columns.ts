import type { TailInit, TailRow, TailView } from '../../src/protocol/tail';
import { timeText } from './clock';
import type { TimeMode } from './clock';
import { sizeText } from './format';

/** What every message has; columns of one's own are JSON paths. */
export type BuiltIn = '$time' | '$channel' | '$partition' | '$offset' | '$key' | '$size' | '$value' | '$marks';

/** One column of the list. `text` is all that a cell shows. */
export interface Column {
  /** A `BuiltIn`, or the JSON path. */
  readonly id: string;
  /** The name of its cells' class: `time`, `key`, …; `json` for a path. */
  readonly name: string;
  readonly title: string;
  readonly isPinned: boolean;
  /** Its width as a CSS grid track; for a pinned one always a length. */
  readonly track: string;
  text(row: TailRow): string;
  /** More than the cell has room for. */
  hint?(row: TailRow): string;
  /** Which of the tail's channels a row is of, for its colour. */
  tag?(row: TailRow): number;
}

/** What decides which columns there are. */
export type ColumnSubject = Pick<TailInit, 'protocol' | 'kind' | 'more' | 'channel'>;

export const MIN_WIDTH = 36;
/** Rooms for a time of this day, for one with its day, and what each column takes, in px. */
const CLOCK = 'var(--time)';
const WIDTHS: Readonly<Record<BuiltIn, { readonly wide: string; readonly narrow: string; readonly pinned: number }>> = {
  $time: { wide: CLOCK, narrow: CLOCK, pinned: 0 },
  $channel: { wide: 'minmax(120px, 0.5fr)', narrow: 'minmax(84px, 0.7fr)', pinned: 160 },
  $partition: { wide: '40px', narrow: '30px', pinned: 40 },
  $offset: { wide: '84px', narrow: '62px', pinned: 84 },
  $key: { wide: 'minmax(74px, 0.4fr)', narrow: 'minmax(50px, 0.4fr)', pinned: 120 },
  $size: { wide: '74px', narrow: '68px', pinned: 74 },
  $value: { wide: 'minmax(140px, 2fr)', narrow: 'minmax(80px, 2fr)', pinned: 360 },
  $marks: { wide: '98px', narrow: '92px', pinned: 98 },
};
/** RabbitMQ's keys are words, `receipt.order.eu`, and what they come from is one exchange. */
const ROUTED: Pick<typeof WIDTHS, '$channel' | '$key'> = {
  $channel: { wide: 'minmax(84px, 0.3fr)', narrow: 'minmax(64px, 0.5fr)', pinned: 120 },
  $key: { wide: 'minmax(110px, 0.6fr)', narrow: 'minmax(84px, 0.6fr)', pinned: 160 },
};
const FIELD = { wide: 'minmax(84px, 0.5fr)', narrow: 'minmax(64px, 0.5fr)', pinned: 130 };

/** What a message of this protocol has, in the order in which it is shown. */
export function builtInsOf({ protocol, kind, more }: ColumnSubject): readonly BuiltIn[] {
  if (more?.length) return ['$time', '$channel', '$partition', '$offset', '$key', '$size', '$value', '$marks'];
  const isStream = kind === 'stream';
  switch (protocol) {
    case 'kafka':
      return ['$time', '$partition', '$offset', '$key', '$size', '$value', '$marks'];
    case 'rabbitmq':
      return isStream
        ? ['$time', '$offset', '$key', '$size', '$value', '$marks']
        : ['$time', '$channel', '$key', '$size', '$value', '$marks'];
    case 'mqtt':
      return ['$time', '$channel', '$size', '$value', '$marks'];
    case 'nats':
      return isStream
        ? ['$time', '$channel', '$offset', '$size', '$value', '$marks']
        : ['$time', '$channel', '$size', '$value', '$marks'];
  }
}

/** A column's title, in the protocol's own words. */
export function titleOf(id: string, { protocol, kind, more }: ColumnSubject): string {
  const isMerged = Boolean(more?.length);
  switch (id) {
    case '$time':
      return 'Time';
    case '$channel':
      return isMerged ? 'Channel' : protocol === 'rabbitmq' ? 'From' : protocol === 'mqtt' ? 'Topic' : 'Subject';
    case '$partition':
      return 'Part.';
    case '$offset':
      return !isMerged && protocol === 'nats' && kind === 'stream' ? 'Sequence' : 'Offset';
    case '$key':
      return !isMerged && protocol === 'rabbitmq' ? 'Routing key' : 'Key';
    case '$size':
      return 'Size';
    case '$value':
      return 'Value';
    case '$marks':
      return 'Contract';
    default:
      return id;
  }
}

/** Short words on what is special about a message. */
export function marksText(row: TailRow): string {
  return [
    ...(row.tombstone ? ['tombstone'] : []),
    ...row.marks,
  ].join(', ');
}

/** A message's verdict as a sign and a word, and what else is special about it. */
export function verdictText(row: TailRow): string {
  const verdict =
    row.undecodable !== undefined || row.verdict === 'undecodable'
      ? '⚠ undecodable'
      : row.violates?.length || row.verdict === 'violates'
        ? '✗ violates'
        : row.verdict === 'valid'
          ? '✓ valid'
          : '';
  return [verdict, marksText(row)].filter(Boolean).join(', ');
}

/** Why a message has its verdict. */
export function reasonText(row: TailRow): string {
  return row.undecodable ?? row.violates?.join('\n') ?? '';
}

/** The paths among a view's columns, in their order: those that rows carry in `cells`. */
export function pathsOf(view: Pick<TailView, 'columns'>): readonly string[] {
  return view.columns.filter((id) => !id.startsWith('$'));
}

/** A view's columns, the pinned ones first. */
export function columnsOf(view: TailView, subject: ColumnSubject, isNarrow: boolean): readonly Column[] {
  const paths = pathsOf(view);
  const isPinned = (id: string): boolean => view.pinned.includes(id);
  const isOwn = view.widths !== undefined && Object.keys(view.widths).length > 0;
  const ids = [...view.columns.filter(isPinned), ...view.columns.filter((id) => !isPinned(id))]
    // Beside its own details a list tells less: the size is told there too.
    .filter((id) => !(isNarrow && !isOwn && id === '$size'));
  return ids.map((id) => ({
    id,
    name: id.startsWith('$') ? id.slice(1) : 'json',
    title: titleOf(id, subject),
    isPinned: isPinned(id),
    track: view.widths?.[id] === undefined ? trackOf(id, subject, isPinned(id), isNarrow) : `${view.widths[id]}px`,
    ...cellOf(id, paths.indexOf(id), view.time, subject),
  }));
}

function trackOf(id: string, { protocol, more }: ColumnSubject, isPinned: boolean, isNarrow: boolean): string {
  const isRouted = protocol === 'rabbitmq' && !more?.length;
  const own = isRouted && (id === '$channel' || id === '$key') ? ROUTED[id] : undefined;
  const width = own ?? (Object.hasOwn(WIDTHS, id) ? WIDTHS[id as BuiltIn] : FIELD);
  if (isPinned && id !== '$time') return `${width.pinned}px`;
  return isNarrow ? width.narrow : width.wide;
}

/** The least width in which all columns have room, as CSS has it. */
export function leastWidth(columns: readonly Column[]): string {
  const widths = columns.map(({ track }) => /^minmax\((\d+px)/.exec(track)?.[1] ?? track);
  return `calc(28px + ${[...widths, `${10 * (columns.length - 1)}px`].join(' + ')})`;
}

function cellOf(
  id: string,
  cell: number,
  mode: TimeMode,
  subject: ColumnSubject,
): Pick<Column, 'text' | 'hint' | 'tag'> {
  switch (id) {
    case '$time':
      return { text: (row) => timeText(row.time, Date.now(), mode) };
    case '$channel':
      return {
        text: (row) => row.channel,
        ...(subject.more?.length && { tag: (row: TailRow) => row.tag ?? 0 }),
      };
    case '$partition':
      return { text: (row) => (row.partition === undefined ? '' : String(row.partition)) };
    case '$offset':
      return { text: (row) => row.offset ?? '' };
    case '$key':
      return { text: (row) => row.key ?? '' };
    case '$size':
      return { text: (row) => sizeText(row.size) };
    case '$value':
      return { text: (row) => row.preview };
    case '$marks':
      return { text: verdictText, hint: reasonText };
    default:
      return { text: (row) => row.cells?.[cell] ?? '' };
  }
}

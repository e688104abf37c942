import type { TailInit, TailRow } from '../../src/protocol/tail';
import { sizeText, timeText } from './format';

export type ColumnId = 'time' | 'channel' | 'partition' | 'offset' | 'key' | 'size' | 'value' | 'marks';

/** One column of the list. `text` is all that a cell shows. */
export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  text(row: TailRow): string;
}

const time: Column = { id: 'time', title: 'Time', text: (row) => timeText(row.time, Date.now()) };
const size: Column = { id: 'size', title: 'Size', text: (row) => sizeText(row.size) };
const value: Column = { id: 'value', title: 'Value', text: (row) => row.preview };
const marks: Column = { id: 'marks', title: 'Marks', text: marksText };
const channel = (title: string): Column => ({ id: 'channel', title, text: (row) => row.channel });
const partition: Column = {
  id: 'partition',
  title: 'Part.',
  text: (row) => (row.partition === undefined ? '' : String(row.partition)),
};
const offset = (title: string): Column => ({ id: 'offset', title, text: (row) => row.offset ?? '' });
const key = (title: string): Column => ({ id: 'key', title, text: (row) => row.key ?? '' });

/** What a message of this protocol has, in the protocol's own words. */
export function columnsOf({ protocol, kind }: Pick<TailInit, 'protocol' | 'kind'>): readonly Column[] {
  const isStream = kind === 'stream';
  switch (protocol) {
    case 'kafka':
      return [time, partition, offset('Offset'), key('Key'), size, value, marks];
    case 'rabbitmq':
      return isStream
        ? [time, offset('Offset'), key('Routing key'), size, value, marks]
        : [time, channel('From'), key('Routing key'), size, value, marks];
    case 'mqtt':
      return [time, channel('Topic'), size, value, marks];
    case 'nats':
      return isStream
        ? [time, channel('Subject'), offset('Sequence'), size, value, marks]
        : [time, channel('Subject'), size, value, marks];
  }
}

/** Short words on what is special about a message. */
export function marksText(row: TailRow): string {
  return [
    ...(row.undecodable === undefined ? [] : ['undecodable']),
    ...(row.violates?.length ? ['violates'] : []),
    ...(row.tombstone ? ['tombstone'] : []),
    ...row.marks,
  ].join(', ');
}

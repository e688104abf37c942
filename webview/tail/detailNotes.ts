import type { TailDetail } from '../../src/protocol/tail';
import { timeText } from './clock';
import type { TimeMode } from './clock';
import { marksText } from './columns';
import { countText, sizeText } from './format';

/** Where a message is from, in one line. */
export function aboutText(detail: TailDetail, mode: TimeMode, offsetWord: string): string {
  const parts = [
    detail.partition === undefined ? '' : `partition ${detail.partition}`,
    detail.offset === undefined ? '' : `${offsetWord} ${detail.offset}`,
    detail.key === undefined ? '' : `key ${detail.key}`,
    timeText(detail.time, Date.now(), mode),
    sizeText(detail.size),
    marksText(detail),
  ];
  return parts
    .filter(Boolean)
    .map((part) => ` · ${part}`)
    .join('');
}

/** By which schema and version it was read and judged, and why by that one. */
export function readText(detail: TailDetail): string {
  const { decodedAs, why } = detail;
  const name = contractName(detail);
  return [name && `Judged by ${name}.`, decodedAs && `Read as ${decodedAs}.`, why].filter(Boolean).join(' ');
}

function contractName({ contract }: TailDetail): string | undefined {
  return contract && (contract.version === undefined ? contract.name : `${contract.name}@${contract.version}`);
}

export interface Note {
  readonly tone: 'warning' | 'error' | 'dim';
  readonly text: string;
}

/** What is wrong with a message, and what of it cannot be seen. */
export function notesOf(detail: TailDetail): readonly Note[] {
  const warning = (text: string): Note => ({ tone: 'warning', text });
  return [
    ...(detail.undecodable === undefined ? [] : [warning(`Undecodable: ${detail.undecodable}`)]),
    ...(detail.violates ?? []).slice(0, MOST).map((why): Note => ({ tone: 'error', text: `Violates ${contractName(detail) ?? 'its contract'}: ${why}` })),
    ...((detail.violates?.length ?? 0) > MOST ? [warning(`${countText(detail.violates!.length - MOST)} more faults are marked below.`)] : []),
    ...(detail.tried ?? []).map(({ as, reason }): Note => ({ tone: 'dim', text: `Not as ${as}: ${reason}` })),
    ...(detail.cutAt === undefined
      ? []
      : [warning(`Shown are the first ${countText(detail.cutAt)} of ${countText(detail.size)} bytes.`)]),
  ];
}

const MOST = 5;

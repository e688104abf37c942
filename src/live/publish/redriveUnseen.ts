import type { Redrive, RedriveMessage } from '../../brokers/publish';
import type { Decoder } from '../../codecs/decoded';
import type { RedriveRow, RedriveTo, RedriveUnseen, RedriveUnseenRow } from '../../protocol/publish';
import { rowOf } from '../present';
import { outgoing } from './job';

const TAKE_WITHIN = 15_000;

/** A message of a dead-letter channel as the panel shows it. */
export function redriveRow(seq: number, { id, message, source, reason }: RedriveMessage, decoder: Decoder): RedriveRow {
  return {
    id,
    row: rowOf(seq, message, decoder),
    ...(source ? { source } : {}),
    ...(reason !== undefined ? { reason } : {}),
  };
}

/**
 * Takes and moves messages one after the other. The first that cannot be moved is given back, and is the last.
 * @param to undefined: each to where it came from
 * @param ending ends the run between two messages
 */
export async function moveUnseen(
  redrive: Redrive,
  decoder: Decoder,
  count: number,
  to: RedriveTo | undefined,
  ending: AbortSignal,
): Promise<RedriveUnseen> {
  const { unseen } = redrive;
  if (!unseen) throw new Error('Here messages are read before they are moved.');
  const moved: RedriveUnseenRow[] = [];
  while (moved.length < count && !ending.aborted) {
    let one: RedriveMessage | undefined;
    try {
      one = await unseen.take(AbortSignal.timeout(TAKE_WITHIN));
      if (!one) return { moved, isEnd: true };
      const destination = to ?? one.source;
      if (!destination) throw new Error('No header of the next message says where it came from: choose where it shall go.');
      const { removed, note } = await redrive.move(one.id, destination, outgoing(one.message));
      const { target, routingKey } = destination;
      moved.push({
        ...redriveRow(moved.length, one, decoder),
        to: { target, ...(routingKey === undefined ? {} : { routingKey }) },
        removed,
        ...(note === undefined ? {} : { note }),
      });
    } catch (error) {
      return { moved, isEnd: false, problem: [reason(error), one && (await given(unseen.giveBack(one.id)))].filter(Boolean).join(' ') };
    }
  }
  return { moved, isEnd: false };
}

async function given(back: Promise<string>): Promise<string> {
  return await back.catch(reason);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

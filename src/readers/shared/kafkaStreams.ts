import type { Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from './defined';

/** What Kafka Streams' one switch says of both sides of a program. */
export interface ProcessingGuarantee {
  readonly publish: PublishSettings;
  readonly consume: ConsumeSettings;
  readonly note: string;
}

/**
 * Streams has one switch for what other clients spell out (StreamsConfig, processing.guarantee). Undefined
 * where it is not set, or to something that Streams does not know.
 * @param applicationId stands in the ids of the transactions.
 */
export function processingGuarantee(
  said: Sourced<string> | undefined, applicationId: Sourced<string> | undefined,
): ProcessingGuarantee | undefined {
  if (said === undefined) return undefined;
  const place = <T>(value: T): Sourced<T> => ({ value, at: said.at });
  if (said.value === 'at_least_once') {
    const guarantee = place('at-least-once' as const);
    return { publish: { guarantee }, consume: { guarantee }, note: 'processing.guarantee=at_least_once.' };
  }
  if (!/^exactly_once(_v2|_beta)?$/.test(said.value)) return undefined;
  const guarantee = place('exactly-once' as const);
  return {
    publish: defined({
      guarantee, idempotence: place(true), transactionalId: place(applicationId?.value ?? 'streams'),
    }),
    consume: defined({
      guarantee, commit: place('transaction' as const), isolation: place('read_committed' as const),
    }),
    note: `processing.guarantee=${said.value}: Streams writes and commits in transactions `
      + 'and reads only what is committed.',
  };
}

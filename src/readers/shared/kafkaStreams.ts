import type { Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from './defined';
import { whole } from './kafkaClient';
import type { Lookup } from './keyed';

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

/** Up to 3.x the handler's key begins with `default.`; both are read (StreamsConfig). */
const handlerKeys = ['deserialization.exception.handler', 'default.deserialization.exception.handler'];

/** How many threads work on records, and what becomes of one that cannot be read. */
export function streamsConsume(get: Lookup): Pick<ConsumeSettings, 'concurrency' | 'onFailure'> {
  const threads = get('num.stream.threads');
  const handler = handlerKeys.map(get).find((said) => said !== undefined && said !== 'open');
  const name = handler && /(^|\.)LogAnd(Continue|Fail)\w*$/.exec(handler.value)?.[2];
  return defined({
    concurrency: threads === undefined || threads === 'open' ? undefined : whole(threads),
    onFailure: name === undefined || handler === undefined ? undefined
      : { skip: { value: name === 'Continue', at: handler.at } },
  });
}

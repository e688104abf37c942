import type { Consume, Publish, Service } from '../model/model';
import type { Guarantee } from '../model/settings';
import type { SourceRange, Sourced } from '../text/range';

/** Who declares exactly-once, and where. */
export interface OnceWish {
  readonly by: Sourced<Guarantee>;
  readonly who: string;
}

/**
 * What an edge says itself; where it says nothing, what somebody at the other end of its channel declares.
 * A guarantee of the configuration is nobody's word about one flow, and is not asked.
 */
export function onceWish(edge: Publish | Consume): OnceWish | undefined {
  const own = edge.settings.guarantee;
  if (own !== undefined) return own.value === 'exactly-once' ? { by: own, who: edge.service.name } : undefined;
  const others: readonly (Publish | Consume)[] = (edge.kind === 'publish' ? edge.channel?.consumes : edge.channel?.publishes) ?? [];
  for (const { settings, service } of others) {
    if (settings.guarantee?.value === 'exactly-once') return { by: settings.guarantee, who: service.name };
  }
  return undefined;
}

/** The place where exactly-once is declared, as the related place of a finding. */
export function onceRelated(wish: OnceWish | undefined): { at: SourceRange; message: string }[] {
  return wish === undefined ? [] : [{ at: wish.by.at, message: `${wish.who} declares exactly-once here` }];
}

/** True where everybody who consumes recognises a message that comes again: what is published may then repeat. */
export function areRepeatsRecognised({ channel }: Publish): boolean {
  const consumes = channel?.consumes ?? [];
  return consumes.length > 0 && consumes.every((consume) => consume.settings.idempotentBy !== undefined);
}

/** A publish of the service that Kafka's transactions hold together. */
export function transactionalPublish(service: Service): Publish | undefined {
  return service.publishes.find((publish) => publish.protocol === 'kafka' && publish.settings.transactionalId !== undefined);
}

/**
 * True if the offsets of what is read belong into a transaction: the file says so, or the service reads for
 * exactly-once and writes in transactions.
 */
export function commitsInTransactions(consume: Consume): boolean {
  const { commit } = consume.settings;
  if (commit !== undefined) return commit.value === 'transaction';
  return onceWish(consume) !== undefined && transactionalPublish(consume.service) !== undefined;
}

/**
 * True if `delivery/eo-auto-commit` is the rule that speaks of the consume's auto-commit: its offsets belong into
 * transactions, or it is switched on by name beside a producer that writes in them.
 */
export function mixesTransactions(consume: Consume): boolean {
  if (commitsInTransactions(consume)) return true;
  const { autoCommit, commit } = consume.settings;
  return commit === undefined && autoCommit?.value === true && transactionalPublish(consume.service) !== undefined;
}

import type { PublishSettings } from '../../model/settings';
import { publishSettings } from './kafkaClient';
import type { Lookup } from './keyed';

/**
 * How the sources on a Connect worker publish, where the connector says nothing itself: by the worker's `producer.` keys,
 * and in transactions where the cluster supports them for all sources (KIP-618, exactly.once.source.support=enabled).
 * @param get looks up the worker's own keys.
 */
export function workerPublish(get: Lookup): PublishSettings {
  const own = publishSettings((key) => get(`producer.${key}`));
  const support = get('exactly.once.source.support');
  if (support === undefined || support === 'open' || support.value.toLowerCase() !== 'enabled') return own;
  const { at } = support;
  const group = get('group.id');
  // Each task gets an id of its own that begins with the group of the workers.
  const id = group === undefined || group === 'open' ? 'connect' : group.value;
  return { ...own, idempotence: { value: true, at }, transactionalId: { value: id, at } };
}

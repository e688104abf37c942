import type { Message } from 'amqplib';
import type { RedriveDestination, RedriveMessage } from '../publish';

interface Death {
  readonly queue: string;
  readonly reason: string;
  readonly exchange: string;
  readonly keys: readonly string[];
}

/**
 * Where a dead letter came from: the queue of its first death, which alone gets it again. What it was published to
 * would send it to all the others too. The list `x-death` has the newest death first.
 */
export function sourceOf(m: Message): Pick<RedriveMessage, 'source' | 'reason'> {
  const list: unknown = m.properties.headers?.['x-death'];
  const deaths = Array.isArray(list) ? list.map(deathOf).filter((d) => d !== undefined) : [];
  const first = deaths.at(-1);
  if (!first) return {};
  const key = first.keys[0];
  const source: RedriveDestination & { readonly why: string } = {
    target: { address: first.queue, kind: 'queue' },
    ...(key === undefined ? {} : { routingKey: key }),
    why:
      `x-death: it was dead-lettered from the queue ${first.queue} (${first.reason}), which it had reached over ` +
      `${first.exchange === '' ? 'the default exchange' : `the exchange ${first.exchange}`}` +
      `${first.keys.length === 0 ? '' : ` with the key ${first.keys.join(', ')}`}`,
  };
  return { source, reason: first.reason };
}

function deathOf(entry: unknown): Death | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const at = (name: string): unknown => Reflect.get(entry, name);
  const queue = at('queue');
  if (typeof queue !== 'string') return undefined;
  const keys = at('routing-keys');
  return {
    queue,
    reason: String(at('reason') ?? 'unknown'),
    exchange: String(at('exchange') ?? ''),
    keys: Array.isArray(keys) ? keys.map(String) : [],
  };
}

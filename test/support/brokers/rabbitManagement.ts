import assert from 'node:assert/strict';
import type { RunningBroker } from './broker';

/** RabbitMQ's management API as its administrator. Paths are below `/api`. */
export interface RabbitAdmin {
  get<T>(path: string): Promise<T>;
  put(path: string, body: object): Promise<void>;
  delete(path: string): Promise<void>;
  /** A user with its rights on a vhost. */
  user(name: string, rights: { configure?: string; write?: string; read?: string; tags?: string; vhost?: string }): Promise<void>;
  /** All that is declared, and who consumes, sorted. */
  declared(): Promise<Declared>;
  /** How many messages each queue holds unacknowledged, and how often it has given one out again; a second late. */
  held(): Promise<Readonly<Record<string, readonly [unacked: number, redelivered: number]>>>;
}

export interface Declared {
  readonly queues: readonly string[];
  readonly exchanges: readonly string[];
  readonly bindings: readonly string[];
  readonly consumers: readonly string[];
}

interface Queue {
  name: string;
  arguments: object;
  durable: boolean;
  messages_unacknowledged?: number;
  message_stats?: { redeliver?: number };
}

export function rabbitAdmin(broker: RunningBroker): RabbitAdmin {
  const base = new URL(broker.adminUrl!);
  const call = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(`http://${base.host}/api/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
      headers: {
        authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`,
        'content-type': 'application/json',
      },
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response;
  };
  const get = async <T>(path: string): Promise<T> => (await (await call('GET', path)).json()) as T;
  const put = async (path: string, body: object): Promise<void> => void (await call('PUT', path, body));
  return {
    get,
    put,
    delete: async (path) => void (await call('DELETE', path)),
    user: async (name, { configure = '^$', write = '^$', read = '^$', tags = '', vhost = '/' }) => {
      await put(`users/${name}`, { password: 'secret', tags });
      await put(`permissions/${encodeURIComponent(vhost)}/${name}`, { configure, write, read });
    },
    declared: async () => {
      const [queues, exchanges, bindings, consumers] = await Promise.all([
        get<Queue[]>('queues/%2F'),
        get<{ name: string; type: string; arguments: object }[]>('exchanges/%2F'),
        get<{ source: string; destination: string; routing_key: string; arguments: object }[]>('bindings/%2F'),
        get<{ queue: { name: string }; consumer_tag: string; prefetch_count: number }[]>('consumers/%2F'),
      ]);
      return {
        queues: queues
          .map((q) => JSON.stringify([q.name, q.arguments, q.durable]))
          .sort(),
        exchanges: exchanges.map((x) => JSON.stringify([x.name, x.type, x.arguments])).sort(),
        bindings: bindings
          .map((b) => JSON.stringify([b.source, b.routing_key, b.destination, b.arguments]))
          .sort(),
        consumers: consumers
          .map((c) => JSON.stringify([c.queue.name, c.consumer_tag, c.prefetch_count]))
          .sort(),
      };
    },
    held: async () =>
      Object.fromEntries(
        (await get<Queue[]>('queues/%2F')).map((q) => [
          q.name,
          [q.messages_unacknowledged ?? 0, q.message_stats?.redeliver ?? 0] as const,
        ]),
      ),
  };
}

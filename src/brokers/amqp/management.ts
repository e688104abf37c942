import type { ConnectOptions } from '../driver';
import { amqpAddress } from './client';
import { managementAsk, type Ask } from './managementHttp';

/** What the management API says of an exchange, as far as a tap needs it. */
export interface ExchangeInfo {
  readonly type: string;
  readonly internal: boolean;
  /** By argument or policy. */
  readonly alternateExchange?: string;
}

export interface BindingInfo {
  readonly source: string;
  readonly destination: string;
  readonly toQueue: boolean;
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface QueueInfo {
  readonly name: string;
  readonly type: 'classic' | 'quorum' | 'stream';
  readonly messages?: number;
  readonly consumers?: number;
  readonly exclusive: boolean;
  /** By argument or policy, the broker's default not included; `unknown` where a policy cannot be read. */
  readonly deliveryLimit?: number | 'unknown';
}

/** RabbitMQ's management API; every function rejects with a BrokerError, `missing` for what is not there. */
export interface Management {
  exchange(name: string): Promise<ExchangeInfo>;
  /** What is bound to an exchange. */
  bindingsFrom(exchange: string): Promise<readonly BindingInfo[]>;
  /** What feeds a queue, the default exchange included (source empty). */
  bindingsTo(queue: string): Promise<readonly BindingInfo[]>;
  queue(name: string): Promise<QueueInfo>;
  exchanges(): Promise<readonly { readonly name: string; readonly type: string }[]>;
  queues(): Promise<readonly QueueInfo[]>;
  /** A path below `/api`; `{vhost}` stands for the connection's. */
  ask: Ask;
}

/** The management API, or why there is none. */
export type ManagementFound =
  | { readonly management: Management }
  | { readonly management?: undefined; readonly why: string };

/**
 * The management API where it is given, or found on its usual port of this machine. Elsewhere it
 * is not guessed: the credentials would go to a port that nobody named. One that does not answer
 * is no reason not to tap.
 */
export async function findManagement(options: ConnectOptions): Promise<ManagementFound> {
  const { host, vhost, tls } = amqpAddress(options);
  const local = !tls && /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if (options.managementUrl === undefined && !local) {
    return { why: 'No management URL is given in the connection.' };
  }
  const guess = `http://${host.includes(':') ? `[${host}]` : host}:15672`;
  try {
    const found = management(managementAsk(options, options.managementUrl ?? guess), vhost);
    await found.exchange('amq.direct');
    return { management: found };
  } catch (error) {
    if (options.managementUrl === undefined) {
      return { why: 'No management URL is given in the connection, and none answers on port 15672.' };
    }
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function management(askPath: Ask, vhost: string): Management {
  const v = encodeURIComponent(vhost);
  const ask: Ask = (path) => askPath(path.replace('{vhost}', v));
  const e = (name: string): string => encodeURIComponent(name);
  return {
    ask,
    exchange: async (name) => {
      const x = await ask<{
        type: string;
        internal?: boolean;
        arguments?: Record<string, unknown>;
        policy?: string;
      }>(`exchanges/{vhost}/${e(name)}`);
      let alternate = x.arguments?.['alternate-exchange'];
      if (alternate === undefined && x.policy) {
        const policy = await ask<{ definition?: Record<string, unknown> }>(`policies/{vhost}/${e(x.policy)}`)
          // Not everybody may read policies; others see its name only.
          .catch(() => undefined);
        alternate = policy?.definition?.['alternate-exchange'];
      }
      return {
        type: x.type,
        internal: x.internal === true,
        ...(typeof alternate === 'string' ? { alternateExchange: alternate } : {}),
      };
    },
    bindingsFrom: async (name) =>
      (await ask<RawBinding[]>(`exchanges/{vhost}/${e(name)}/bindings/source`)).map(bindingInfo),
    bindingsTo: async (name) => (await ask<RawBinding[]>(`queues/{vhost}/${e(name)}/bindings`)).map(bindingInfo),
    queue: async (name) => {
      const raw = await ask<RawQueue>(`queues/{vhost}/${e(name)}`);
      return queueInfo(raw, await policiesOf(name, raw, ask));
    },
    exchanges: async () => await ask<{ name: string; type: string }[]>('exchanges/{vhost}?columns=name,type'),
    queues: async () =>
      (await ask<RawQueue[]>('queues/{vhost}?columns=name,type,messages,exclusive,arguments')).map((q) => queueInfo(q)),
  };
}

/** A binding, in the API's names. */
export interface RawBinding {
  source: string;
  destination: string;
  destination_type: string;
  routing_key: string;
  arguments?: Record<string, unknown>;
}

/** A policy or operator policy, in the API's names. */
export interface RawPolicy {
  name: string;
  pattern: string;
  'apply-to': string;
  priority: number;
  definition: Record<string, unknown>;
}

/**
 * The policies that may hold for a queue, or `unknown`. What the queue tells of them comes with the statistics, some
 * seconds late; the policies themselves are not for everybody.
 */
async function policiesOf(name: string, raw: RawQueue, ask: Ask): Promise<readonly Definition[] | 'unknown'> {
  const lists = await Promise.all(
    ['policies', 'operator-policies'].map((path) =>
      ask<RawPolicy[]>(`${path}/{vhost}`).catch((): undefined => undefined),
    ),
  );
  const told = raw.effective_policy_definition;
  if (told === undefined && lists.includes(undefined)) return 'unknown';
  return [...(told ? [told] : []), ...lists.flatMap((l) => l ?? []).filter((p) => mayMatch(p, name)).map((p) => p.definition)];
}

type Definition = Readonly<Record<string, unknown>>;

function mayMatch({ pattern }: RawPolicy, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    // Erlang knows expressions that JavaScript does not.
    return true;
  }
}

interface RawQueue {
  name: string;
  type?: string;
  messages?: number;
  consumers?: number;
  exclusive?: boolean;
  arguments?: Record<string, unknown>;
  effective_policy_definition?: Record<string, unknown>;
}

function bindingInfo(b: RawBinding): BindingInfo {
  return {
    source: b.source,
    destination: b.destination,
    toQueue: b.destination_type === 'queue',
    routingKey: b.routing_key,
    arguments: b.arguments ?? {},
  };
}

function queueInfo(q: RawQueue, policies: readonly Definition[] | 'unknown' = []): QueueInfo {
  const type = q.arguments?.['x-queue-type'] ?? q.type;
  const limits = [
    q.arguments?.['x-delivery-limit'],
    ...(policies === 'unknown' ? [] : policies.map((p) => p['delivery-limit'])),
  ].filter((limit): limit is number => typeof limit === 'number');
  return {
    name: q.name,
    type: type === 'stream' || type === 'quorum' ? type : 'classic',
    exclusive: q.exclusive === true,
    ...(q.messages === undefined ? {} : { messages: q.messages }),
    ...(q.consumers === undefined ? {} : { consumers: q.consumers }),
    ...(policies === 'unknown'
      ? { deliveryLimit: policies }
      : limits.length === 0
        ? {}
        : { deliveryLimit: limitOf(limits) }),
  };
}

/** The least of an argument and a policy; a negative one, which means none, gives way to one that is a limit. */
function limitOf(limits: readonly number[]): number {
  const real = limits.filter((limit) => limit >= 0);
  return real.length === 0 ? -1 : Math.min(...real);
}

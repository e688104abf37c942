import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError } from '../failure';
import { amqpAddress } from './client';

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
  readonly exclusive: boolean;
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
}

const CALL_WITHIN = 5000;

/**
 * The management API where it is given, or found on its usual port of this machine. Elsewhere it
 * is not guessed: the credentials would go to a port that nobody named.
 */
export async function findManagement(
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Management | undefined> {
  const { host, vhost, tls } = amqpAddress(options);
  if (options.managementUrl !== undefined) return management(options, options.managementUrl, vhost);
  if (tls || !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) return undefined;
  const guess = management(options, `http://${host.includes(':') ? `[${host}]` : host}:15672`, vhost);
  try {
    await guess.exchange('amq.direct');
    return signal.aborted ? undefined : guess;
  } catch {
    return undefined;
  }
}

function management(options: ConnectOptions, url: string, vhost: string): Management {
  const base = new URL(url);
  const user = decodeURIComponent(base.username) || (options.user ?? 'guest');
  const password =
    decodeURIComponent(base.password) || (options.password ?? (options.user === undefined ? 'guest' : ''));
  base.username = '';
  base.password = '';
  const root = `${base.href.replace(/\/$/, '')}/api`;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const where = `RabbitMQ’s management API at ${base.host}`;
  const v = encodeURIComponent(vhost);

  const get = async <T>(path: string): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${root}/${path}`, {
        headers: { authorization, accept: 'application/json' },
        signal: AbortSignal.timeout(CALL_WITHIN),
        redirect: 'error',
      });
    } catch (error) {
      throw brokerError(error, where, 'port');
    }
    if (response.ok) return (await response.json()) as T;
    const body = await response.text().catch(() => '');
    const reason = /"reason"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? response.statusText;
    const kind =
      response.status === 404
        ? 'missing'
        : response.status === 401
          ? 'authentication'
          : response.status === 403
            ? 'authorization'
            : 'other';
    throw new BrokerError(kind, `${where} answered ${response.status}: ${reason}.`);
  };

  const e = (name: string): string => encodeURIComponent(name);
  return {
    exchange: async (name) => {
      const x = await get<{
        type: string;
        internal?: boolean;
        arguments?: Record<string, unknown>;
        policy?: string;
      }>(`exchanges/${v}/${e(name)}`);
      let alternate = x.arguments?.['alternate-exchange'];
      if (alternate === undefined && x.policy) {
        const policy = await get<{ definition?: Record<string, unknown> }>(`policies/${v}/${e(x.policy)}`)
          // The policies are for administrators and policymakers; others see its name only.
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
      (await get<RawBinding[]>(`exchanges/${v}/${e(name)}/bindings/source`)).map(bindingInfo),
    bindingsTo: async (name) => (await get<RawBinding[]>(`queues/${v}/${e(name)}/bindings`)).map(bindingInfo),
    queue: async (name) => queueInfo(await get<RawQueue>(`queues/${v}/${e(name)}`)),
    exchanges: async () => await get<{ name: string; type: string }[]>(`exchanges/${v}?columns=name,type`),
    queues: async () =>
      (await get<RawQueue[]>(`queues/${v}?columns=name,type,messages,exclusive,arguments`)).map(queueInfo),
  };
}

interface RawBinding {
  source: string;
  destination: string;
  destination_type: string;
  routing_key: string;
  arguments?: Record<string, unknown>;
}

interface RawQueue {
  name: string;
  type?: string;
  messages?: number;
  exclusive?: boolean;
  arguments?: Record<string, unknown>;
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

function queueInfo(q: RawQueue): QueueInfo {
  const type = q.arguments?.['x-queue-type'] ?? q.type;
  return {
    name: q.name,
    type: type === 'stream' || type === 'quorum' ? type : 'classic',
    messages: q.messages,
    exclusive: q.exclusive === true,
  };
}

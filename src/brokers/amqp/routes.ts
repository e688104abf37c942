import { BrokerError, type TapPlan, type TapTarget } from '../driver';
import type { BindingInfo, ExchangeInfo, Management } from './management';

/** A binding that the tap's queue gets. */
export interface TapBinding {
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The plan for a tap, with what it is to bind; none where it is refused. */
export interface RoutePlan {
  readonly plan: TapPlan;
  readonly bindings: readonly TapBinding[];
}

/** What is known of an exchange without the management API. */
export interface Looks {
  /**
   * The type in the broker's own words, where the user may ask; undefined where not. @throws BrokerError
   * `missing`.
   */
  exchangeType(name: string): Promise<string | undefined>;
  /** Likewise of a queue. */
  queueType(name: string): Promise<'classic' | 'quorum' | 'stream' | undefined>;
  /** Whether quorum queues have a delivery limit by default, as since RabbitMQ 4.0. */
  readonly quorumLimit: boolean;
}

const HASH_TYPES = new Set(['x-consistent-hash', 'x-random', 'x-modulus-hash', 'x-local-random']);
const KNOWN_TYPES = new Set([
  'direct',
  'fanout',
  'topic',
  'headers',
  'x-delayed-message',
  'x-recent-history',
]);
const MAX_BINDINGS = 500;

/**
 * How to tap an exchange. Where queues are bound already, the tap binds with the same keys: every
 * message that reaches it is routed elsewhere too, so that neither `mandatory` returns nor an
 * alternate exchange notice it.
 */
export async function planExchange(
  target: TapTarget,
  prefix: string,
  looks: Looks,
  management?: Management,
): Promise<RoutePlan> {
  const name = target.address;
  if (isDefaultExchange(name)) {
    return refused(
      'Nothing can be bound to the default exchange (RabbitMQ answers 403). ' + DIRECT_ALTERNATIVES,
    );
  }
  const info: ExchangeInfo | { type: string | undefined; alternateExchange?: string } = management
    ? await management.exchange(name)
    : { type: await looks.exchangeType(name) };
  const hash = refuseHash(name, info.type);
  if (hash) return hash;

  const bound = management
    ? (await management.bindingsFrom(name)).filter((b) => !b.destination.startsWith(`${prefix}.`))
    : undefined;
  const { routed, unsure } = management && bound ? await certainly(bound, management) : { routed: [], unsure: [] };
  if (routed.length > 0 && routed.length <= MAX_BINDINGS) {
    const bindings = alike(name, info.type, routed);
    const unseen = [...new Set(unsure.map((b) => b.destination))].sort();
    return {
      bindings,
      plan: {
        verdict: info.type !== undefined && KNOWN_TYPES.has(info.type) ? 'ok' : 'ask',
        makes: [
          `${madeQueue(prefix)}, bound to ${name} ${withKeys(info.type, bindings)} as the queues are; what reaches ` +
            `none of them is not seen${unseen.length > 0 ? `, nor what only goes to the exchange ${unseen.join(', ')}: tap that` : ''}`,
        ],
        changes: unknownType(name, info.type),
        starts: ['latest'],
      },
    };
  }
  const keys = (target.bindings ?? []).filter((b) => b.exchange === name).map((b) => b.routingKey);
  const e2eKeys = unsure.map((b) => b.routingKey);
  if (info.type === 'direct' && keys.length + e2eKeys.length === 0) {
    return refused(
      `${name} is a direct exchange and nothing is known to be bound to it: a tap would have to ` +
        'name each routing key. ' +
        'Bind a queue, or name the keys in a flow file.',
    );
  }
  const bindings = (
    info.type === 'direct' ? [...new Set([...keys, ...e2eKeys])] : [info.type === 'topic' ? '#' : '']
  ).map((routingKey) => ({
    exchange: name,
    routingKey,
    arguments: info.type === 'headers' ? { 'x-match': 'all' } : {},
  }));
  if (info.type === undefined) bindings[0] = { exchange: name, routingKey: '#', arguments: {} };
  const seen = management
    ? unsure.length > 0
      ? `${name} feeds the exchange ${unsure[0]!.destination}, which may route on or not.`
      : `No queue is bound to ${name}.`
    : `Whether other queues are bound to ${name} cannot be seen without the management API.`;
  return {
    bindings,
    plan: {
      verdict: 'ask',
      makes: [`${madeQueue(prefix)}, bound to ${name} ${withKeys(info.type, bindings)}`],
      changes: [
        `${seen} While the tap is there, messages that were unroutable count as routed: publishers ` +
          'with mandatory get no return' +
          (info.alternateExchange === undefined
            ? management
              ? '.'
              : ', and an alternate exchange gets none of them.'
            : `, and the alternate exchange ${info.alternateExchange} gets none of them.`),
        ...unknownType(name, info.type),
      ],
      starts: ['latest'],
    },
  };
}

/** Parts bindings into those by which every message reaches a queue in the end, and the others. */
async function certainly(
  bound: readonly BindingInfo[],
  management: Management,
): Promise<{ readonly routed: readonly BindingInfo[]; readonly unsure: readonly BindingInfo[] }> {
  const routed: BindingInfo[] = [];
  const unsure: BindingInfo[] = [];
  for (const b of bound) {
    const sure = b.toQueue || (await takesAll(b.destination, management, new Set([b.source])));
    (sure ? routed : unsure).push(b);
  }
  return { routed, unsure };
}

/** Whether every message that reaches an exchange reaches a queue. */
async function takesAll(exchange: string, management: Management, seen: ReadonlySet<string>): Promise<boolean> {
  if (seen.has(exchange)) return false;
  const { type } = await management.exchange(exchange);
  for (const b of await management.bindingsFrom(exchange)) {
    if (!bindsAll(type, b)) continue;
    if (b.toQueue || (await takesAll(b.destination, management, new Set([...seen, exchange])))) return true;
  }
  return false;
}

function bindsAll(type: string, b: BindingInfo): boolean {
  if (type === 'topic') return b.routingKey === '#';
  // Exchanges that share messages out give each to one of those that are bound.
  return type === 'fanout' || HASH_TYPES.has(type);
}

/** The exchange without a name, as RabbitMQ and its management interface write it. */
export function isDefaultExchange(name: string): boolean {
  return name === '' || name === 'amq.default' || name === '(AMQP default)';
}

/** The bindings of others, each once. A fanout ignores keys, so one binding does. */
function alike(exchange: string, type: string | undefined, bound: readonly BindingInfo[]): TapBinding[] {
  if (type === 'fanout' || type === 'x-recent-history') return [{ exchange, routingKey: '', arguments: {} }];
  const found = new Map<string, TapBinding>();
  for (const b of bound) {
    found.set(JSON.stringify([b.routingKey, b.arguments]), {
      exchange,
      routingKey: b.routingKey,
      arguments: b.arguments,
    });
  }
  return [...found.values()];
}

export function refuseHash(exchange: string, type: string | undefined): RoutePlan | undefined {
  if (type === undefined || !HASH_TYPES.has(type)) return undefined;
  return refused(
    `${exchange} is a ${type} exchange, which shares its messages out among the queues bound to ` +
      'it: a tap would take ' +
      'messages from the real consumers. Tap the exchange or the topic that feeds it, or what its ' +
      'queues’ consumers publish.',
  );
}

export function unknownType(exchange: string, type: string | undefined): string[] {
  if (type !== undefined && KNOWN_TYPES.has(type)) return [];
  return [
    type === undefined
      ? `The type of ${exchange} cannot be seen without the management API. If it shares messages ` +
        'out (hash, random), the tap takes some.'
      : `${exchange} is of the type ${type}, which Tailrace does not know. If it shares messages ` +
        'out, the tap takes some.',
  ];
}

export const DIRECT_ALTERNATIVES =
  'To see such messages, start at the earliest, which looks into a queue and gives back what it holds; publish them ' +
  'through a named exchange with a binding to the queue; or let an administrator switch on the firehose (rabbitmqctl ' +
  'trace_on, for the whole vhost, which costs throughput) and tap amq.rabbitmq.trace.';

export function madeQueue(prefix: string): string {
  return `an exclusive queue ${prefix}.… that the broker deletes with the tap’s connection`;
}

function withKeys(type: string | undefined, bindings: readonly TapBinding[]): string {
  if (type === 'fanout') return '(fanout, no key)';
  const keys = bindings.map(
    (b) => b.routingKey || (Object.keys(b.arguments).length > 0 ? JSON.stringify(b.arguments) : '(no key)'),
  );
  const shown = keys.slice(0, 8).join(', ');
  return `with ${shown}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`;
}

export function refused(reason: string): RoutePlan {
  return { bindings: [], plan: { verdict: 'refused', makes: [], changes: [], reason, starts: [] } };
}

/** @throws BrokerError with the plan's reason if it is refused. */
export function unlessRefused(route: RoutePlan): RoutePlan {
  if (route.plan.verdict === 'refused')
    throw new BrokerError('other', route.plan.reason ?? 'The tap is refused.');
  return route;
}

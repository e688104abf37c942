import { BrokerError, type ConnectOptions, type TapTarget } from '../driver';
import type { OutgoingMessage, Publisher, PublishPlan } from '../publish';
import { connectAmqp, signInOf, whereOf } from './client';
import { amqpError } from './failure';
import type { BindingInfo, Management } from './management';
import { ConfirmedSender, outgoing } from './outgoing';
import { isDefaultExchange } from './routes';

const ALWAYS = [
  'Each message is sent as persistent and mandatory, and counts as published when the broker has confirmed it; one that no ' +
    'queue would get is refused.',
  'Header values are sent as text, and what the broker wrote into headers itself (x-death) is left off.',
];
const SHOWN = 12;

/** Where messages for a target go: a queue is reached over the default exchange. */
export function destinationOf(
  target: TapTarget,
  message: Pick<OutgoingMessage, 'routingKey' | 'key'>,
): { readonly exchange: string; readonly routingKey: string } {
  if (target.kind === 'queue' || target.kind === 'stream') return { exchange: '', routingKey: target.address };
  const key = typeof message.key === 'object' ? Buffer.from(message.key).toString('utf8') : message.key;
  const exchange = isDefaultExchange(target.address) ? '' : target.address;
  return { exchange, routingKey: message.routingKey ?? key ?? '' };
}

/** The target has been found to be there. */
export async function planAmqpPublish(
  target: TapTarget,
  management: Management | undefined,
): Promise<PublishPlan> {
  const { address } = target;
  if (target.kind === 'queue' || target.kind === 'stream') {
    const found = await management?.queue(address);
    const readers = found?.consumers === undefined ? '' : `, which has ${found.consumers} consumer${found.consumers === 1 ? '' : 's'} now`;
    return {
      verdict: 'ok',
      effects: [
        `Each message goes to the ${target.kind} ${address} alone, over the default exchange${readers}.`,
        ...ALWAYS,
      ],
    };
  }
  if (isDefaultExchange(address)) {
    return { verdict: 'ok', effects: ['Each message goes to the queue that its routing key names.', ...ALWAYS] };
  }
  if (!management) {
    return {
      verdict: 'ok',
      effects: [
        `Each message goes to every queue that ${address} routes its key to; which these are cannot be seen without the management API.`,
        ...ALWAYS,
      ],
    };
  }
  const info = await management.exchange(address);
  if (info.internal) {
    return {
      verdict: 'refused',
      effects: [],
      reason: `${address} is an internal exchange, which takes messages from other exchanges only: publish to one that feeds it.`,
    };
  }
  const reached = await reachedFrom(address, management);
  return {
    verdict: 'ok',
    effects: [
      reached.length === 0
        ? `No queue is bound to ${address}, so that each message is refused.`
        : `${sharesOut(info.type) ? `Each message goes to one of the queues of ${address}` : `Each message goes to every queue that ${address} routes its key to`}: ${shown(reached)}.`,
      ...(info.alternateExchange === undefined
        ? []
        : [`What none of them takes goes to the alternate exchange ${info.alternateExchange}.`]),
      ...ALWAYS,
    ],
  };
}

function sharesOut(type: string): boolean {
  return /^x-(consistent-hash|random|modulus-hash|local-random)$/.test(type);
}

function shown(reached: readonly string[]): string {
  const more = reached.length - SHOWN;
  return `${reached.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Queues with the bindings that lead to them: `billing (order.*)`, `audit (over all: #)`. */
async function reachedFrom(exchange: string, management: Management): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const follow = async (from: string, way: string): Promise<void> => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const b of await management.bindingsFrom(from)) {
      if (b.toQueue) found.add(`${b.destination}${wayText(way, b)}`);
      else await follow(b.destination, `over ${b.destination}: `);
    }
  };
  await follow(exchange, '');
  return [...found].sort();
}

function wayText(way: string, b: BindingInfo): string {
  const args = Object.keys(b.arguments).length > 0 ? JSON.stringify(b.arguments) : '';
  const by = `${way}${b.routingKey || args}`.replace(/: $/, '');
  return by === '' ? '' : ` (${by})`;
}

/** A connection of its own, with confirmations. */
export async function amqpPublisher(
  options: ConnectOptions,
  target: TapTarget,
  signal: AbortSignal,
): Promise<Publisher> {
  const where = whereOf(options);
  const connection = await connectAmqp(options, signal);
  const signIn = signInOf(options);
  try {
    const sender = new ConfirmedSender(await connection.createConfirmChannel(), where);
    return {
      publish: async (message) => {
        if (message.value === null) {
          throw new BrokerError('other', 'RabbitMQ has no tombstones: give the message a value, which may be empty.');
        }
        await sender.send(
          outgoing(destinationOf(target, message), message, signIn.by === 'password' ? signIn.user : undefined),
        );
        return {};
      },
      close: async () => {
        await connection.close().catch(() => {});
      },
    };
  } catch (error) {
    await connection.close().catch(() => {});
    throw amqpError(error, where);
  }
}

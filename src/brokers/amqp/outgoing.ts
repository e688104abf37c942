import type { ConfirmChannel, Message, Options } from 'amqplib';
import { BrokerError } from '../driver';
import type { OutgoingMessage } from '../publish';
import { amqpError } from './failure';
import { dashed, headerText, PROPERTIES } from './message';

/** What the broker writes itself, or routes by: sent again, it would be false or send copies elsewhere. */
const OF_THE_BROKER = /^(x-death|x-(first|last)-death-.*|x-delivery-count|x-acquired-count|x-stream-offset|CC|BCC)$/;
const DEATHS = /^x-(death$|(first|last)-death-)/;
const BY_NAME = new Map<string, (typeof PROPERTIES)[number]>(PROPERTIES.map((name) => [dashed(name), name]));

/** How a message leaves: to which exchange, by which key, with which properties. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/**
 * A message with AMQP's properties taken out of its headers again. A header that is unchanged from `original` keeps its
 * type; others are sent as text.
 */
export function outgoing(
  to: { readonly exchange: string; readonly routingKey: string },
  message: OutgoingMessage,
  user: string | undefined,
  original?: Message,
): Outgoing {
  // Without a prototype: headers may be named `constructor` and `__proto__`.
  const headers = Object.create(null) as Record<string, unknown>;
  const properties: Options.Publish = {};
  const was: Readonly<Record<string, unknown>> = original?.properties.headers ?? {};
  for (const [name, value] of message.headers) {
    if (OF_THE_BROKER.test(name) || name === 'delivery-mode') continue;
    const property = BY_NAME.get(name);
    if (property && !Object.hasOwn(was, name)) setProperty(properties, property, value, user);
    else headers[name] = Object.hasOwn(was, name) && isSame(was[name], value) ? was[name] : asSent(value);
  }
  const timestamp: unknown = original?.properties.timestamp;
  return {
    ...to,
    content: Buffer.from(message.value ?? []),
    options: {
      ...properties,
      ...(message.contentType === undefined ? {} : { contentType: message.contentType }),
      ...(typeof timestamp === 'number' ? { timestamp } : {}),
      headers,
      persistent: true,
      mandatory: true,
    },
  };
}

/**
 * A message for the queue that it lies in once more, as it is: with where it died, but without what would route it
 * elsewhere, and with a new count of deliveries.
 */
export function copyOf(original: Message, queue: string, user: string | undefined): Outgoing {
  const { headers, userId, clusterId, ...properties } = original.properties;
  const kept = Object.entries((headers ?? {}) as Readonly<Record<string, unknown>>).filter(
    ([name]) => !OF_THE_BROKER.test(name) || DEATHS.test(name),
  );
  return {
    exchange: '',
    routingKey: queue,
    content: original.content,
    options: {
      ...(Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Options.Publish),
      ...(userId === user && user !== undefined ? { userId: user } : {}),
      headers: Object.fromEntries(kept),
      persistent: true,
      mandatory: true,
    },
  };
}

function setProperty(
  properties: Options.Publish,
  name: (typeof PROPERTIES)[number],
  value: string | Uint8Array,
  user: string | undefined,
): void {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
  if (name === 'priority') {
    const priority = Number(text);
    if (Number.isInteger(priority) && priority >= 0 && priority <= 255) properties.priority = priority;
  } else if (name === 'userId') {
    // The broker refuses a message in the name of another user than the connection's.
    if (text === user) properties.userId = text;
  } else properties[name] = text;
}

function isSame(was: unknown, value: string | Uint8Array): boolean {
  const text = headerText(was);
  return typeof text === 'string' || typeof value === 'string'
    ? text === value
    : Buffer.from(text).equals(Buffer.from(value));
}

function asSent(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}

/**
 * Publishes one message after the other on a channel, each with `mandatory`, and settles with the broker's confirmation. A
 * return names no message, so that only one may be on its way.
 */
export class ConfirmedSender {
  private line: Promise<unknown> = Promise.resolve();
  private returned: string | undefined;
  private failure: BrokerError | undefined;

  constructor(
    private readonly channel: ConfirmChannel,
    private readonly where: string,
  ) {
    channel.on('return', (m: { fields: { replyCode?: number; replyText?: string } }) => {
      this.returned = `${m.fields.replyCode ?? ''} ${m.fields.replyText ?? ''}`.trim();
    });
    // Refusals close the channel; what waits for a confirmation then gets none.
    channel.on('error', (error: Error) => void (this.failure ??= amqpError(error, where)));
  }

  send(message: Outgoing): Promise<void> {
    const sent = this.line.then(() => this.one(message));
    this.line = sent.catch(() => {});
    return sent;
  }

  private async one({ exchange, routingKey, content, options }: Outgoing): Promise<void> {
    if (this.failure) throw this.failure;
    this.returned = undefined;
    const to = exchange === '' ? `the queue ${routingKey}` : `${exchange} with the key “${routingKey}”`;
    try {
      await new Promise<void>((resolve, reject) => {
        this.channel.publish(exchange, routingKey, content, options, (error: unknown) =>
          error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve(),
        );
      });
    } catch (error) {
      // The channel's own error, which says more, comes right behind.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.failure) throw this.failure;
      if (/nacked/.test(String(error))) {
        throw new BrokerError('other', `${this.where} did not take the message for ${to} (nack): a queue there is full or not available.`, {
          cause: error,
        });
      }
      throw new BrokerError(
        'port',
        `The connection to ${this.where} was lost before the message for ${to} was confirmed: it may have been taken, so ` +
          'that sending it again may make a duplicate.',
        { cause: error },
      );
    }
    if (this.returned !== undefined) {
      throw new BrokerError(
        'missing',
        `${this.where} returned the message for ${to} as unroutable (${this.returned}): no queue is bound for it. Check the ` +
          'name, the routing key and the bindings.',
      );
    }
  }
}

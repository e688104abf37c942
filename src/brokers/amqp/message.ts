import type { ConsumeMessage, GetMessage } from 'amqplib';
import type { TapMessage } from '../driver';

/** Shown among the headers, by AMQP's own names. */
export const PROPERTIES = [
  'contentType',
  'contentEncoding',
  'priority',
  'correlationId',
  'replyTo',
  'expiration',
  'messageId',
  'type',
  'userId',
  'appId',
] as const;

/** A delivery as a tap's message. The routing key is its key; AMQP's properties come among the headers. */
export function amqpMessage(channel: string, m: ConsumeMessage | GetMessage): TapMessage {
  const headers: [string, string | Uint8Array][] = [];
  const { properties } = m;
  let time: number | undefined;
  for (const [name, value] of Object.entries(properties.headers ?? {})) {
    if (name === 'x-stream-offset') continue;
    if (name === 'timestamp_in_ms' && typeof value === 'number') time = value;
    headers.push([name, headerText(value)]);
  }
  for (const name of PROPERTIES) {
    const value: unknown = properties[name];
    if (value !== undefined) headers.push([dashed(name), headerText(value)]);
  }
  if (properties.deliveryMode !== undefined)
    headers.push(['delivery-mode', properties.deliveryMode === 2 ? 'persistent' : 'transient']);
  // AMQP's timestamp has seconds.
  if (time === undefined && typeof properties.timestamp === 'number') time = properties.timestamp * 1000;
  const offset: unknown = properties.headers?.['x-stream-offset'];
  return {
    channel,
    time: time ?? Date.now(),
    key: m.fields.routingKey,
    value: m.content,
    headers,
    size: m.content.length,
    ...(typeof offset === 'number' || typeof offset === 'bigint' ? { offset: String(offset) } : {}),
    ...(m.fields.redelivered ? { marks: ['redelivered'] } : {}),
  };
}

/** A header as a tap shows it: text and bytes as they are, tables and lists as JSON. */
export function headerText(value: unknown): string | Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  }
  return String(value);
}

/** AMQP's name of a property: `content-type`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}

import type { Channel } from '../model/model';

/** True where a file says that somebody outside publishes to the channel or consumes from it. */
export function isExternal(channel: Channel): boolean {
  return channel.settings.external?.value === true;
}

/** True if a file of one of these dialects declares the channel. */
export function declaredIn(channel: Channel, ...dialects: readonly string[]): boolean {
  return channel.declarations.some((d) => dialects.includes(d.dialect));
}

/** RabbitMQ makes `amq.*` itself, and names server-named queues `amq.gen-…`. */
export function isBuiltIn(channel: Channel): boolean {
  return channel.space !== undefined && (channel.address === '' || channel.address.startsWith('amq.'));
}

/** The pseudo-queue behind direct reply-to: there is nothing in it that could be acknowledged, or got again. */
export const directReplyTo = 'amq.rabbitmq.reply-to';

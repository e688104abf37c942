import { BrokerError, type TapMessage, type TapTarget } from '../driver';
import type { Publisher, Redrive, RedriveMessage } from '../publish';
import { kafkaError } from './failure';
import { isInternal } from './metadata';
import { whileLeadersMove } from './nodes';
import { topicPublisher, type PublishRoom } from './publish';
import { TopicReader } from './topicReader';

/**
 * Messages of a dead-letter topic on their way back. Nothing is held and nothing is removed: Kafka keeps a
 * message until the topic's retention ends, whoever has read it.
 */
export async function topicRedrive(room: PublishRoom, target: TapTarget): Promise<Redrive> {
  const { where } = room;
  const from = target.address;
  const topic = await room.nodes.topic(from).catch((error: unknown) => {
    throw kafkaError(error, where, from);
  });
  if (isInternal(topic)) throw new BrokerError('authorization', `${from} is a topic of Kafka’s own: it holds no messages to redrive.`);
  const reader = new TopicReader(room.client, room.nodes, from);
  const known = new Map<string, TapMessage>();
  const publishers = new Map<string, Promise<Publisher>>();
  const over = new AbortController();

  const publisherOf = (to: TapTarget): Promise<Publisher> => {
    const there = publishers.get(to.address);
    if (there) return there;
    const made = topicPublisher(room, to, over.signal);
    publishers.set(to.address, made);
    made.catch(() => publishers.delete(to.address));
    return made;
  };

  return {
    effects: [
      `Nothing is held: whoever else reads ${from} sees its messages as before.`,
      `Kafka keeps what is moved in ${from} until its retention ends: redriven a second time it is published a second time.`,
    ],
    async read(count, signal) {
      try {
        const messages = await whileLeadersMove(() => reader.read(count, signal));
        return messages.map((message) => {
          const id = `${message.partition}:${message.offset}`;
          known.set(id, message);
          return redriveMessage(id, message);
        });
      } catch (error) {
        throw kafkaError(error, where, from);
      }
    },
    async move(id, destination, message) {
      const read = known.get(id);
      if (!read) throw new BrokerError('other', `Message ${id} of ${from} was not read, or has been moved before.`);
      if (destination.target.address === from)
        throw new BrokerError('other', `${from} is where the message lies. Choose the topic that it came from.`);
      if (read.undecodable !== undefined)
        throw new BrokerError('other', `Message ${id} of ${from} cannot be unpacked, so it cannot be published anew.`);
      const publisher = await publisherOf(destination.target);
      const receipt = await publisher.publish(message);
      known.delete(id);
      return { ...receipt, removed: false, note: `Kafka keeps the message in ${from} until its retention ends.` };
    },
    async close() {
      over.abort();
      for (const made of publishers.values()) await made.then((p) => p.close()).catch(() => {});
    },
  };
}

/** Headers that frameworks write when they give a message up: who says where it came from, and why it failed. */
const ORIGINS = [
  { topic: 'kafka_dlt-original-topic', reason: 'kafka_dlt-exception-message', by: 'Spring' },
  { topic: '__connect.errors.topic', reason: '__connect.errors.exception.message', by: 'Kafka Connect' },
] as const;

/** The message with where it came from and why, as far as its headers tell. */
export function redriveMessage(id: string, message: TapMessage): RedriveMessage {
  const header = (name: string): string | undefined => {
    const value = message.headers.find(([n]) => n === name)?.[1];
    return value === undefined ? undefined : Buffer.from(value).toString('utf8');
  };
  for (const origin of ORIGINS) {
    const topic = header(origin.topic);
    if (!topic) continue;
    const reason = header(origin.reason);
    return {
      id,
      message,
      source: { target: { address: topic, kind: 'topic' }, why: `${origin.by} wrote it into the header ${origin.topic}.` },
      ...(reason === undefined ? {} : { reason }),
    };
  }
  return { id, message };
}

import type { IHeaders, Producer } from 'kafkajs';
import { BrokerError, type TapTarget } from '../driver';
import type { OutgoingMessage, Publisher, PublishPlan, PublishReceipt } from '../publish';
import { within } from '../wait';
import type { KafkaClient, Opened } from './client';
import { topicConfigs } from './clusterRequests';
import { innermost, kafkaError } from './failure';
import type { Groups } from './groups';
import { isInternal } from './metadata';
import type { Nodes } from './nodes';

const CALL_WITHIN = 60_000;

/** What publishers of one session share. */
export interface PublishRoom {
  readonly client: KafkaClient;
  readonly nodes: Nodes;
  readonly groups: Groups;
  /** The broker for the screen. */
  readonly where: string;
}

/** What publishing to a topic does, and to whom; asks only. */
export async function planPublish({ nodes, groups }: PublishRoom, target: TapTarget): Promise<PublishPlan> {
  const topic = await nodes.topic(target.address);
  if (isInternal(topic)) return { verdict: 'refused', effects: [], reason: whyInternal(topic.name) };
  const count = topic.partitions.length;
  const effects = [
    `Each message is appended to ${topic.name}, ` +
      (count === 1
        ? 'to its only partition, '
        : `to the one of its ${count} partitions that its key decides as in Java’s client, `) +
      'and confirmed by all in-sync replicas. Kafka cannot take it back.',
  ];
  const readers = (await groups.all().catch(() => undefined))?.groups.filter((g) => g.topics.has(topic.name));
  if (readers && readers.length > 0)
    effects.push(
      `${readers.length === 1 ? 'The consumer group' : 'The consumer groups'} ` +
        `${readers.map((g) => g.name).join(', ')} will get it.`,
    );
  const [config] = (await topicConfigs(await nodes.any(), [topic.name]).catch(() => undefined)) ?? [];
  const cleanup = config?.entries.find((e) => e.name === 'cleanup.policy')?.value ?? '';
  if (cleanup.includes('compact'))
    effects.push('The topic is compacted: a message replaces the earlier ones of its key, and one without a key is refused.');
  return { verdict: 'ok', effects };
}

function whyInternal(topic: string): string {
  return `${topic} is a topic of Kafka’s own: what is published there can break groups or transactions. Choose another topic.`;
}

/**
 * Publishes with acks=all and as an idempotent producer: a request that is sent again on the way is stored once.
 * @throws BrokerError where the topic does not exist or is Kafka's own.
 */
export async function topicPublisher(room: PublishRoom, target: TapTarget, signal: AbortSignal): Promise<Publisher> {
  const { where } = room;
  const topic = await room.nodes.topic(target.address).catch((error: unknown) => {
    throw kafkaError(error, where, target.address);
  });
  if (isInternal(topic)) throw new BrokerError('authorization', whyInternal(topic.name));
  let current: Opened<Producer> | undefined;
  const over = new AbortController();

  const open = async (under: AbortSignal): Promise<Producer> => {
    if (current) return current.client;
    const made = await room.client.producer();
    try {
      await within(made.client.connect(), under, CALL_WITHIN, where);
    } catch (error) {
      void made.drop();
      throw publishError(error, where, topic.name, false);
    }
    current = made;
    return made.client;
  };
  await open(signal);

  return {
    async publish(message) {
      if (over.signal.aborted) throw new BrokerError('other', 'The publisher is closed.');
      const producer = await open(over.signal);
      // Chosen once: kafkajs would choose again for a request that is sent again, and store it twice.
      const partition = message.partition ?? room.client.partitionOf(topic, message.key);
      if (!topic.partitions.some((p) => p.partition === partition))
        throw new BrokerError('missing', `${topic.name} has no partition ${partition}: it has ${topic.partitions.length}.`);
      try {
        const sent = producer.send({ topic: topic.name, acks: -1, messages: [{ ...outgoing(message), partition }] });
        return receipt(await within(sent, over.signal, CALL_WITHIN, where), partition);
      } catch (error) {
        // The next message would have the number of this one, and be taken for it if this one was stored.
        void current?.drop();
        current = undefined;
        throw publishError(error, where, topic.name, true);
      }
    },
    async close() {
      over.abort();
      await current?.drop();
      current = undefined;
    },
  };
}

function receipt(
  answers: readonly { readonly partition: number; readonly baseOffset?: string }[],
  partition: number,
): PublishReceipt {
  const answer = answers.find((a) => a.partition === partition);
  // kafkajs passes over a partition that its metadata does not have.
  if (!answer) throw new BrokerError('missing', `Partition ${partition} is not known yet: publish again in a moment.`);
  return { partition, ...(answer.baseOffset === undefined ? {} : { offset: answer.baseOffset }) };
}

function outgoing(message: OutgoingMessage): { key: Buffer | null; value: Buffer | null; headers: IHeaders } {
  // Without a prototype: headers may be named `constructor` and `__proto__`.
  const headers = Object.create(null) as IHeaders;
  const { contentType } = message;
  const named =
    contentType === undefined || message.headers.some(([name]) => name.toLowerCase() === 'content-type')
      ? message.headers
      : [...message.headers, ['content-type', contentType] as const];
  for (const [name, value] of named) {
    const bytes = Buffer.from(value);
    const before = headers[name];
    headers[name] = before === undefined ? bytes : [...(Array.isArray(before) ? before : [before]), bytes];
  }
  return {
    key: message.key === undefined ? null : Buffer.from(message.key),
    value: message.value === null ? null : Buffer.from(message.value),
    headers,
  };
}

/** @param sent whether the message was on its way, so that it may be stored all the same */
function publishError(error: unknown, where: string, topic: string, sent: boolean): BrokerError {
  const inner = innermost(error);
  const type = (inner as { type?: unknown }).type;
  const refused: Readonly<Record<string, string>> = {
    TOPIC_AUTHORIZATION_FAILED: `${where} does not let this user write to ${topic}. Ask for the right WRITE on it.`,
    CLUSTER_AUTHORIZATION_FAILED: `${where} does not let this user publish idempotently. Ask for the right WRITE on ${topic}, before Kafka 3.0 IDEMPOTENT_WRITE on the cluster.`,
    MESSAGE_TOO_LARGE: `The message is larger than ${topic} takes. Its setting max.message.bytes says how much that is.`,
    RECORD_LIST_TOO_LARGE: `The message is larger than ${where} takes. Make it smaller.`,
    INVALID_RECORD: `${topic} refuses the message. A compacted topic takes none without a key, and a time may be out of bounds.`,
    NOT_ENOUGH_REPLICAS: `${topic} has fewer in-sync replicas than min.insync.replicas asks for, so nothing was stored. Try again when they are back.`,
  };
  const words = typeof type === 'string' ? refused[type] : undefined;
  if (words !== undefined)
    return new BrokerError(String(type).includes('AUTHORIZATION') ? 'authorization' : 'other', words, { cause: error });
  const told = kafkaError(error, where, topic);
  return sent && told.kind !== 'missing'
    ? new BrokerError(told.kind, `${told.message} Whether the message was stored is not known: look into ${topic} before publishing it again.`, { cause: error })
    : told;
}

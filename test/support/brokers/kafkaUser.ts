import { Kafka, logLevel, Partitioners, type Admin, type KafkaConfig, type Producer } from 'kafkajs';
import { makeTopics } from './kafkaTopics';

/** A program beside the one that is tested: what it sends and makes is what a tap is to see and to leave alone. */
export interface KafkaUser {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  /** Makes a topic, and returns when each of its partitions has a leader that answers. */
  make(name: string, partitions?: number, settings?: Readonly<Record<string, string>>): Promise<void>;
}

/** Its producer chooses partitions as Java's does, and makes no topic by sending to one. */
export async function kafkaUser(broker: string, options: Omit<KafkaConfig, 'brokers'> = {}): Promise<KafkaUser> {
  const kafka = new Kafka({ clientId: 'real', logLevel: logLevel.NOTHING, ...options, brokers: [broker] });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  try {
    await Promise.all([admin.connect(), producer.connect()]);
  } catch (error) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw error;
  }
  return {
    kafka,
    admin,
    producer,
    make: async (name, partitions = 1, settings = {}) => {
      const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
      await makeTopics(admin, [{ topic: name, numPartitions: partitions, configEntries }]);
    },
  };
}

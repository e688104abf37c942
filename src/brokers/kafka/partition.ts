import { randomInt } from 'node:crypto';
import type { OutgoingMessage } from '../publish';
import type { TopicMetadata } from './metadata';

/** The partition of a key as Java's client chooses it; without a key one that has a leader. */
export type PartitionOf = (topic: TopicMetadata, key: OutgoingMessage['key']) => number;

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/** A chooser of its own for each session: messages without a key go around. */
export function partitioner(): PartitionOf {
  let turn = randomInt(1 << 30);
  return ({ partitions }, key) => {
    if (key !== undefined) return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions.length;
    const led = partitions.filter(({ leader }) => leader >= 0);
    const among = led.length > 0 ? led : partitions;
    return among[turn++ % among.length]?.partition ?? 0;
  };
}

/**
 * Kafka's hash of a key, 32 bits with sign. kafkajs reckons it with integers that grow with the key: a key of a
 * megabyte takes it minutes.
 */
export function murmur2(key: Buffer): number {
  let hash = SEED ^ key.length;
  const whole = key.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(key.readInt32LE(at), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word ^ (word >>> 24), MULTIPLIER);
  }
  const rest = key.length - whole;
  if (rest > 0) hash = Math.imul(hash ^ key.readUIntLE(whole, rest), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

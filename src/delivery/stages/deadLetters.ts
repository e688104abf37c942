import type { Channel } from '../../model/model';

/**
 * True where a channel itself says where its dead letters go. What one consumer sets aside because it cannot process
 * it helps no other one, and catches nothing that the broker drops.
 */
export function deadLetters(channel: Channel): boolean {
  const ofConsumers = channel.consumes.flatMap(({ settings }) => settings.onFailure?.deadLetter ?? []);
  return channel.routesOut.some(({ kind, facts }) => kind === 'dead-letter' && facts.some(({ extent }) => !ofConsumers.some(
    ({ at }) => at.file === extent.file && at.start >= extent.start && at.end <= extent.end)));
}

/** Channels that dead letters pass at most on their way back. */
const longest = 6;

/** True where dead letters of a queue lead back to it: a message that always fails goes round for ever. */
export function comesBack(queue: Channel): boolean {
  const seen = new Set<Channel>();
  let next = queue.routesOut.filter(({ kind }) => kind === 'dead-letter').map(({ to }) => to);
  for (let i = 0; i < longest && next.length > 0; i++) {
    if (next.includes(queue)) return true;
    for (const channel of next) seen.add(channel);
    next = next.flatMap((channel) => channel.routesOut.filter(({ kind }) => kind === 'binding' || kind === 'dead-letter').map(({ to }) => to))
      .filter((channel) => !seen.has(channel));
  }
  return false;
}

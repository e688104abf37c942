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

/**
 * Whether dead letters of a queue lead back to it, so that a message that always fails goes round for ever: at once, or
 * by way of a queue that nobody reads, where it waits until it expires while the others go on.
 */
export function comesBack(queue: Channel): 'at once' | 'later' | undefined {
  const seen = new Set<Channel>();
  let next = queue.routesOut.filter(({ kind }) => kind === 'dead-letter').map(({ to }) => ({ to, waits: false }));
  for (let i = 0; i < longest && next.length > 0; i++) {
    const back = next.find(({ to }) => to === queue);
    if (back !== undefined) return back.waits ? 'later' : 'at once';
    for (const { to } of next) seen.add(to);
    next = next.flatMap(({ to: channel, waits }) => channel.routesOut.filter(({ kind }) => kind === 'binding' || kind === 'dead-letter')
      .map(({ to }) => ({ to, waits: waits || (channel.kind === 'queue' && channel.consumes.length === 0) })))
      .filter(({ to }) => !seen.has(to));
  }
  return undefined;
}

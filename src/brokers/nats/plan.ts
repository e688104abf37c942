import type { TapPlan } from '../driver';

export function corePlan(subject: string): TapPlan {
  const plan = {
    verdict: 'ok' as const,
    changes: [],
    starts: ['latest' as const],
    untils: ['time' as const],
  };
  if (!isSubject(subject)) {
    return {
      ...plan,
      verdict: 'refused',
      makes: [],
      reason: `“${subject}” is not a subject: tokens are parted by single dots and hold no spaces.`,
    };
  }
  return {
    ...plan,
    makes: [
      `a plain subscription to ${subject}, without a queue group. Where nobody else listens, a ` +
        'request to it waits for its ' +
        'time-out instead of being told that there are no responders',
    ],
  };
}

export function isSubject(text: string): boolean {
  return text !== '' && !/\s/.test(text) && text.split('.').every((token) => token !== '');
}

/** @param queued work-queue or interest retention, where a consumer would be noticed */
export function streamPlan(stream: string, queued: boolean, prefix: string): TapPlan {
  return {
    verdict: 'ok',
    makes: [
      queued
        ? `a plain subscription to the subjects of ${stream}; stored messages are read by ` +
          'sequence, without a consumer'
        : `an ephemeral consumer ${prefix}-… on ${stream}, without acks and in memory, removed ` +
          'when the tap ends',
    ],
    changes: [],
    starts: ['latest', 'earliest', 'last', 'offset', 'time'],
    untils: ['now', 'offset', 'time'],
  };
}

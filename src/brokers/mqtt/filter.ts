import type { TapPlan } from '../driver';

/** What a subscription to a topic filter would do, decided from the filter alone (MQTT 5, §4.7 and §4.8). */
export function planFor(filter: string, clientId: string): TapPlan {
  const plan: TapPlan = {
    verdict: 'ok',
    makes: [
      `a client ${clientId} with a clean session and a subscription of QoS 0; the broker forgets ` +
        'both when it leaves',
    ],
    changes: [],
    starts: ['latest'],
    untils: ['time'],
  };
  const refuse = (reason: string): TapPlan => ({ ...plan, verdict: 'refused', makes: [], reason });
  if (/^\$share\//.test(filter)) {
    const own = filter.split('/').slice(2).join('/');
    return refuse(
      `${filter} is a shared subscription: each message goes to one member, so the tap would take ` +
        'messages from ' +
        `the real consumers. Tap ${own || 'the topic'} instead.`,
    );
  }
  if (filter === '' || filter.includes('\0'))
    return refuse('A topic filter has at least one character, and none of them is NUL.');
  const levels = filter.split('/');
  const hash = levels.findIndex((level) => level.includes('#'));
  if (hash >= 0 && (hash < levels.length - 1 || levels[hash] !== '#')) {
    return refuse(`In ${filter} the # must be the last level and stand alone.`);
  }
  if (levels.some((level) => level.includes('+') && level !== '+')) {
    return refuse(`In ${filter} the + must stand alone between slashes.`);
  }
  if (filter === '#' || filter === '+/#') {
    return {
      ...plan,
      verdict: 'ask',
      changes: [
        `${filter} asks the broker for every message of every topic, which can slow it ` +
          'down for others; some brokers refuse it. Naming the topics is kinder.',
      ],
    };
  }
  return plan;
}

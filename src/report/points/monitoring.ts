import type { Channel, Consume } from '../../model/model';
import type { Alert } from '../../model/settings';
import { valueWords } from '../../model/settingWords';
import { channelWords, edgeWords } from '../../lint/words';
import type { Answer } from '../checklist';
import { together, type Point } from '../context';
import { legsOf } from '../legs';

/** Somebody is told when a consumer falls behind, or when messages pile up. */
export const monitoringPoint: Point = ({ guarantee }) =>
  together(legsOf(guarantee.flow).map(({ consume, channels }) => ofConsume(consume, channels)));

function ofConsume(consume: Consume, channels: readonly Channel[]): Answer {
  const edge = edgeWords(consume);
  const own = said(consume.settings.alert);
  if (own !== undefined) return { status: 'met', evidence: `${edge}, with an alert above ${own.words}.`, at: own.at };
  for (const channel of [...channels].reverse()) {
    const alert = said(channel.settings.alert);
    if (alert !== undefined) return { status: 'met', evidence: `${channelWords(channel)} has an alert above ${alert.words}.`, at: alert.at };
  }
  const broker = consume.channel?.broker;
  if (broker?.monitoredBy !== undefined) {
    const { value, at } = broker.monitoredBy;
    return { status: 'met', evidence: `${value} watches what waits for consumers on ${broker.name}; from when on somebody is told is said nowhere.`, at };
  }
  return {
    status: 'unknown', at: consume.at,
    evidence: `${edge}; whether anybody is told when it falls behind is said nowhere.`,
    next: `State the threshold (${hint(consume)}), or what watches the broker (monitoredBy).`,
  };
}

const keys = ['lag', 'depth', 'unacked', 'age'] as const;

function said(alert: Alert | undefined): { readonly words: string; readonly at: Alert['at'] } | undefined {
  if (alert === undefined) return undefined;
  const words = keys.flatMap((key) => (alert[key] === undefined ? [] : [`${key} ${valueWords(key, alert[key].value)}`]));
  return words.length === 0 ? undefined : { words: words.join(', '), at: alert.at };
}

function hint({ protocol }: Consume): string {
  return protocol === 'rabbitmq' ? 'alert: { depth: …, unacked: … }' : protocol === 'nats' ? 'alert: { unacked: …, lag: … }' : 'alert: { lag: … }';
}

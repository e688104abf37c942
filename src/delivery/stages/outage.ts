import type { Channel, Consume } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import { effectiveChannel, effectiveStream } from '../effective';

/** Set where the consumer may be away for longer than its channel keeps messages. */
export function outageOf(consume: Consume, channel: Channel): { away: string; kept: string } | undefined {
  const offline = consume.settings.needs?.offline?.value ?? channel.settings.needs?.offline?.value;
  if (offline === undefined || Number.isNaN(offline)) return undefined;
  const limits = [
    ...(channel.protocol === 'kafka' ? [effectiveChannel(channel).retention] : [channel.settings.ttl && { from: 'declared' as const, ...channel.settings.ttl }]),
    effectiveStream(channel)?.maxAge,
  ].flatMap((setting) => (setting !== undefined && setting.from !== 'unknown' && setting.value > 0 ? [setting.value] : []));
  const kept = Math.min(...limits);
  return kept < offline ? { away: valueWords('offline', offline), kept: valueWords('retention', kept) } : undefined;
}

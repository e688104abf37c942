import type { Sourced } from '../../text/range';
import type { ChannelFact, Fact, RouteFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { yesNo } from '../shared/kafkaClient';
import { isNameOf } from '../shared/namedTopics';
import type { Arguments, Base } from './commands';

/** `rabbitmqadmin declare queue name=orders durable=true`, `… exchange …`, `… binding …`. */
export function rabbitDeclaration(args: Arguments, base: Base, broker: string | undefined): Fact[] {
  const words = args.plain([
    '-u', '-p', '-H', '-P', '-V', '--username', '--password', '--host', '--port', '--vhost',
  ]);
  const at = words.findIndex((word) => word.text === 'declare');
  const kind = words[at + 1]?.text;
  if (at < 0 || kind === undefined) return [];
  // The older tool takes `name=orders`, that of 4.0 and later `--name orders`.
  const said = (key: string): Sourced<string> | undefined =>
    args.value(key, `--${key}`, `--${key.replaceAll('_', '-')}`);
  if (kind === 'binding') return binding(said, base, broker);
  const name = said('name');
  if (name === undefined || (kind !== 'queue' && kind !== 'exchange')) return [];
  if (!isNameOf(kind, name.value)) return [];
  const durable = said('durable');
  const autoDelete = said('auto_delete');
  const type = kind === 'queue' ? said('queue_type') ?? said('type') : said('type');
  const queueType = type && /^(classic|quorum|stream)$/.test(type.value)
    ? { value: type.value as 'classic' | 'quorum' | 'stream', at: type.at } : undefined;
  const settings = defined<ChannelSettings>({
    ...(kind === 'queue' ? { queue: queueType } : { exchange: type }),
    durable: durable && yesNo(durable), autoDelete: autoDelete && yesNo(autoDelete),
  });
  return [defined<ChannelFact>({
    ...base, kind: 'channel', address: name, space: kind, protocol: 'rabbitmq', settings,
    broker: broker === undefined ? undefined : { value: broker, at: name.at },
  })];
}

function binding(
  said: (key: string) => Sourced<string> | undefined, base: Base, broker: string | undefined,
): Fact[] {
  const [from, to] = [said('source'), said('destination')];
  if (from === undefined || to === undefined) return [];
  if (!isNameOf('exchange', from.value) || !isNameOf('queue', to.value)) return [];
  const space = said('destination_type')?.value === 'exchange' ? 'exchange' : 'queue';
  return [defined<RouteFact>({
    ...base, kind: 'route', route: 'binding', key: said('routing_key'),
    from: defined({ name: from, space: 'exchange' as const, protocol: 'rabbitmq' as const, broker }),
    to: defined({ name: to, space: space as 'exchange' | 'queue', protocol: 'rabbitmq' as const, broker }),
  })];
}

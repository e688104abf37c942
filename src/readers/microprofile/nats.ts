import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { whole } from '../shared/kafkaClient';
import { nameOfHost, withoutUserInfo } from '../shared/kafkaBroker';
import type { MessagingChannel } from './channels';
import { addressOf, bindingOf, placed, reasons, type Address, type Context } from './context';
import { dialect } from './dialect';
import { settingsFrom } from './values';

/** A channel of the JetStream connector of Quarkus: its subject, or for consumers a list of them. */
export function readNats(context: Context, channel: MessagingChannel): void {
  const broker = natsBroker(context);
  const listed = channel.own.list('subjects');
  const one = listed.length > 0 ? undefined : addressOf(channel, 'subject');
  const subjects: readonly Address[] = listed.length > 0 ? listed.map((name) => ({ name }))
    : one === undefined ? [] : [one];
  for (const subject of subjects) {
    const ref: ChannelRef = {
      name: subject.name, protocol: 'nats', ...(broker === undefined ? {} : { broker }),
    };
    const common = {
      dialect, extent: channel.extent, service: context.service, channel: ref, protocol: 'nats' as const,
      binding: bindingOf(channel, subject), inferred: reasons(subject.inferred, channel.connector.inferred),
    };
    context.facts.push(channel.direction === 'incoming'
      ? defined<ConsumeFact>({
        kind: 'consume', ...common,
        settings: settingsFrom<ConsumeSettings>(channel.near, {
          durable: ['durable', (said) => said], maxDeliver: ['max-deliver', whole],
          queueGroup: ['deliver-group', (said) => said],
        }),
      })
      : defined<PublishFact>({ kind: 'publish', ...common, settings: {} }));
  }
}

/** The servers of the program's one connection; the key moved with a version of the extension. */
export function natsBroker(context: Context): string | undefined {
  const said = context.config.values.text('quarkus.messaging.nats.connection.servers',
    'quarkus.messaging.nats.servers');
  const url = withoutUserInfo(said);
  if (url === undefined) return undefined;
  const name = nameOfHost(url.value);
  if (!context.brokers.has(name)) {
    context.brokers.set(name, defined({
      kind: 'broker' as const, dialect, extent: url.at, name: placed(name, url.at),
      protocol: placed('nats' as const, url.at),
      url, inferred: 'The file knows the broker by its address.',
    }));
  }
  return name;
}

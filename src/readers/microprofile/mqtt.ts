import type { ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { whole, yesNo } from '../shared/kafkaClient';
import type { MessagingChannel } from './channels';
import { addressOf, bindingOf, concurrencyOf, insertPlace, placed, reasons, type Context } from './context';
import { dialect } from './dialect';
import { hostBroker } from './hosts';
import { attributes, settingsFrom } from './values';

/** A channel of `smallrye-mqtt`. `smallrye-mqtt-server` is a broker in the program: others publish to it. */
export function readMqtt(context: Context, channel: MessagingChannel): void {
  if (channel.connector.id.endsWith('-server')) return;
  const topic = addressOf(channel, 'topic');
  if (topic === undefined) return;
  const broker = hostBroker(context, channel.get, 'mqtt');
  const ref: ChannelRef = { name: topic.name, protocol: 'mqtt', ...(broker === undefined ? {} : { broker }) };
  const common = {
    dialect, extent: channel.extent, service: context.service, channel: ref, protocol: 'mqtt' as const,
    client: placed('smallrye-mqtt', channel.name.at), insert: insertPlace(context.config, channel),
    binding: bindingOf(channel, topic), inferred: reasons(topic.inferred, channel.connector.inferred),
  };
  const settings = settingsFrom<PublishSettings & ConsumeSettings>(channel.near, {
    clientId: ['client-id', (said) => said], qos: ['qos', whole], cleanStart: ['auto-clean-session', yesNo],
    ...(channel.direction === 'outgoing' ? { retain: ['retain', yesNo], maxInFlight: ['max-inflight-queue', whole] } : {}),
  });
  const failure = attributes(channel.get).text('failure-strategy');
  const skip = failure?.value.toLowerCase() === 'ignore' ? { onFailure: { skip: placed(true, failure.at) } } : {};
  context.facts.push(channel.direction === 'incoming'
    ? defined<ConsumeFact>({ kind: 'consume', ...common, settings: { ...settings, ...concurrencyOf(channel), ...skip } })
    : defined<PublishFact>({ kind: 'publish', ...common, settings }));
}

import type { BrokerInventory, InventoryChannel } from '../brokers/inventory';
import type { ChannelFact, ConsumeFact, Fact, ServiceFact } from '../model/facts';
import { topicSettings } from '../readers/shared/kafkaTopic';
import { nativeText, nowhere, said } from './real';

/** Topics with their configuration, and consumer groups as services of their name. */
export function kafkaFacts({ channels, consumers }: BrokerInventory, broker: string, only: 'all' | 'explicit'): Fact[] {
  return [
    ...channels.map((topic): ChannelFact => ({
      kind: 'channel', dialect: 'broker', extent: nowhere, address: said(topic.address), protocol: 'kafka', broker: said(broker),
      settings: topicSettings((key) => native(topic, key, only)),
    })),
    ...consumers.flatMap(({ channel, name }): Fact[] => {
      if (name === undefined) return [];
      const service: ServiceFact = { kind: 'service', dialect: 'broker', extent: nowhere, name: said(name) };
      const consume: ConsumeFact = {
        kind: 'consume', dialect: 'broker', extent: nowhere, service: said(name), protocol: 'kafka',
        channel: { name: said(channel), broker, protocol: 'kafka' }, settings: { group: said(name) },
      };
      return [service, consume];
    }),
  ];
}

/** A topic's partitions and replicas are no configuration, and always its own. */
function native(topic: InventoryChannel, key: string, only: 'all' | 'explicit'): ReturnType<typeof said<string>> | undefined {
  const counted = key === 'num.partitions' ? topic.partitions : key === 'replication.factor' ? topic.replicas : undefined;
  if (counted !== undefined) return said(String(counted));
  if (only === 'explicit' && !topic.explicit.includes(key)) return undefined;
  const text = nativeText(topic, key);
  return text === undefined ? undefined : said(text);
}

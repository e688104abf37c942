import type { ChannelSpace } from '../../model/facts';
import { protocols, type Protocol } from '../../model/settings';
import { entry, get, isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { fill } from './value';

/** What this file lets one know of a channel before the model is joined. */
export interface ChannelHint {
  readonly protocol?: Protocol;
  readonly space?: ChannelSpace;
  /** `Kafka topic`, `RabbitMQ queue`: for messages. */
  readonly noun: string;
}

export const protocolNames: Readonly<Record<Protocol, string>> = {
  kafka: 'Kafka',
  rabbitmq: 'RabbitMQ',
  mqtt: 'MQTT',
  nats: 'NATS',
};

const nouns: Readonly<Record<Protocol, string>> = {
  kafka: 'Kafka topic',
  rabbitmq: 'RabbitMQ channel',
  mqtt: 'MQTT topic',
  nats: 'NATS subject',
};

/** Tells of a file's brokers and channels which protocol they speak. */
export class ChannelIndex {
  private readonly brokers = new Map<string, Protocol>();
  private readonly channels = new Map<string, ChannelHint>();
  /** Where a file knows one broker only, its channels need not say which they live on. */
  private readonly only: Protocol | undefined;

  constructor(root: SyntaxNode | undefined) {
    const brokers = get(root, 'brokers');
    for (const e of isMap(brokers) ? brokers.entries : []) {
      const protocol = this.protocolAt(get(e.value, 'protocol'));
      if (protocol !== undefined) this.brokers.set(e.key.text, protocol);
    }
    const channels = get(root, 'channels');
    this.only = isMap(brokers) && brokers.entries.length === 1 ? [...this.brokers.values()][0] : undefined;
    for (const e of isMap(channels) ? channels.entries : []) {
      const name = fill(e.key)?.text ?? e.key.text;
      const hint = this.hint(name, e.value);
      // Checks ask for a name as it is written, readers for what it stands for.
      this.channels.set(e.key.text, hint).set(name, hint);
    }
  }

  broker(name: string): Protocol | undefined {
    return this.brokers.get(name);
  }

  /** A channel by its address, also written as `broker/address`. */
  channel(name: string): ChannelHint | undefined {
    const found = this.channels.get(name);
    if (found) return found;
    const slash = name.indexOf('/');
    const broker = slash > 0 ? this.brokers.get(name.slice(0, slash)) : undefined;
    if (broker === undefined) return undefined;
    const rest = this.channels.get(name.slice(slash + 1));
    return rest?.protocol === broker ? rest : { protocol: broker, noun: nouns[broker] };
  }

  /** True if an entry of `channels:` says of its channel what is known of it already. */
  agrees(e: Entry): boolean {
    const known = this.channels.get(e.key.text);
    const hint = this.hint(fill(e.key)?.text ?? e.key.text, e.value);
    return known?.protocol === hint.protocol && known?.space === hint.space && known?.noun === hint.noun;
  }

  private hint(name: string, value: SyntaxNode | undefined): ChannelHint {
    const space = entry(value, 'exchange') ? 'exchange' : entry(value, 'queue') ? 'queue' : undefined;
    const broker = get(value, 'broker');
    const named = isScalar(broker) ? this.brokers.get(fill(broker)?.text ?? '') : undefined;
    const slash = name.indexOf('/');
    const prefixed = slash > 0 ? this.brokers.get(name.slice(0, slash)) : undefined;
    const implied: Protocol | undefined = space ? 'rabbitmq' : entry(value, 'stream') ? 'nats' : undefined;
    const protocol = named ?? prefixed ?? (broker === undefined ? (implied ?? this.only) : implied);
    if (protocol === undefined) return { noun: 'channel' };
    const isStream = protocol === 'nats' && entry(value, 'stream') !== undefined;
    const kind =
      protocol === 'rabbitmq' && space
        ? `RabbitMQ ${space}`
        : isStream
          ? 'JetStream subject'
          : nouns[protocol];
    return { protocol, noun: kind, ...(protocol === 'rabbitmq' && space ? { space } : {}) };
  }

  private protocolAt(node: SyntaxNode | undefined): Protocol | undefined {
    const text = isScalar(node) ? fill(node)?.text : undefined;
    return protocols.find((p) => p === text?.toLowerCase());
  }
}

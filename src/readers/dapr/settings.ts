import type { Sourced } from '../../text/range';
import type { ConsumeSettings, Protocol, PublishSettings } from '../../model/settings';
import { parseDuration } from '../../model/units';
import { settingsOf, type Said } from '../shared/document';
import type { Component } from './component';

/**
 * How a sidecar reads for one program. Dapr decides some settings itself, whatever its library's defaults
 * are; those that are not written stand at the key that would hold them.
 */
export function consumeSettings(c: Component, app: Sourced<string> | undefined): ConsumeSettings {
  const isPubsub = c.type.startsWith('pubsub.');
  const fixed = <T>(value: T): Said<T> => ({ value, at: c.at });
  switch (c.protocol) {
    case 'kafka':
      return settingsOf<ConsumeSettings>({
        // Dapr sets the consumer id to the program's id where nobody says one.
        group: c.filled(app, 'consumerGroup') ?? c.filled(app, 'consumerID') ?? (isPubsub ? app : undefined),
        offsetReset: c.value(offset, 'initialOffset'), clientId: c.filled(app, 'clientID'),
        // The offset is marked once the program has answered that it took the message.
        commit: fixed('after-processing'),
      });
    case 'rabbitmq':
      return settingsOf<ConsumeSettings>({
        ack: isPubsub ? ackOf(c) : fixed('manual'),
        prefetch: c.or(c.number('prefetchCount'), 'prefetchCount', 0),
        requeue: isPubsub ? c.or(c.boolean('requeueInFailure'), 'requeueInFailure', false) : fixed(true),
      });
    case 'mqtt':
      return settingsOf<ConsumeSettings>({ ...session(c, app, isPubsub), qos: qosOf(c, isPubsub) });
    case 'nats':
      return settingsOf<ConsumeSettings>(c.type.endsWith('.jetstream') ? {
        durable: c.filled(app, 'durableName'), queueGroup: c.filled(app, 'queueGroupName'),
        ackWait: c.value(parseDuration, 'ackWait'), maxDeliver: c.number('maxDeliver'),
        ackPolicy: c.or(c.value(ackPolicy, 'ackPolicy'), 'ackPolicy', 'explicit'),
      } : {
        durable: c.filled(app, 'durableSubscriptionName'), queueGroup: c.filled(app, 'consumerID'),
        ackWait: c.value(parseDuration, 'ackWaitTime'),
      });
    default: return {};
  }
}

/** How a sidecar publishes for a program. */
export function publishSettings(c: Component, app: Sourced<string> | undefined): PublishSettings {
  const isPubsub = c.type.startsWith('pubsub.');
  const fixed = <T>(value: T): Said<T> => ({ value, at: c.at });
  switch (c.protocol) {
    case 'kafka':
      return settingsOf<PublishSettings>({ acks: fixed('all'), retries: fixed(5),
        clientId: c.filled(app, 'clientID') });
    case 'rabbitmq':
      return settingsOf<PublishSettings>(isPubsub ? {
        confirms: c.or(c.boolean('publisherConfirm'), 'publisherConfirm', false), persistent: persistentOf(c),
        mandatory: fixed(false),
      } : { confirms: fixed(false), persistent: fixed(true), mandatory: fixed(false) });
    case 'mqtt':
      return settingsOf<PublishSettings>({
        ...session(c, app, isPubsub), qos: qosOf(c, isPubsub),
        retain: c.or(c.boolean('retain'), 'retain', false),
      });
    case 'nats':
      return settingsOf<PublishSettings>({ waitForAck: fixed(true) });
    default: return {};
  }
}

/** The keys of settings by protocol: of what a component does not write there is nothing to say. */
export const publishKeys: Readonly<Record<Protocol, readonly string[]>> = {
  kafka: [], rabbitmq: ['publisherConfirm', 'deliveryMode'], mqtt: ['qos', 'retain'], nats: [],
};
export const consumeKeys: Readonly<Record<Protocol, readonly string[]>> = {
  kafka: ['consumerGroup', 'consumerID', 'initialOffset'],
  rabbitmq: ['autoAck', 'prefetchCount', 'requeueInFailure'],
  mqtt: ['qos', 'cleanSession'],
  nats: ['durableName', 'queueGroupName', 'ackWait', 'maxDeliver', 'ackPolicy', 'durableSubscriptionName'],
};

function ackOf(c: Component): Said<'manual' | 'auto'> {
  const auto = c.or(c.boolean('autoAck'), 'autoAck', false);
  if (auto === undefined || auto === 'open') return auto;
  return { value: auto.value ? 'auto' : 'manual', at: auto.at };
}

/** RabbitMQ knows 2 for persistent; all other modes are not. */
function persistentOf(c: Component): Said<boolean> {
  const mode = c.or(c.number('deliveryMode'), 'deliveryMode', 0);
  return mode === undefined || mode === 'open' ? mode : { value: mode.value === 2, at: mode.at };
}

function session(c: Component, app: Sourced<string> | undefined, isPubsub: boolean): {
  clientId: Said<string>; cleanStart: Said<boolean>;
} {
  // Releases of Dapr differ in the default, but for pub/sub over the newer component.
  const known = isPubsub && c.type.endsWith('mqtt3');
  const clean = c.boolean('cleanSession');
  return {
    clientId: c.filled(app, 'consumerID') ?? (isPubsub ? app : undefined),
    cleanStart: clean ?? (known ? c.or(clean, 'cleanSession', false) : 'open'),
  };
}

function qosOf(c: Component, isPubsub: boolean): Said<number> {
  const qos = c.number('qos');
  // The default of bindings changed from release to release.
  return qos ?? (isPubsub ? c.or(qos, 'qos', 1) : 'open');
}

function offset(text: string): 'earliest' | 'latest' | undefined {
  return /^newest$/i.test(text) ? 'latest' : /^oldest$/i.test(text) ? 'earliest' : undefined;
}

function ackPolicy(text: string): 'none' | 'all' | 'explicit' | undefined {
  const word = text.toLowerCase();
  return word === 'none' || word === 'all' || word === 'explicit' ? word : undefined;
}

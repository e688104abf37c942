import type { IClientPublishOptions, MqttClient, Packet } from 'mqtt';
import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError } from '../failure';
import type { OutgoingMessage, Publisher, PublishPlan, PublishReceipt } from '../publish';
import { within } from '../wait';
import { clientId, link } from './client';

const CONFIRM_WITHIN = 15_000;
/** Reason of PUBACK and PUBREC, MQTT 5 §3.4.2.1. */
const NOBODY = 16;

export function planMqttPublish(topic: string): PublishPlan {
  const refused = (reason: string): PublishPlan => ({ verdict: 'refused', effects: [], reason });
  if (topic === '' || topic.includes('\0')) {
    return refused('A topic has at least one character, and none of them is NUL.');
  }
  if (/[#+]/.test(topic)) return refused(`${topic} is a filter of many topics: name one topic without + and #.`);
  if (topic.startsWith('$')) return refused(`${topic} belongs to the broker itself: name a topic that begins otherwise.`);
  return {
    verdict: 'ok',
    effects: [
      `Each message goes to every client that is subscribed to ${topic} now; with QoS 1 or 2 also to those that are ` +
        'away and whose session the broker keeps.',
      `A message with retain replaces the retained message of ${topic}, which every later subscriber gets; an empty ` +
        'one with retain clears it.',
    ],
  };
}

/** A publisher on a connection of its own, that the broker forgets when it leaves. */
export async function mqttPublisher(
  options: ConnectOptions,
  version: 4 | 5,
  topic: string,
  where: string,
  signal: AbortSignal,
): Promise<Publisher> {
  const plan = planMqttPublish(topic);
  if (plan.verdict === 'refused') throw new BrokerError('other', plan.reason ?? '');
  const closing = new AbortController();
  const open = async (under: AbortSignal): Promise<MqttClient> =>
    (await link(options, clientId(options), under, version)).client;
  let client = await open(signal);
  return {
    publish: async (message) => {
      if (!client.connected) client = await open(closing.signal);
      return await publishOver(client, version, topic, message, where);
    },
    close: async () => {
      closing.abort();
      await client.endAsync().catch(() => {});
    },
  };
}

async function publishOver(
  client: MqttClient,
  version: 4 | 5,
  topic: string,
  message: OutgoingMessage,
  where: string,
): Promise<PublishReceipt> {
  const { qos = 1, retain = false } = message;
  const options: IClientPublishOptions = { qos, retain, ...(version === 5 ? { properties: propertiesOf(message) } : {}) };
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  client.once('close', onClose);
  // The client library keeps this reason to itself, since it is no failure.
  const unheard = new Set<number | undefined>();
  const onPacket = (packet: Packet): void => {
    if ((packet.cmd === 'puback' || packet.cmd === 'pubrec') && packet.reasonCode === NOBODY) unheard.add(packet.messageId);
  };
  client.on('packetreceive', onPacket);
  try {
    const value = Buffer.from(message.value ?? []);
    const sent = await within(client.publishAsync(topic, value, options), gone.signal, CONFIRM_WITHIN, where);
    return noted([
      ...(qos === 0 ? ['QoS 0: nobody confirms it.'] : []),
      ...(qos > 0 && unheard.has(sent?.messageId) ? [`Nobody is subscribed to ${topic} (reason 16)${retain ? '; it is kept as the retained message' : ''}.`] : []),
      ...(version === 4 && (message.headers.length > 0 || message.contentType !== undefined)
        ? ['MQTT 3.1.1 has no headers: they were left out.']
        : []),
    ]);
  } catch (error) {
    if (gone.signal.aborted) {
      throw new BrokerError('port', `${where} closed the connection before it confirmed the message, which may have arrived.`, { cause: error });
    }
    throw refusal(error, topic, where);
  } finally {
    client.off('close', onClose);
    client.off('packetreceive', onPacket);
  }
}

function noted(notes: readonly string[]): PublishReceipt {
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}

function propertiesOf(message: OutgoingMessage): IClientPublishOptions['properties'] {
  // Without a prototype: properties may be named `constructor` and `__proto__`.
  const userProperties = Object.create(null) as NonNullable<NonNullable<IClientPublishOptions['properties']>['userProperties']>;
  let contentType = message.contentType;
  for (const [name, value] of message.headers) {
    const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
    if (name === 'content-type') {
      contentType ??= text;
      continue;
    }
    const before = userProperties[name];
    userProperties[name] = before === undefined ? text : [...(Array.isArray(before) ? before : [before]), text];
  }
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(Object.keys(userProperties).length > 0 ? { userProperties } : {}),
  };
}

function refusal(error: unknown, topic: string, where: string): BrokerError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 135) {
    return new BrokerError('authorization', `${where} does not let this user publish to ${topic} (reason 135): ask for the right.`, { cause: error });
  }
  if (code === 144) {
    return new BrokerError('other', `${where} does not take the topic ${topic} (reason 144): check its name.`, { cause: error });
  }
  if (code === 151) {
    return new BrokerError('other', `${where} takes no more of this client for now (reason 151): a quota is used up.`, { cause: error });
  }
  return brokerError(error, where);
}

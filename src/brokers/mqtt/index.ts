import type { IPublishPacket } from 'mqtt';
import { shownUrl, tapPrefix } from '../address';
import { keepAttached, type Attachment, type Loss } from '../attach';
import { batch } from '../batch';
import {
  BrokerError,
  type BrokerDriver,
  type BrokerSession,
  type ConnectOptions,
  type Tap,
  type TapMessage,
  type TapSink,
} from '../driver';
import { endingAt } from '../endingAt';
import { brokerError } from '../failure';
import type { DriverServices } from '../services';
import { deferred, within } from '../wait';
import { clientId, link } from './client';
import { disconnectReason, refusedSubscription, shown } from './failure';
import { planFor } from './filter';
import { mqttPublisher, planMqttPublish } from './publish';
import { SysWatch } from './sys';

const SUBSCRIBE_WITHIN = 15_000;

/** MQTT through mqtt.js: each tap is a client of its own that the broker forgets when it leaves. */
export function mqttDriver(_services: DriverServices): BrokerDriver {
  return { protocol: 'mqtt', connect };
}

async function connect(options: ConnectOptions, signal: AbortSignal): Promise<BrokerSession> {
  const where = `MQTT at ${shownUrl(options.url)}`;
  const first = await link(options, clientId(options), signal);
  const version = first.version;
  await first.client.endAsync().catch(() => {});
  const about = `MQTT ${shown(version)}`;
  const sys = new SysWatch(options, version, where);
  return {
    protocol: 'mqtt',
    about,
    plan: async (target) => planFor(target.address, `${tapPrefix(options)}-…`),
    tap: async (target, start, sink, under): Promise<Tap> => {
      const plan = planFor(target.address, '');
      if (plan.verdict === 'refused') throw new BrokerError('other', plan.reason ?? '');
      if (start.at !== 'latest') {
        throw new BrokerError(
          'other',
          'MQTT brokers keep no log: a tap can only start at the latest message.',
        );
      }
      let lostAt = 0;
      const attached = await keepAttached(
        async (nth, stopped) => {
          const attachment = await attach(options, version, target.address, sink, stopped, where);
          if (nth > 0) {
            sink.dropped(
              0,
              'messages published while the connection was lost, for ' +
                `${Math.round((Date.now() - lostAt) / 1000)} s, ` +
                'were not seen',
            );
          }
          const over = attachment.over.then((loss) => {
            lostAt = Date.now();
            return loss;
          });
          return endingAt({ ...attachment, over }, start.until);
        },
        sink,
        under,
      );
      // The broker cannot be told to wait at QoS 0: a paused view goes on receiving.
      return { pause: () => {}, resume: () => {}, stop: () => attached.stop() };
    },
    list: async () => undefined,
    remove: async () => true,
    figures: (_query, under) => sys.figures(under),
    inventory: (under) => sys.inventory(about, under),
    planPublish: async (target) => planMqttPublish(target.address),
    publisher: (target, under) => mqttPublisher(options, version, target.address, where, under),
    close: () => sys.close(),
  };
}

async function attach(
  options: ConnectOptions,
  version: 4 | 5,
  filter: string,
  sink: TapSink,
  signal: AbortSignal,
  where: string,
): Promise<Attachment> {
  const { client } = await link(options, clientId(options), signal, version);
  const over = deferred<Loss>();
  const gathered = batch(sink);
  let reason: string | undefined;
  client.on('error', (error) => {
    reason ??= /keepalive/i.test(error.message)
      ? `${where} has not been heard within the keep-alive: the network is cut or stalls.`
      : brokerError(error, where).message;
  });
  client.on('disconnect', (packet) => {
    reason ??= disconnectReason(packet.reasonCode, where);
  });
  client.on('close', () => over.resolve({ reason: reason ?? `${where} closed the connection.` }));
  client.on('message', (topic, payload, packet) => gathered.add(messageOf(topic, payload, packet)));
  const end = async (): Promise<void> => {
    gathered.end();
    await client.endAsync(true).catch(() => {});
  };
  try {
    // rap stays off: then the retain flag always means “kept from before”, in 5 as in 3.1.1.
    const granted = await within(client.subscribeAsync(filter, { qos: 0 }), signal, SUBSCRIBE_WITHIN, where);
    const refused = granted.find((g) => g.qos >= 128);
    if (refused) throw refusedSubscription(where, filter, refused.qos);
  } catch (error) {
    await end();
    const code = refusalOf(error);
    throw code === undefined ? brokerError(error, where) : refusedSubscription(where, filter, code);
  }
  return { over: over.promise, close: end };
}

/** The SUBACK's code, which mqtt.js keeps in the packet of the error. */
function refusalOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('packet' in error)) return undefined;
  const { granted } = error.packet as { readonly granted?: readonly (number | { readonly qos: number })[] };
  const first = granted?.[0];
  const code = typeof first === 'object' ? first.qos : first;
  return code !== undefined && code >= 128 ? code : undefined;
}

function messageOf(topic: string, payload: Buffer, packet: IPublishPacket): TapMessage {
  const p = packet.properties;
  const headers: [string, string | Uint8Array][] = [];
  if (p) {
    for (const [name, value] of Object.entries(p.userProperties ?? {})) {
      for (const one of Array.isArray(value) ? value : [value]) headers.push([name, one]);
    }
    if (p.contentType !== undefined) headers.push(['content-type', p.contentType]);
    if (p.responseTopic !== undefined) headers.push(['response-topic', p.responseTopic]);
    if (p.correlationData !== undefined) headers.push(['correlation-data', p.correlationData]);
    if (p.messageExpiryInterval !== undefined)
      headers.push(['message-expiry-interval', String(p.messageExpiryInterval)]);
  }
  return {
    channel: topic,
    time: Date.now(),
    value: payload,
    headers,
    size: payload.length,
    ...(packet.retain ? { marks: ['retained'] } : {}),
  };
}

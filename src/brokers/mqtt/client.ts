import type { IClientOptions, MqttClient } from 'mqtt';
import { hostPorts, schemeOf, shownUrl, tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { readTlsFiles } from '../tlsFiles';
import { within } from '../wait';
import { connectError, type Attempt } from './failure';

/** A connected client, and the protocol version that the broker took. */
export interface MqttLink {
  readonly client: MqttClient;
  readonly version: 4 | 5;
}

const CONNECT_WITHIN = 15_000;
/** Seconds between pings while nothing is sent; a network that stalls is noticed after one and a half of them. */
const KEEP_ALIVE = 15;

/**
 * A client id that nobody has: an id in use would throw the real device off. At most 23 characters, as
 * 3.1.1 allows.
 */
export function clientId(options: ConnectOptions): string {
  return tapName({ tapPrefix: options.tapPrefix?.slice(0, 13) }, '-', 4);
}

/**
 * Connects with MQTT 5, or with 3.1.1 where the broker does not know it.
 * @param known the version that worked before, if any
 */
export async function link(
  options: ConnectOptions,
  id: string,
  signal: AbortSignal,
  known?: 4 | 5,
): Promise<MqttLink> {
  const version = known ?? options.mqttVersion;
  if (version) return await linkAs(options, id, version, signal);
  try {
    return await linkAs(options, id, 5, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof BrokerError) || error.kind !== 'protocol') throw error;
    return await linkAs(options, id, 4, signal);
  }
}

async function linkAs(
  options: ConnectOptions,
  id: string,
  version: 4 | 5,
  signal: AbortSignal,
): Promise<MqttLink> {
  const mqtt = await import('mqtt');
  const connect = mqtt.connect ?? mqtt.default.connect;
  const { url, ...attempt } = attemptOf(options, version);
  const settings: IClientOptions = {
    clientId: id,
    protocolVersion: version,
    // A session that outlives us would pile up messages on the broker.
    clean: true,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {}),
    username: options.user,
    password: options.password,
    ...(attempt.tls ? await readTlsFiles(options) : {}),
    // Reconnecting is ours, so that each attempt is shown and the client id is new each time.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WITHIN,
    keepalive: KEEP_ALIVE,
    resubscribe: false,
    queueQoSZero: false,
  };
  let client: MqttClient | undefined;
  const connected = new Promise<MqttLink>((resolve, reject) => {
    // Throws where a key cannot be read.
    const made = connect(url, settings);
    client = made;
    let failure: unknown;
    // The listener stays: an error event without one would end the process.
    made.on('error', (error) => {
      failure ??= error;
    });
    made.once('connect', () => resolve({ client: made, version }));
    made.once('close', () => reject(failure ?? new Closed()));
  });
  try {
    return await within(connected, signal, CONNECT_WITHIN, attempt.where);
  } catch (error) {
    client?.end(true);
    throw await connectError(error instanceof Closed ? undefined : error, attempt, signal);
  }
}

/** Closed without a word. */
class Closed extends Error {}

function attemptOf(options: ConnectOptions, version: 4 | 5): Attempt & { readonly url: string } {
  const scheme = schemeOf(options.url);
  const tls = options.tls ?? /^(mqtts|ssl|tls|wss)$/.test(scheme);
  const web = scheme === 'ws' || scheme === 'wss';
  const at = hostPorts(options.url, web ? (tls ? 443 : 80) : tls ? 8883 : 1883)[0]!;
  const path = web ? (/^[a-z]+:\/\/[^/]*(\/[^?#]*)/i.exec(options.url)?.[1] ?? '/mqtt') : '';
  const wire = web ? (tls ? 'wss' : 'ws') : tls ? 'mqtts' : 'mqtt';
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  const url = `${wire}://${host}:${at.port}${path}`;
  return { url, at, version, tls, web, options, where: `MQTT at ${shownUrl(options.url)}` };
}

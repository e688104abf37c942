import type { IClientOptions, MqttClient } from 'mqtt';
import { hostPorts, schemeOf, shownUrl, tapName } from '../address';
import { BrokerError, type ConnectOptions } from '../driver';
import { brokerError, wordsOf } from '../failure';
import { within } from '../wait';

/** A connected client, and the protocol version that the broker took. */
export interface MqttLink {
  readonly client: MqttClient;
  readonly version: 4 | 5;
}

const CONNECT_WITHIN = 15_000;

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
  const where = `MQTT at ${shownUrl(options.url)}`;
  const settings: IClientOptions = {
    clientId: id,
    protocolVersion: version,
    // A session that outlives us would pile up messages on the broker.
    clean: true,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {}),
    username: options.user,
    password: options.password,
    // Reconnecting is ours, so that each attempt is shown and the client id is new each time.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WITHIN,
    keepalive: 30,
    resubscribe: false,
    queueQoSZero: false,
  };
  const url = address(options);
  const client = connect(url, settings);
  // An error event without a listener would end the process.
  client.on('error', () => {});
  const connected = new Promise<MqttLink>((resolve, reject) => {
    let failure: unknown;
    client.on('error', (error) => {
      failure ??= error;
    });
    client.once('connect', () => resolve({ client, version }));
    client.once('close', () => reject(refusal(failure, where, version, /^(mqtts|wss):/.test(url))));
  });
  try {
    return await within(connected, signal, CONNECT_WITHIN, where);
  } catch (error) {
    client.end(true);
    throw error;
  }
}

function address(options: ConnectOptions): string {
  const scheme = schemeOf(options.url);
  const tls = options.tls ?? /^(mqtts|ssl|tls|wss)$/.test(scheme);
  const web = scheme === 'ws' || scheme === 'wss';
  const { host, port } = hostPorts(options.url, web ? (tls ? 443 : 80) : tls ? 8883 : 1883)[0]!;
  const path = web ? (/^[a-z]+:\/\/[^/]*(\/[^?#]*)/i.exec(options.url)?.[1] ?? '/mqtt') : '';
  const wire = web ? (tls ? 'wss' : 'ws') : tls ? 'mqtts' : 'mqtt';
  return `${wire}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

/** CONNACK reasons: MQTT 5 §3.2.2.2 and, below 6, MQTT 3.1.1 §3.2.2.3. */
function refusal(failure: unknown, where: string, version: 4 | 5, tls: boolean): BrokerError {
  const code = (failure as { code?: unknown } | undefined)?.code;
  if (failure === undefined) {
    return new BrokerError(
      'protocol',
      `${where} closed the connection without an answer to CONNECT (MQTT ${shown(version)}). Is it ` +
        'an MQTT listener, and does it want TLS?',
    );
  }
  if (tls && code === 'ECONNRESET') {
    return new BrokerError('tls', `${where} reset the connection when TLS began. Is it a TLS port?`, {
      cause: failure,
    });
  }
  if (code === 4 || code === 5 || code === 134 || code === 135 || code === 138 || code === 140) {
    return brokerError(failure, where, 'authentication');
  }
  if (code === 1 || code === 132) {
    return new BrokerError(
      'protocol',
      `${where} does not speak MQTT ${shown(version)}: ${wordsOf(failure)}.`,
      { cause: failure },
    );
  }
  return brokerError(failure, where, typeof code === 'number' ? 'other' : 'protocol');
}

/** Protocol level 4 is what people call 3.1.1. */
export function shown(version: 4 | 5): string {
  return version === 5 ? '5' : '3.1.1';
}

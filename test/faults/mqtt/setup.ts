import { connect as connectMqtt, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { startMosquitto, type MosquittoOptions, type RunningBroker } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { mqttFraming } from '../frames';
import { startProxy, type Proxy } from '../proxy';

/** A Mosquitto of the run's own, with a proxy before it. */
export interface Mosquitto {
  readonly broker: RunningBroker;
  readonly proxy: Proxy;
  /**
   * Connects through the proxy; a client that is cut off comes back by itself. `message` is there before the
   * connection: what a session has kept comes right behind CONNACK.
   */
  connect(options: IClientOptions, message?: (payload: string) => void): Promise<MqttClient>;
}

/** The number of the message that ends a run: when it has come, nothing sent before it will. */
export const END = 0;

export async function withMosquitto<T>(options: MosquittoOptions, act: (on: Mosquitto) => Promise<T>): Promise<T> {
  const broker = await startMosquitto(options);
  const proxy = await startProxy(mqttFraming, broker.port);
  const clients: MqttClient[] = [];
  try {
    return await act({
      broker,
      proxy,
      async connect(given, message) {
        const client = connectMqtt(`mqtt://127.0.0.1:${proxy.port}`, { reconnectPeriod: 50, ...given });
        clients.push(client);
        client.on('error', () => {});
        if (message) client.on('message', (_topic, payload) => message(payload.toString()));
        await new Promise<void>((resolve) => client.once('connect', () => resolve()));
        return client;
      },
    });
  } finally {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await proxy.close();
    await broker.stop();
  }
}

/** A subscriber in this process, which lists what it has processed. */
export interface Subscriber {
  readonly client: MqttClient;
  readonly processed: number[];
  /** Waits for the message that ends a run, and gives what came before. */
  ended(): Promise<number[]>;
}

export async function subscribe(on: Mosquitto, qos: 0 | 1 | 2, clean = false): Promise<Subscriber> {
  const all: number[] = [];
  const client = await on.connect({ clientId: 'billing', clean }, (payload) => all.push(Number(payload)));
  await client.subscribeAsync('orders', { qos });
  return {
    client,
    get processed() {
      return all.filter((n) => n !== END);
    },
    async ended() {
      await until(() => all.includes(END), { what: 'the last message', every: 10 });
      return all.filter((n) => n !== END);
    },
  };
}

/** Publishes the numbers one after the other and gives those whose acknowledgement has come. */
export async function publish(client: MqttClient, qos: 0 | 1 | 2, list: readonly number[]): Promise<number[]> {
  const acknowledged: number[] = [];
  for (const n of list) {
    await client.publishAsync('orders', String(n), { qos });
    acknowledged.push(n);
  }
  return acknowledged;
}

/** Publishes the end of a run, which must not be lost itself: by a client of its own, past the proxy. */
export async function publishEnd(on: Mosquitto): Promise<void> {
  const client = await connectAsync(on.broker.url, { clientId: 'end' });
  await client.publishAsync('orders', String(END), { qos: 1 });
  await client.endAsync();
}

/** Takes a client away without a DISCONNECT, as a network does, and keeps it away. */
export async function takeAway(client: MqttClient): Promise<void> {
  await client.endAsync(true);
}

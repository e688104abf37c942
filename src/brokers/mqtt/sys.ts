import type { MqttClient } from 'mqtt';
import type { ConnectOptions } from '../driver';
import type { BrokerFigures } from '../figures';
import type { BrokerInventory } from '../inventory';
import { deferred, within } from '../wait';
import { clientId, link } from './client';

/** Mosquitto's names; loads are averages of the last minute, per minute. */
const FIGURES: readonly { readonly topic: string; readonly name: string; readonly per?: number; readonly unit?: string }[] = [
  { topic: 'clients/connected', name: 'clients connected' },
  { topic: 'clients/total', name: 'clients known' },
  { topic: 'subscriptions/count', name: 'subscriptions' },
  { topic: 'load/publish/received/1min', name: 'messages in', per: 60, unit: '/s' },
  { topic: 'load/publish/sent/1min', name: 'messages out', per: 60, unit: '/s' },
  { topic: 'publish/messages/received', name: 'messages ever in' },
  { topic: 'publish/messages/sent', name: 'messages ever out' },
  { topic: 'publish/messages/dropped', name: 'messages dropped' },
  { topic: 'retained messages/count', name: 'retained messages' },
];
const ROOT = '$SYS/broker/';
const TOPICS = ['version', ...FIGURES.map(({ topic }) => topic)].map((topic) => ROOT + topic);
/** They are retained, so that they come with the subscription or not at all. */
const FIRST_WITHIN = 3000;
const SUBSCRIBE_WITHIN = 10_000;

const NONE =
  'The broker gives no figures under $SYS/broker, as mosquitto does: it may be of another kind, have them switched ' +
  'off (sys_interval 0), or not let this user read them.';

/**
 * What a broker tells of itself under `$SYS`. One connection is kept over the samples of a session, since
 * each new one would be among the clients that are counted, and in the broker's log.
 */
export class SysWatch {
  private readonly values = new Map<string, string>();
  private client: MqttClient | undefined;

  constructor(
    private readonly options: ConnectOptions,
    private readonly version: 4 | 5,
    private readonly where: string,
  ) {}

  async figures(signal: AbortSignal): Promise<BrokerFigures> {
    await this.listen(signal);
    const broker = FIGURES.flatMap(({ topic, name, per, unit }) => {
      const value = Number(this.values.get(ROOT + topic) ?? NaN);
      return Number.isFinite(value) ? [{ name, value: value / (per ?? 1), ...(unit ? { unit } : {}) }] : [];
    });
    return { at: Date.now(), channels: [], consumers: [], broker, notes: broker.length > 0 ? [] : [NONE] };
  }

  async inventory(about: string, signal: AbortSignal): Promise<BrokerInventory> {
    await this.listen(signal);
    const version = this.values.get(`${ROOT}version`);
    return {
      about: version === undefined ? about : `${version}, ${about}`,
      ...(version === undefined ? {} : { version: version.replace(/^\D*(?=\d)/, '') }),
      channels: [],
      bindings: [],
      policies: [],
      consumers: [],
      notes: [
        'An MQTT broker has no list of topics, and retained messages are not read, since they may be many: name the ' +
          'topics in a file.',
      ],
    };
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.endAsync(true).catch(() => {});
  }

  private async listen(signal: AbortSignal): Promise<void> {
    if (this.client?.connected) return;
    await this.close();
    this.values.clear();
    const { client } = await link(this.options, clientId(this.options), signal, this.version);
    this.client = client;
    const first = deferred<void>();
    client.on('message', (topic, payload) => {
      this.values.set(topic, payload.toString());
      if (this.values.size === TOPICS.length) first.resolve();
    });
    await within(client.subscribeAsync(TOPICS, { qos: 0 }), signal, SUBSCRIBE_WITHIN, this.where).catch(() => {});
    // A broker that has fewer of them is not waited for any longer than this; so is one that refuses them all.
    await within(first.promise, signal, FIRST_WITHIN, this.where).catch(() => {});
  }
}

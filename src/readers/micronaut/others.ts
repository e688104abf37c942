import type { BrokerFact, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { percentDecode } from '../../text/percent';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { nameOfHost, withoutUserInfo } from '../shared/kafkaBroker';
import { parseBrokerUrl } from '../shared/url';
import { extentOf, type Context } from '../spring/context';
import { rabbitBroker } from '../spring/rabbit';
import type { Settings } from '../spring/settings';

/** Reads `rabbitmq.`: one broker, or several in `servers.<name>`. The name of the broker, if there is just one. */
export function readRabbit(c: Context, rabbit: Settings): string | undefined {
  c.skip(rabbit.open);
  const servers = rabbit.below('servers').sections().map((section) => section.inside);
  const names = [rabbit, ...servers].flatMap((settings) => {
    const fact = byUri(c, settings) ?? rabbitBroker(settings, c.dialect);
    return fact === undefined ? [] : [c.broker(fact)];
  });
  return names.length === 1 ? names[0] : undefined;
}

function byUri(c: Context, settings: Settings): BrokerFact | undefined {
  const uri = settings.text('uri');
  if (uri === undefined) return undefined;
  const { scheme, host, path, shown } = parseBrokerUrl(uri.value);
  if (!/^amqps?$/.test(scheme) || host === '') return undefined;
  const vhost = path.replace(/^\//, '');
  return defined<BrokerFact>({
    kind: 'broker', dialect: c.dialect, extent: settings.get('uri')?.extent ?? uri.at,
    name: { value: host, at: uri.at }, protocol: { value: 'rabbitmq', at: uri.at }, url: { value: shown, at: uri.at },
    vhost: settings.text('virtual-host') ?? (vhost === '' ? undefined : { value: percentDecode(vhost), at: uri.at }),
    inferred: 'The file knows the broker by its address.',
  });
}

/** Reads `mqtt.client`: the broker, and the session that publishers and subscribers share. */
export function readMqtt(c: Context, client: Settings): void {
  c.skip(client.open);
  const host = client.text('server-host');
  const uri = client.text('server-uri') ?? host;
  const tls = client.isOn('ssl') ?? client.isOn('use-ssl');
  if (uri !== undefined) {
    const port = client.text('server-port');
    const url = withoutUserInfo(uri)!.value + (uri === host && port !== undefined ? `:${port.value}` : '');
    c.broker(defined<BrokerFact>({
      kind: 'broker', dialect: c.dialect, extent: client.get(uri === host ? 'server-host' : 'server-uri')?.extent ?? uri.at,
      name: { value: nameOfHost(url), at: uri.at }, protocol: { value: 'mqtt', at: uri.at },
      url: { value: url, at: uri.at }, tls, inferred: 'The file knows the broker by its address.',
    }));
  }
  const seconds = client.text('session-expiry-interval');
  const session = defined<PublishSettings & ConsumeSettings>({
    clientId: client.text('client-id'),
    // MQTT 3 calls clean session what MQTT 5 splits into clean start and session expiry.
    cleanStart: client.isOn('clean-start') ?? client.isOn('clean-session'),
    sessionExpiry: seconds !== undefined && /^\d{1,10}$/.test(seconds.value)
      ? { value: Number(seconds.value) * 1_000, at: seconds.at } : undefined,
  });
  const base = {
    dialect: c.dialect, service: c.service, protocol: 'mqtt' as const, extent: extentOf(client.all, c.extent),
  };
  c.facts.push(
    { kind: 'publish', ...base, settings: session } satisfies PublishFact,
    { kind: 'consume', ...base, settings: session } satisfies ConsumeFact,
  );
}

/** Reads `nats.`: the servers of one connection, or those of several by name. */
export function readNats(c: Context, nats: Settings): void {
  c.skip(nats.open);
  const named = nats.sections().filter((section) => !section.inside.isEmpty).map((section) => section.inside);
  for (const settings of [nats, ...named]) {
    const addresses = settings.joined('addresses');
    if (addresses === undefined || addresses === 'open') continue;
    const url: Sourced<string> = withoutUserInfo(addresses)!;
    const tls = settings.isOn('tls');
    const entry = settings.get('addresses') ?? settings.get('addresses[0]');
    c.broker(defined<BrokerFact>({
      kind: 'broker', dialect: c.dialect, extent: entry?.extent ?? url.at,
      name: { value: nameOfHost(url.value), at: url.at }, protocol: { value: 'nats', at: url.at }, url, tls,
      inferred: 'The file knows the broker by its address.',
    }));
  }
}

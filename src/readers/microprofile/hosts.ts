import type { BrokerFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { yesNo } from '../shared/kafkaClient';
import type { Lookup } from '../shared/keyed';
import { placed, type Context } from './context';
import { dialect } from './dialect';
import { attributes } from './values';

/**
 * The broker of a channel whose connector is told a host and a port. Undefined where no host is written: the
 * connectors then try this machine, which says nothing of where the program will run.
 */
export function hostBroker(context: Context, get: Lookup, scheme: 'amqp' | 'mqtt'): string | undefined {
  const say = attributes(get);
  const tls = say.text('ssl') ?? (scheme === 'amqp' ? say.text('use-ssl') : undefined);
  const secure = tls === undefined ? undefined : yesNo(tls);
  const host = hostOf(get);
  if (host === undefined) return undefined;
  const vhost = say.text('virtual-host');
  const usual = scheme === 'amqp' ? '5672' : secure?.value === true ? '8883' : '1883';
  const own = say.text('port')?.value ?? usual;
  const at = host.value.includes(':') ? host.value.split(',')[0]!.trim() : `${host.value}:${own}`;
  const name = vhost === undefined || vhost.value === '/' ? at : `${at}/${vhost.value}`;
  if (!context.brokers.has(name)) {
    context.brokers.set(name, defined<BrokerFact>({
      kind: 'broker', dialect, extent: host.at, name: placed(name, host.at),
      protocol: placed(scheme === 'amqp' ? 'rabbitmq' as const : 'mqtt' as const, host.at),
      url: placed(`${scheme}${secure?.value === true ? 's' : ''}://${at}`, host.at), tls: secure,
      vhost, inferred: 'The file knows the broker by its address.',
    }));
  }
  return name;
}

function hostOf(get: Lookup): { value: string; at: BrokerFact['extent'] } | undefined {
  const addresses = get('addresses');
  if (addresses === 'open') return undefined;
  const host = addresses ?? get('host');
  return host === 'open' ? undefined : host;
}

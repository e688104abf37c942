import type { Sourced } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import type { Protocol } from '../../model/settings';
import { brokerAt, type KnownBroker } from './addresses';
import { textOfCommand } from './commandText';
import { valuesOf } from './options';
import type { ComposeService } from './services';

export interface Exporter {
  readonly name: string;
  readonly protocol: Protocol;
  /** What its command must say before it tells what waits for consumers. */
  readonly needs?: RegExp;
}

/**
 * Tools that tell how far consumers are behind. Those that show only what a server does (JMX, mosquitto's `$SYS`) and
 * consoles that nobody is told by are none of them.
 */
const exporters: readonly (Exporter & { readonly image: RegExp })[] = [
  { name: 'kafka-exporter', protocol: 'kafka', image: /(^|\/)kafka-exporter$/ },
  { name: 'kafka-lag-exporter', protocol: 'kafka', image: /(^|\/)kafka-lag-exporter$/ },
  { name: 'Burrow', protocol: 'kafka', image: /(^|\/)burrow$/ },
  { name: 'KMinion', protocol: 'kafka', image: /(^|\/)kminion$/ },
  { name: 'rabbitmq-exporter', protocol: 'rabbitmq', image: /(^|\/)rabbitmq-exporter$/ },
  // Without `-jsz` it tells of the server alone.
  { name: 'prometheus-nats-exporter', protocol: 'nats', image: /(^|\/)prometheus-nats-exporter$/, needs: /(^|\s)--?jsz\b/ },
];

/** The exporters of a compose file by the name of the broker that each watches. */
export function exportersOf(
  file: SourceFile, services: readonly ComposeService[], known: readonly KnownBroker[],
): ReadonlyMap<string, Sourced<string>> {
  const found = new Map<string, Sourced<string>>();
  for (const service of services) {
    const exporter = service.runs ? exporterIn(service) : undefined;
    const broker = exporter && watched(file, service, exporter.protocol, known);
    if (exporter !== undefined && broker !== undefined && !found.has(broker)) {
      found.set(broker, { value: exporter.name, at: service.imageAt });
    }
  }
  return found;
}

/** The exporter that runs in a container, by its image and what its command says. */
export function exporterIn({ imageText, ...container }: Pick<ComposeService, 'imageText' | 'value' | 'items'>): Exporter | undefined {
  const image = imageText.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const exporter = exporters.find((one) => one.image.test(image));
  return exporter?.needs?.test(textOfCommand(container)) === false ? undefined : exporter;
}

/** The broker that its command or its variables name, else one that it waits for, else the only one. */
function watched(
  file: SourceFile, service: ComposeService, protocol: Protocol, known: readonly KnownBroker[],
): string | undefined {
  const own = known.filter((broker) => broker.protocol === protocol);
  for (const { value, isOpen } of valuesOf(file, service).all) {
    const broker = isOpen || !/[\w-]:\d+/.test(value) ? undefined : brokerAt(own, protocol, value);
    if (broker !== undefined) return broker;
  }
  const waited = own.filter((broker) => [...service.needs].some((name) => broker.names.has(name.toLowerCase())));
  return waited.length === 1 ? waited[0]!.name : own.length === 1 ? own[0]!.name : undefined;
}

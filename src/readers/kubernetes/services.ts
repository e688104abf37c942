import type { Sourced } from '../../text/range';
import { entry, get, isMap, text } from '../../syntax/tree';
import { mapsIn } from '../shared/document';
import { knownText, sourcedNumber } from '../shared/places';
import { serviceAddresses } from './network';
import { podLabels, type Pod } from './pods';
import type { Resource } from './resource';

/** The `Service` objects of the same file that lead to a pod. */
export function servicesOf(pod: Pod, all: readonly Resource[]): Resource[] {
  const labels = podLabels(pod);
  return all.filter((resource) => {
    if (resource.kind !== 'Service' || resource.group !== '' || resource.name === undefined) return false;
    const selector = get(resource.root, 'spec', 'selector');
    if (!isMap(selector) || selector.entries.length === 0) return false;
    const { namespace } = pod.resource;
    const other = resource.namespace;
    if (namespace !== undefined && other !== undefined && namespace !== other) return false;
    return selector.entries.every((e) => labels.get(e.key.text) === text(e.value));
  });
}

/**
 * All addresses of a broker's pods: those of Services in the same file, else those that a Service has by
 * custom, in another file: the name of the workload, or of its label `app`.
 * @param ports the ports at which clients connect; of a Service only these count.
 */
export function addressesOf(pod: Pod, all: readonly Resource[], ports: readonly number[]): Sourced<string>[] {
  const { resource } = pod;
  const services = servicesOf(pod, all);
  const found = services.flatMap((service) => {
    const namespace = service.namespace ?? resource.namespace;
    const own = portsOf(service, ports);
    return own.length === 0 ? [] : serviceAddresses(service.name!, namespace, own);
  });
  if (services.length > 0 || resource.name === undefined) return found;
  const app = knownText(resource.file, get(pod.metadata, 'labels', 'app'));
  const isOther = app !== undefined && app !== 'open' && app.value !== resource.name.value;
  const names = [resource.name, ...(isOther ? [app] : [])];
  return names.flatMap((name) => serviceAddresses(name, resource.namespace, ports));
}

/** The ports of a Service that lead to ports of clients: by number, or by a name such as `amqp`. */
function portsOf(service: Resource, wanted: readonly number[]): number[] {
  return mapsIn(get(service.root, 'spec', 'ports')).flatMap((item) => {
    const port = sourcedNumber(service.file, get(item, 'port'))?.value;
    if (port === undefined) return [];
    const target = entry(item, 'targetPort');
    const number = sourcedNumber(service.file, target?.value)?.value;
    return wanted.includes(number ?? port) || wanted.includes(port) ? [port] : [];
  });
}

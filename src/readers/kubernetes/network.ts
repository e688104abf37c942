import type { Sourced } from '../../text/range';

/**
 * The names by which the pods of a cluster reach a `Service` (DNS for Services and Pods): the bare one within its
 * namespace, the longer ones from everywhere. Without a known namespace there is the bare one only.
 */
export function hostForms(service: string, namespace: string | undefined): readonly string[] {
  if (namespace === undefined || namespace === '') return [service];
  const full = `${service}.${namespace}`;
  return [service, full, `${full}.svc`, `${full}.svc.cluster.local`];
}

/** All `host:port` of a `Service`, at the place that says that it is there. */
export function serviceAddresses(
  service: Sourced<string>, namespace: string | undefined, ports: readonly number[],
): Sourced<string>[] {
  return [...new Set(ports)].flatMap((port) =>
    hostForms(service.value, namespace).map((host) => ({ value: `${host}:${port}`, at: service.at })));
}

/**
 * What else a client's `host:port` list means when it stands in a namespace: bare hosts are Services of that
 * namespace, which others name in full.
 */
export function qualifiedAddresses(hosts: Sourced<string>, namespace: string | undefined): Sourced<string>[] {
  if (namespace === undefined) return [];
  return hosts.value.split(',').flatMap((part) => {
    const match = /^(?:[a-z_]+:\/\/)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?):(\d{1,5})$/i.exec(part.trim());
    if (match === null || match[1] === undefined || match[1].toLowerCase() === 'localhost') return [];
    const port = match[2] ?? '';
    return hostForms(match[1], namespace).slice(1).map((host) => ({ value: `${host}:${port}`, at: hosts.at }));
  });
}

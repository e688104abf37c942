import { baseName, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { OtherFiles, ReadOptions } from '../../model/reader';
import { maskTemplates } from '../../syntax/template';
import { get, text } from '../../syntax/tree';
import { mapsIn } from '../shared/document';
import { brokerProtocol } from './brokers';
import { containersOf, mountedBy, podOf, type Pod } from './pods';
import { resourcesOf, type Resource } from './resource';
import { servicesOf } from './services';

/**
 * Many keep one object a file: `deployment.yaml`, `configmap.yaml` and `service.yaml` side by side. These are the
 * paths at which what a manifest refers to is looked for, by the names that people give such files.
 */
export function neighboursOf(file: SourceFile, resources: readonly Resource[]): readonly string[] {
  const extension = /\.ya?ml$/i.exec(file.path)?.[0];
  if (extension === undefined) return [];
  // A manifest of everything has all that it refers to.
  if (resources.length > maxObjects) return [];
  const names = new Set<string>();
  const stem = baseName(file.path).slice(0, -extension.length);
  for (const resource of resources) {
    const pod = podOf(resource);
    if (pod !== undefined) forWorkload(pod, resources, names, stem);
    else if (resource.kind === 'ConfigMap' && resource.group === '') forConfigMap(resource, resources, names);
  }
  const paths = [...names].flatMap((name) => {
    const renamed = stem.replace(kindInName, name);
    const more = renamed === stem || names.has(renamed) ? [] : [`./${renamed}${extension}`];
    return [`./${name}${extension}`, ...more];
  });
  const absolute = new Set(paths.map((path) => resolvePath(file.path, path)));
  absolute.delete(file.path);
  return [...absolute].slice(0, maxPaths);
}

const maxPaths = 20;
const maxObjects = 50;
const kindInName = /deployments?|deploy|statefulsets?|sts|daemonsets?|configmaps?|cm$/i;

function forWorkload(pod: Pod, resources: readonly Resource[], names: Set<string>, stem: string): void {
  const maps = new Set(resources.flatMap((r) => (r.kind === 'ConfigMap' && r.name ? [r.name.value] : [])));
  const missing = referencedBy(pod).filter((name) => !maps.has(name));
  if (missing.length > 0) {
    const own = missing.slice(0, 3).flatMap((name) => [name, name.replace(/-config$/, '-configmap')]);
    for (const name of ['configmap', 'config', `${stem}-configmap`, ...own]) names.add(name);
  }
  const isBroker = containersOf(pod).some((container) => brokerProtocol(pod, container) !== undefined);
  if (isBroker && servicesOf(pod, resources).length === 0) for (const name of ['service', 'svc']) names.add(name);
}

function forConfigMap(map: Resource, resources: readonly Resource[], names: Set<string>): void {
  const name = map.name?.value;
  if (name === undefined || resources.some((r) => podOf(r) !== undefined)) return;
  const bare = name.replace(/-(config(map)?|cm|env)$/, '');
  for (const file of ['deployment', 'statefulset', bare, `${bare}-deployment`]) names.add(file);
}

/** The ConfigMaps that a pod takes variables or files from. */
function referencedBy(pod: Pod): string[] {
  const named = containersOf(pod).flatMap(({ node }) => [
    ...mapsIn(get(node, 'envFrom')).map((source) => text(get(source, 'configMapRef', 'name'))),
    ...mapsIn(get(node, 'env')).map((item) => text(get(item, 'valueFrom', 'configMapKeyRef', 'name'))),
  ]);
  const mounted = mountedBy(pod).filter((m) => m.kind === 'ConfigMap').map((m) => m.name);
  const all = [...named, ...mounted].filter((name) => name !== undefined);
  return [...new Set(all)].filter((name) => /^[\w.-]{1,100}$/.test(name));
}

/** Longer files are generated, and nobody's neighbours. */
const maxLength = 1 << 18;

/** The objects in neighbouring files that are there. */
export function neighbours(
  paths: readonly string[], others: OtherFiles, options: ReadOptions,
): Resource[] {
  return paths.flatMap((path) => {
    const file = others.get(path);
    if (file === undefined || file.text.length > maxLength || !file.text.includes('apiVersion')) return [];
    const { text: masked } = maskTemplates(file.text);
    return [...resourcesOf({ ...file, text: masked }, options).resources];
  });
}

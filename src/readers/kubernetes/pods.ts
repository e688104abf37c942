import type { SourceRange, Sourced } from '../../text/range';
import { entry, get, isMap, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { imageOf, type Image } from '../compose/images';
import { kindByVariables } from '../compose/services';
import { mapsIn } from '../shared/document';
import { environmentOf } from '../shared/environmentValues';
import { knownText, nodeRange, sourcedText } from '../shared/places';
import type { Resource } from './resource';

/** What a workload runs: the template of its pods. */
export interface Pod {
  readonly resource: Resource;
  readonly metadata: SyntaxNode | undefined;
  readonly spec: MapNode;
}

export interface Container {
  readonly node: MapNode;
  readonly name: string;
  readonly image: Image;
  /** As written, with the place; undefined where it is missing. */
  readonly written: Sourced<string> | undefined;
  readonly extent: SourceRange;
}

/** Where each kind keeps its pods. */
function podNode({ kind, root }: Resource): SyntaxNode | undefined {
  if (kind === 'Pod') return root;
  if (kind === 'CronJob') return get(root, 'spec', 'jobTemplate', 'spec', 'template');
  return get(root, 'spec', 'template');
}

export function podOf(resource: Resource): Pod | undefined {
  const node = podNode(resource);
  const spec = get(node, 'spec');
  return isMap(spec) ? { resource, metadata: get(node, 'metadata'), spec } : undefined;
}

/** The containers that run as long as the pod; those that only prepare it are left out. */
export function containersOf({ resource, spec }: Pod): Container[] {
  return mapsIn(get(spec, 'containers')).map((node) => containerOf(resource, node));
}

/** One container; also of resources that have no pods but the same form of containers. */
export function containerOf({ file }: Resource, node: MapNode): Container {
  const written = sourcedText(file, get(node, 'image'));
  const name = knownText(file, get(node, 'name'));
  const image = imageOf(written?.value ?? '');
  // What an image of one's own holds, where its variables are those of a known one.
  const kind = image.kind ?? kindByVariables(environmentOf(file, get(node, 'env')));
  return {
    node, written, image: kind === image.kind ? image : { ...image, kind }, extent: nodeRange(file, node),
    name: name === undefined || name === 'open' ? '' : name.value,
  };
}

/** The last part of an image's name, if it is known: what the folder of its program may be called. */
export function moduleOf(image: Sourced<string> | undefined): string | undefined {
  if (image === undefined) return undefined;
  const last = image.value.slice(image.value.lastIndexOf('/') + 1).replace(/[:@].*$/s, '');
  return /^[A-Za-z0-9][\w.-]*$/.test(last) ? last : undefined;
}

/** The labels of the pods, by which Services select them. */
export function podLabels(pod: Pod): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const node = get(pod.metadata, 'labels');
  for (const { key, value } of isMap(node) ? node.entries : []) {
    const said = knownText(pod.resource.file, value);
    if (said !== undefined && said !== 'open') labels.set(key.text, said.value);
  }
  return labels;
}

/** A ConfigMap or Secret that a pod mounts, and under which names its entries are seen. */
export interface Mounted {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The file's name for an entry, where the pod gives it another one than the key. */
  readonly paths: ReadonlyMap<string, string>;
}

export function mountedBy({ resource, spec }: Pod): Mounted[] {
  const sources = mapsIn(get(spec, 'volumes')).flatMap((volume): SyntaxNode[] =>
    [volume, ...mapsIn(get(volume, 'projected', 'sources'))]);
  return sources.flatMap((source): Mounted[] => {
    const map = entry(source, 'configMap')?.value;
    const secret = entry(source, 'secret')?.value;
    const said = knownText(resource.file, get(map, 'name') ?? get(secret, 'secretName') ?? get(secret, 'name'));
    if (said === undefined || said === 'open') return [];
    const paths = new Map<string, string>();
    for (const item of mapsIn(get(map ?? secret, 'items'))) {
      const key = knownText(resource.file, get(item, 'key'));
      const path = knownText(resource.file, get(item, 'path'));
      if (key === undefined || key === 'open' || path === undefined || path === 'open') continue;
      paths.set(key.value, path.value);
    }
    return [{ kind: map === undefined ? 'Secret' : 'ConfigMap', name: said.value, paths }];
  });
}

import type { Sourced } from '../../text/range';
import { get, type SyntaxNode } from '../../syntax/tree';
import { sourcedNumber, sourcedText } from '../shared/places';
import type { Resource } from './resource';

/**
 * How many pods of a workload run at a time: as many as a HorizontalPodAutoscaler of the same file may make
 * of it, else as it says itself. Undefined where it says nothing, or is switched off.
 */
export function replicasOf(resource: Resource, all: readonly Resource[]): Sourced<number> | undefined {
  const { file, kind, name, root } = resource;
  const scaler = all.find((other) => {
    const target = other.kind === 'HorizontalPodAutoscaler' ? get(other.root, 'spec', 'scaleTargetRef') : undefined;
    return target !== undefined && name !== undefined && other.file.id === file.id && sourcedText(file, get(target, 'name'))?.value === name.value
      && sourcedText(file, get(target, 'kind'))?.value === kind && other.namespace === resource.namespace;
  });
  return copies(resource, scaler && get(scaler.root, 'spec', 'maxReplicas')) ?? copies(resource, get(root, 'spec', 'replicas'));
}

/** A number of copies that run; none at all is a program that is switched off for now. */
export function copies({ file }: Resource, node: SyntaxNode | undefined): Sourced<number> | undefined {
  const said = sourcedNumber(file, node);
  return said !== undefined && Number.isInteger(said.value) && said.value >= 1 ? said : undefined;
}

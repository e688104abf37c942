import type { Fact } from '../../model/facts';
import { get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { clusterByAddress } from './cluster';
import { mirrorRoutes } from './mirrors';

/** The first MirrorMaker: a consumer at one cluster and a producer at another, names stay as they are. */
export function mirrorMakerFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const source = clusterByAddress(ask, resource, get(spec, 'consumer'));
  const target = clusterByAddress(ask, resource, get(spec, 'producer'));
  const topics = ask.text(get(spec, 'include')) ?? ask.text(get(spec, 'whitelist'));
  const brokers = [source, target].flatMap((fact) => fact ?? []);
  if (topics === undefined) return brokers;
  const name = resource.name?.value;
  return [...brokers, ...mirrorRoutes({
    file: ask.file, extent: resource.extent, from: source?.name.value, to: target?.name.value, topics, prefix: '',
    by: name === undefined ? 'MirrorMaker' : `KafkaMirrorMaker ${name}`,
  })];
}

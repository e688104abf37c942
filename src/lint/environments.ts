import type { Broker, Channel, FlowModel } from '../model/model';
import type { Problem } from '../text/problem';
import type { FileId, SourceRange } from '../text/range';
import { didYouMean } from '../text/suggest';
import type { LintConfig } from './config';

/** Which environment a place speaks of; undefined where nobody says it. */
export type EnvironmentOf = (at: SourceRange) => string | undefined;

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly environment?: string;
}

/**
 * Tells the environment of a finding by its place: that of the broker whose declaration the place lies in, or on which
 * the channel is whose declaration, publish, consume or route it lies in. The innermost counts; a service or schema speaks
 * for an environment if all that it uses is in it. Rules need not know of it.
 * @param otherwise the environment of brokers that state none.
 */
export function environmentsOf(model: FlowModel, otherwise: string | undefined): EnvironmentOf {
  let extents: Map<FileId, Extent[]> | undefined;
  return (at) => {
    extents ??= collect(model, otherwise);
    let best: Extent | undefined;
    for (const extent of extents.get(at.file) ?? []) {
      if (extent.start > at.start || extent.end < at.end) continue;
      const size = extent.end - extent.start;
      const bestSize = best === undefined ? Infinity : best.end - best.start;
      // Of two of one size (a properties file is both a broker and a program) the one that says something.
      if (size < bestSize || (size === bestSize && best?.environment === undefined)) best = extent;
    }
    return best === undefined ? otherwise : best.environment;
  };
}

/**
 * Environments of the configuration that no broker is in, where one of nearly the same name has some: a slip that would
 * otherwise switch nothing. Others may be of brokers that are not in this checkout.
 */
export function unknownEnvironments(model: FlowModel, config: LintConfig): Problem[] {
  if (config.environments.size === 0) return [];
  const known = new Set([...model.brokers.map((broker) => broker.environment?.value), config.environment]
    .filter((name) => name !== undefined).map((name) => name.toLowerCase()));
  return [...config.environments].flatMap(([name, { at }]) => {
    const meant = known.has(name) || at === undefined ? undefined : didYouMean(name, known);
    if (meant === undefined || at === undefined || config.environments.has(meant)) return [];
    return [{
      code: 'config/unknown-environment', severity: 'warning', at,
      message: `No broker is in environment "${name}": its levels hold for nothing. Did you mean "${meant}"?`,
    }];
  });
}

function collect(model: FlowModel, otherwise: string | undefined): Map<FileId, Extent[]> {
  const extents = new Map<FileId, Extent[]>();
  const add = (facts: readonly { readonly extent: SourceRange }[], environment: string | undefined): void => {
    for (const { extent } of facts) {
      const entry = { start: extent.start, end: extent.end, environment };
      const there = extents.get(extent.file);
      if (there === undefined) extents.set(extent.file, [entry]);
      else there.push(entry);
    }
  };
  const ofBroker = (broker: Broker | undefined): string | undefined => broker?.environment?.value ?? otherwise;
  const common = (channels: readonly (Channel | undefined)[]): string | undefined => {
    const all = new Set(channels.map((channel) => ofBroker(channel?.broker)));
    return all.size === 1 ? [...all][0] : otherwise;
  };
  for (const broker of model.brokers) add(broker.facts, ofBroker(broker));
  for (const channel of model.channels) add(channel.declarations, ofBroker(channel.broker));
  for (const route of model.routes) add(route.facts, ofBroker(route.from.broker));
  for (const service of model.services) {
    const edges = [...service.publishes, ...service.consumes];
    add(service.facts, common(edges.map((edge) => edge.channel)));
    // A declaration for all of a service's publishes is one fact of many edges.
    const facts = new Map<{ readonly extent: SourceRange }, (Channel | undefined)[]>();
    for (const edge of edges) for (const fact of edge.facts) facts.set(fact, [...facts.get(fact) ?? [], edge.channel]);
    for (const [fact, channels] of facts) add([fact], common(channels));
  }
  for (const schema of model.schemas) add([schema.fact], common(schema.usedBy));
  return extents;
}

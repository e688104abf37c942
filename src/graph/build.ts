import type { Fact } from '../model/facts';
import type { FlowModel, Route } from '../model/model';
import type { Protocol } from '../model/settings';
import type { Problem } from '../text/problem';
import { compareRanges, type SourceRange } from '../text/range';
import { assignProblems } from './problems';
import { noProblems, type DrawFact, type FlowEdge, type FlowGraph, type FlowNode } from './types';
import {
  brokerDetail,
  channelDetail,
  consumeLabel,
  publishLabel,
  routeLabel,
  serviceDetail,
  settingFacts,
} from './words';

export const serviceId = (name: string): string => `service:${name}`;
export const channelId = (id: string): string => `channel:${id}`;
export const brokerId = (id: string): string => `broker:${id}`;

/**
 * What to draw of a model: every broker, channel and service is a node; every publish, consume and
 * route that knows both its ends is an edge. Several declarations between the same two ends (two
 * binding keys, two files) are one edge that lists them all. Sorted by id.
 * @param problems the workspace's problems; each is counted at the innermost element around it.
 */
export function buildGraph(model: FlowModel, problems: readonly Problem[] = []): FlowGraph {
  const nodes = [...brokerNodes(model), ...channelNodes(model), ...serviceNodes(model)].sort(byId);
  return assignProblems({ nodes, edges: edgesOf(model), problems: noProblems }, problems);
}

function* brokerNodes(model: FlowModel): Iterable<FlowNode> {
  for (const broker of model.brokers) {
    const at = broker.facts[0]?.name.at ?? broker.channels[0]?.at;
    if (at === undefined) continue;
    yield {
      id: brokerId(broker.id),
      kind: 'broker',
      label: broker.id,
      detail: brokerDetail(broker),
      protocol: broker.protocol,
      at,
      extents: broker.facts.map((fact) => fact.extent),
      facts: named({
        version: broker.version?.value,
        environment: broker.environment?.value,
        managed: broker.managed?.value,
        vhost: broker.vhost?.value,
        url: broker.url?.value,
        registry: broker.registry?.value,
        channels: String(broker.channels.length),
        inferred: sentences(...(broker.joins ?? []).map((join) => join.why)),
      }),
      problems: noProblems,
    };
  }
}

function* channelNodes(model: FlowModel): Iterable<FlowNode> {
  for (const channel of model.channels) {
    const { declarations, schema } = channel;
    yield {
      id: channelId(channel.id),
      kind: 'channel',
      // RabbitMQ's default exchange has the empty name; every client calls it the default one.
      label: channel.address === '' ? '(default)' : channel.address,
      detail: channelDetail(channel),
      protocol: channel.protocol,
      broker: channel.broker && brokerId(channel.broker.id),
      channelKind: channel.kind,
      deadLetter: channel.isDeadLetter || undefined,
      undeclared: declarations.length === 0 || undefined,
      at: channel.at,
      extents: declarations.length === 0 ? [channel.at] : declarations.map((fact) => fact.extent),
      facts: [
        ...named({
          broker: channel.broker?.id,
          schema: schema?.written.value,
          inferred: sentences(channel.brokerGuess, schema?.inferred, ...onlyInferred(declarations)),
        }),
        ...settingFacts(channel.settings),
      ],
      problems: noProblems,
    };
  }
}

function* serviceNodes(model: FlowModel): Iterable<FlowNode> {
  for (const service of model.services) {
    const spoken = new Set(
      [...service.publishes, ...service.consumes].map((edge) => edge.protocol ?? edge.channel?.protocol),
    );
    spoken.delete(undefined);
    const only: Protocol | undefined = spoken.size === 1 ? [...spoken][0] : undefined;
    yield {
      id: serviceId(service.name),
      kind: 'service',
      label: service.name,
      detail: serviceDetail(service),
      protocol: only,
      at: service.at,
      extents: service.facts.map((fact) => fact.extent),
      facts: named({
        owner: service.owner?.value,
        client: service.client?.value,
        publishes: String(service.publishes.filter((edge) => edge.channel).length),
        consumes: String(service.consumes.filter((edge) => edge.channel).length),
        inferred: sentences(service.inferred, ...(service.joins ?? []).map((join) => join.why)),
      }),
      problems: noProblems,
    };
  }
}

function edgesOf(model: FlowModel): FlowEdge[] {
  const edges = new Map<string, Draft>();
  for (const publish of model.publishes) {
    if (publish.channel === undefined) continue;
    const from = publish.service.name;
    const to = publish.channel.id;
    add(edges, {
      id: `publish:${from}>${to}`,
      from: serviceId(from),
      to: channelId(to),
      kind: 'publish',
      label: publishLabel(publish),
      at: publish.at,
      extent: publish.fact.extent,
      facts: [...named({ inferred: sentences(...onlyInferred(publish.facts)) }), ...settingFacts(publish.settings)],
      inferred: onlyInferred(publish.facts).length > 0,
    });
  }
  for (const consume of model.consumes) {
    if (consume.channel === undefined) continue;
    const from = consume.channel.id;
    const to = consume.service.name;
    add(edges, {
      id: `consume:${from}>${to}`,
      from: channelId(from),
      to: serviceId(to),
      kind: 'consume',
      label: consumeLabel(consume),
      at: consume.at,
      extent: consume.fact.extent,
      facts: [...named({ inferred: sentences(...onlyInferred(consume.facts)) }), ...settingFacts(consume.settings)],
      inferred: onlyInferred(consume.facts).length > 0,
    });
  }
  for (const route of model.routes) {
    const kind = route.kind === 'dead-letter' ? 'dead-letter' : 'route';
    add(edges, {
      id: `${kind}:${route.from.id}>${route.to.id}`,
      from: channelId(route.from.id),
      to: channelId(route.to.id),
      kind,
      label: routeLabel(route),
      at: route.at,
      extent: route.fact.extent,
      facts: [...named({ inferred: sentences(...onlyInferred(route.facts)) }), ...routeFacts(route)],
      inferred: onlyInferred(route.facts).length > 0,
    });
  }
  return [...edges.values()].map(finish).sort(byId);
}

/** Why something is there that no file says outright; empty where one does. */
function onlyInferred(facts: readonly Fact[]): readonly (string | undefined)[] {
  return facts.some((fact) => fact.inferred === undefined) ? [] : facts.map((fact) => fact.inferred);
}

/** Each sentence once; undefined where there is none. */
function sentences(...all: readonly (string | undefined)[]): string | undefined {
  return [...new Set(all.filter((one) => one !== undefined))].join(' ') || undefined;
}

interface Said {
  readonly label: string;
  readonly at: SourceRange;
  readonly extent: SourceRange;
  readonly facts: readonly DrawFact[];
  readonly inferred: boolean;
}

type EdgeEnds = Pick<FlowEdge, 'id' | 'from' | 'to' | 'kind'>;
interface Draft extends EdgeEnds {
  readonly said: Said[];
}

function add(edges: Map<string, Draft>, edge: EdgeEnds & Said): void {
  const { id, from, to, kind, ...said } = edge;
  const known = edges.get(id);
  if (known === undefined) edges.set(id, { id, from, to, kind, said: [said] });
  else known.said.push(said);
}

/** How many labels of merged edges are written out; an exchange may bind one queue with hundreds of keys. */
const labelsShown = 3;

function finish({ said, ...ends }: Draft): FlowEdge {
  const sorted = said.sort((a, b) => compareRanges(a.at, b.at));
  const first = sorted[0] as Said;
  const labels = [...new Set(sorted.map((one) => one.label).filter((label) => label !== ''))].sort();
  const more = labels.length - labelsShown;
  return {
    ...ends,
    label: labels.slice(0, labelsShown).join(', ') + (more > 0 ? ` +${more}` : ''),
    at: first.at,
    extents: sorted.map((one) => one.extent),
    facts: sorted.flatMap((one) => one.facts),
    ...(sorted.every((one) => one.inferred) ? { inferred: true as const } : {}),
    problems: noProblems,
  };
}

function routeFacts(route: Route): DrawFact[] {
  return named({
    kind: route.kind,
    key: route.key?.value,
    QoS: route.fact.qos?.value.toString(),
    arguments: route.fact.arguments,
    by: route.fact.by,
  });
}

function named(values: Readonly<Record<string, string | undefined>>): DrawFact[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

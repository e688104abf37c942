import type { FlowGuarantee } from '../delivery/guarantee';
import { flowTitle, verdictWords } from '../delivery/guaranteeWords';
import { flowsAt } from '../ide/guarantee/edges';
import type { Broker, Channel, Consume, FlowModel, Publish } from '../model/model';
import { brokerId, channelId, serviceId } from '../graph/build';
import { noProblems, type FlowGraph } from '../graph/types';
import { channelDetail, brokerDetail } from '../graph/words';
import type { Place, ProblemCounts } from '../protocol/common';
import type { BrokerCredentials, BrokerInfo, TreeBroker, TreeChannel, TreeService } from '../protocol/lsp';
import type { FileId, SourceRange } from '../text/range';
import { registryAddress } from '../workspace/registryAddress';
import { tailAddress, unsetVariables } from '../workspace/tailAddress';

type ToPlace = (at: SourceRange) => Place;

/** The side view: brokers, their channels, and the services at each. Channels of no broker come last. */
export function tree(
  model: FlowModel, graph: FlowGraph, place: ToPlace, guarantees: readonly FlowGuarantee[] = [],
): TreeBroker[] {
  const counts = new Map(graph.nodes.map((node) => [node.id, node.problems]));
  const problems = (id: string): ProblemCounts => counts.get(id) ?? noProblems;
  const channels = (of: readonly Channel[]): TreeChannel[] =>
    of.map((channel) => treeChannel(channel, problems(channelId(channel.id)), place, guarantees)).sort(byLabel);
  const brokers = model.brokers
    .map((broker): TreeBroker => ({
      id: brokerId(broker.id),
      label: broker.id,
      detail: brokerDetail(broker),
      protocol: broker.protocol,
      at: placeOf(broker, place),
      problems: problems(brokerId(broker.id)),
      channels: channels(broker.channels),
    }))
    .sort(byLabel);
  const homeless = model.channels.filter((channel) => channel.broker === undefined);
  if (homeless.length === 0) return brokers;
  const rest: TreeBroker = {
    id: 'broker:',
    label: 'No broker named',
    detail: '',
    problems: noProblems,
    channels: channels(homeless),
  };
  return [...brokers, rest];
}

function treeChannel(
  channel: Channel, problems: ProblemCounts, place: ToPlace, guarantees: readonly FlowGuarantee[],
): TreeChannel {
  return {
    id: channelId(channel.id),
    label: channel.address === '' ? '(default)' : channel.address,
    detail: channelDetail(channel),
    protocol: channel.protocol,
    kind: channel.kind,
    at: place(channel.at),
    problems,
    services: [
      ...services(channel.publishes, 'publishes', place, guarantees),
      ...services(channel.consumes, 'consumes', place, guarantees),
    ],
  };
}

/** One entry a service, however many files say it. */
function services(
  edges: readonly (Publish | Consume)[],
  role: TreeService['role'],
  place: ToPlace,
  guarantees: readonly FlowGuarantee[],
): TreeService[] {
  const byName = new Map<string, TreeService>();
  for (const edge of edges) {
    const { service, at } = edge;
    if (byName.has(service.name)) continue;
    const flows = flowsAt(guarantees, edge);
    const lines = flows.slice(0, maxFlows).map((one) => `${flowTitle(one.flow)}: ${verdictWords(one)}`);
    byName.set(service.name, {
      id: serviceId(service.name), label: service.name, role, at: place(at),
      ...(lines.length > 0 && { guarantees: lines }),
    });
  }
  return [...byName.values()].sort(byLabel);
}

/** More make a tooltip that nobody reads to its end. */
const maxFlows = 4;

/** @param textOf gives a file's text, in which the broker's URL may hold placeholders for this environment. */
export function brokerInfo(broker: Broker, place: ToPlace, textOf: (file: FileId) => string): BrokerInfo {
  const address = tailAddress(broker, textOf, process.env);
  const unset = address === undefined ? unsetVariables(broker, textOf, process.env) : [];
  const registry = registryAddress(broker, textOf, process.env);
  return {
    id: brokerId(broker.id),
    name: broker.name,
    protocol: broker.protocol,
    url: address?.url,
    ...(unset.length > 0 && { unset }),
    tls: address?.tls ?? false,
    environment: address === undefined ? broker.environment?.value : address.environment,
    ...(registry && { registry: registry.url }),
    at: placeOf(broker, place),
  };
}

/** User and password in a broker's URL as it is here and now; undefined where it names no user. */
export function brokerCredentials(
  broker: Broker,
  textOf: (file: FileId) => string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): BrokerCredentials | undefined {
  const address = tailAddress(broker, textOf, environment);
  if (address?.user === undefined) return undefined;
  const { url, user, password } = address;
  return { url, user, password };
}

function placeOf(broker: Broker, place: ToPlace): Place | undefined {
  const at = broker.facts[0]?.name.at;
  return at && place(at);
}

function byLabel(a: { readonly label: string }, b: { readonly label: string }): number {
  return a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
}

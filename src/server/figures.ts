import { brokerId } from '../graph/build';
import { figuresOf } from '../graph/figures/index';
import type { Broker, FlowModel } from '../model/model';
import type { Place } from '../protocol/common';
import type { FiguresAnswer, FiguresParams, FigureTargets } from '../protocol/figures';
import type { BrokerInfo } from '../protocol/lsp';
import type { SourceRange } from '../text/range';
import { tapTarget } from '../workspace/tailSource';

/** What could be sampled of each broker: its channels, by the names that the broker has for them. */
export function figureTargets(model: FlowModel, info: (broker: Broker) => BrokerInfo): FigureTargets[] {
  return model.brokers
    .filter(({ channels }) => channels.length > 0)
    .map((broker) => ({
      broker: info(broker),
      protocol: broker.protocol ?? broker.channels.find(({ protocol }) => protocol)?.protocol,
      targets: broker.channels.map(tapTarget),
    }));
}

const nothing: ReturnType<typeof figuresOf> = { elements: [], breaches: [] };

/** What readings say of the graph, each threshold that is exceeded with its place. */
export function figures(
  model: FlowModel,
  { readings, prefix }: FiguresParams,
  place: (at: SourceRange) => Place,
): FiguresAnswer {
  const found = readings.map(({ broker, reading }) => {
    const id = model.brokers.find((one) => brokerId(one.id) === broker)?.id;
    const { elements, breaches } = id === undefined ? nothing : figuresOf(model, id, reading, prefix);
    return { elements, breaches: breaches.map((breach) => ({ ...breach, broker, at: place(breach.at) })) };
  });
  return {
    elements: found.flatMap(({ elements }) => elements),
    breaches: found.flatMap(({ breaches }) => breaches),
  };
}

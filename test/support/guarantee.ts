import type { FlowGuarantee, FlowSetting, Hazard, HazardResult, Station, TraceStep } from '../../src/delivery/guarantee';
import type { Channel, FlowModel } from '../../src/model/model';
import type { Guarantee } from '../../src/model/settings';

/** What a test wants of a guarantee; all else is taken from the model, or is nothing. */
export interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly derived: Guarantee;
  /** False to leave out what the consume declares. */
  readonly declared?: boolean;
  readonly decidedBy?: Hazard;
  readonly hazards?: Partial<Record<Hazard, Partial<HazardResult>>>;
  readonly settings?: readonly FlowSetting[];
}

const never: HazardResult = { faults: null, trace: [], deciding: [] };

/** A guarantee of the flow between two services of a model, over one channel, as somebody wants it to be. */
export function handMade(model: FlowModel, wanted: Wanted): FlowGuarantee {
  const publish = model.publishes.find((p) => p.service.name === wanted.from
    && model.consumes.some((c) => c.service.name === wanted.to && c.channel === p.channel));
  const consume = model.consumes.find((c) => c.service.name === wanted.to && c.channel === publish?.channel);
  if (publish === undefined || consume === undefined) throw new Error(`Nothing flows from ${wanted.from} to ${wanted.to}.`);
  const channel = publish.channel as Channel;
  const stations: Station[] = [
    { kind: 'publisher', service: publish.service }, { kind: 'channel', channel }, { kind: 'consumer', service: consume.service },
  ];
  const said = wanted.declared === false ? undefined : consume.settings.guarantee;
  const result = (hazard: Hazard): HazardResult => ({ ...never, ...wanted.hazards?.[hazard] });
  return {
    flow: {
      id: `${wanted.from} > ${channel.id} > ${wanted.to}`,
      publish, consume, stations, channels: [channel], routes: [], via: [],
    },
    ...(said && { declared: { value: said.value, by: said, who: wanted.to } }),
    derived: wanted.derived,
    hazards: {
      loss: result('loss'), duplication: result('duplication'), reordering: result('reordering'), blocking: result('blocking'),
    },
    decidedBy: wanted.decidedBy,
    settings: wanted.settings ?? [],
    isBounded: false,
  };
}

/** How an acknowledged record is lost with its leader, on two replicas. */
export const lossOfLeader: readonly TraceStep[] = [
  { text: 'checkout sends m1 to the leader of orders.placed.', kind: 'send', message: 1, from: 0, to: 1, replica: 0 },
  { text: 'The leader of orders.placed appends m1.', kind: 'store', message: 1, from: 1, to: 1, replica: 0 },
  { text: 'The leader acknowledges m1 to checkout.', kind: 'acknowledge', message: 1, from: 1, to: 0, replica: 0 },
  { text: 'The leader goes down before a follower has fetched m1.', kind: 'fault', from: 1, to: 1, replica: 0 },
  { text: 'm1 was acknowledged and is never processed.', kind: 'outcome', message: 1, from: 1, to: 2 },
];

/** How a record is processed twice: the consumer goes down between its work and its commit. */
export const doubleWork: readonly TraceStep[] = [
  { text: 'checkout sends m1 to orders.placed.', kind: 'send', message: 1, from: 0, to: 1 },
  { text: 'orders.placed stores m1.', kind: 'store', message: 1, from: 1, to: 1, replica: 0 },
  { text: 'orders.placed acknowledges m1 to checkout.', kind: 'acknowledge', message: 1, from: 1, to: 0 },
  { text: 'billing polls m1.', kind: 'deliver', message: 1, from: 1, to: 2 },
  { text: 'billing processes m1.', kind: 'process', message: 1, from: 2, to: 2 },
  { text: 'billing goes down before it commits its offset.', kind: 'fault', from: 2, to: 2 },
  { text: 'billing polls m1 again.', kind: 'deliver', message: 1, from: 1, to: 2 },
  { text: 'billing processes m1 a second time.', kind: 'process', message: 1, from: 2, to: 2 },
  { text: 'm1 is processed twice.', kind: 'outcome', message: 1, from: 2, to: 2 },
];

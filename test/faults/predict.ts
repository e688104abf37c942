import { guaranteesOf } from '../../src/delivery/guarantees';
import { fixtureModel } from '../support/fixture';
import type { Row } from './row';

/** What the delivery model says of a row's settings. */
export interface Prediction {
  /** Whether the hazard can come with as many faults as the row injects. */
  readonly comes: boolean;
  /** The model's shortest story, sentence by sentence; empty where there is none. */
  readonly story: readonly string[];
}

/** Derives the prediction from the row's flow file: of the whole way of its messages to its reader. */
export function predict(row: Row): Prediction {
  const { model } = fixtureModel(row.flow);
  const [flow] = guaranteesOf(model)
    .filter(({ flow: { consume } }) => consume.service.name === (row.reader ?? 'billing'))
    .sort((a, b) => b.flow.stations.length - a.flow.stations.length);
  if (!flow) throw new Error(`${row.id}: no flow leads to its reader`);
  const { faults, trace } = flow.hazards[row.hazard];
  return { comes: faults !== null && faults <= row.faults, story: trace.map(({ text }) => text) };
}

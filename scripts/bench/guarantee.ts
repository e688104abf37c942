import { buildModel } from '../../src/model/build';
import type { FlowModel } from '../../src/model/model';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { explorationFigures } from '../../src/delivery/stages/stage';
import type { FileId } from '../../src/text/range';
import { readFiles } from '../../src/workspace/read';
import { randomFlows, type RandomFlow } from '../../test/support/randomFlows';
import { median, type Row } from './measure';

const count = 10_000;

/**
 * Deriving what 10,000 flows give. "At first" is with nothing explored yet; "again" is of a model built anew, as
 * after an edit, when each combination of settings has been met before.
 */
export function guaranteeRows(): Row[] {
  const text = flowFile(count);
  const before = heap();
  const first = derivation(modelOf(text));
  const kept = heap() - before;
  const again = Array.from({ length: 3 }, () => derivation(modelOf(text)));
  const { specifications, states } = explorationFigures();
  const n = `${count.toLocaleString('en')} flows`;
  return [
    { name: `derive ${n} at first`, value: first, unit: 'ms' },
    { name: `derive ${n} again`, value: median(again), unit: 'ms', ratio: { of: 'at first', value: median(again) / first } },
    { name: 'distinct specifications', value: specifications, unit: '' },
    { name: 'states explored', value: states, unit: '' },
    { name: 'memory for what is explored, and one model', value: kept, unit: 'MiB' },
  ];
}

/** What derives: stories and what decides are asked of the few flows that are looked at. */
function derivation(model: FlowModel): number {
  const started = performance.now();
  let hazardous = 0;
  for (const { hazards } of guaranteesOf(model)) if (hazards.loss.faults !== null) hazardous++;
  if (hazardous === 0) throw new Error('Nothing was derived.');
  return performance.now() - started;
}

function modelOf(text: string): FlowModel {
  const read = readFiles([{ id: 'file:///bench.flow.yaml' as FileId, path: '/bench.flow.yaml', text }]);
  return buildModel(read.map(({ id, path, dialect, result }) => ({ id, path, dialect, facts: result.facts })), () => false);
}

/** Flows beside each other in one file, with as many brokers as there are kinds of them. */
function flowFile(flows: number): string {
  const random = randomFlows(20);
  const brokers = new Map<string, { readonly name: string; readonly settings: RandomFlow['broker'] }>();
  const channels: Record<string, unknown> = {};
  const services: Record<string, unknown> = {};
  for (let i = 0; i < flows; i++) {
    const { broker, channel, shop, publish, billing, consume } = random.next().value as RandomFlow;
    const key = JSON.stringify(broker);
    const { name } = brokers.get(key) ?? { name: `broker${brokers.size}` };
    if (!brokers.has(key)) brokers.set(key, { name, settings: broker });
    channels[`orders.${i}`] = { ...channel, broker: name };
    services[`shop-${i}`] = { ...shop, publishes: { [`orders.${i}`]: publish } };
    services[`billing-${i}`] = { ...billing, consumes: { [`orders.${i}`]: consume } };
  }
  return JSON.stringify({
    flow: 1, brokers: Object.fromEntries([...brokers.values()].map(({ name, settings }) => [name, settings])), channels, services,
  });
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

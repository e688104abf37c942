import type { Flow, FlowGuarantee } from '../delivery/guarantee';
import { stationName } from '../delivery/guaranteeWords';
import { listWords } from '../lint/words';
import { guaranteesIn } from '../server/guarantees';
import { didYouMeanText } from '../text/suggest';
import { UsageError } from './arguments';
import type { Loaded } from './load';

/** The flows of what was loaded, with what each gives, sorted by id. */
export function flowsOf({ workspace, snapshot }: Loaded): FlowGuarantee[] {
  return [...guaranteesIn(workspace, snapshot.model)]
    .sort((a, b) => (a.flow.id < b.flow.id ? -1 : a.flow.id > b.flow.id ? 1 : 0));
}

/** The flows that pass a service, a channel or a broker of that name. @throws UsageError where none does. */
export function focused(flows: readonly FlowGuarantee[], name: string | undefined): readonly FlowGuarantee[] {
  if (name === undefined) return flows;
  const part = flows.filter(({ flow }) => flow.id === name || namesOf(flow).includes(name));
  if (part.length > 0) return part;
  const guess = didYouMeanText(name, new Set(flows.flatMap(({ flow }) => namesOf(flow))));
  throw new UsageError(`No flow passes a service, channel or broker "${name}".${guess}`);
}

function namesOf({ stations, channels }: Flow): string[] {
  const brokers = channels.flatMap((channel) => (channel.broker === undefined ? [] : [channel.broker.id, channel.broker.name]));
  return [...stations.map(stationName), ...channels.map((channel) => channel.id), ...brokers];
}

/**
 * The one flow that somebody means: by its id, a part of it that no other has, or two or more names on its way
 * (`checkout>billing`). @throws UsageError where none or several are meant.
 */
export function flowNamed(flows: readonly FlowGuarantee[], written: string): FlowGuarantee {
  const exact = flows.find(({ flow }) => flow.id === written);
  if (exact !== undefined) return exact;
  const names = written.split(/>|→/).map((part) => part.trim());
  const going = names.length > 1 ? flows.filter(({ flow }) => goesBy(flow, names)) : [];
  const found = going.length > 0 ? going : partly(flows, written);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new UsageError(`"${written}" is the name of ${found.length} flows: ${listWords(found.map(({ flow }) => `"${flow.id}"`))}.`);
  }
  const ends = flows.map(({ flow }) => `${flow.publish.service.name} > ${flow.consume.service.name}`);
  const guess = didYouMeanText(written, [...flows.map(({ flow }) => flow.id), ...ends, ...flows.flatMap(({ flow }) => namesOf(flow))]);
  throw new UsageError(`There is no flow "${written}".${guess} tailrace guarantee lists them.`);
}

function partly(flows: readonly FlowGuarantee[], written: string): FlowGuarantee[] {
  const whole = flows.filter(({ flow }) => namesOf(flow).includes(written));
  const part = written.toLowerCase();
  return whole.length > 0 ? whole : flows.filter(({ flow }) => flow.id.toLowerCase().includes(part));
}

/** True if the flow begins at the first name, ends at the last and passes the others in this order. */
function goesBy(flow: Flow, names: readonly string[]): boolean {
  const stations = flow.stations.map((station) => [stationName(station), station.kind === 'channel' ? station.channel.id : '']);
  if (!stations[0]?.includes(names[0]!) || !stations.at(-1)?.includes(names.at(-1)!)) return false;
  let at = 0;
  for (const name of names) {
    while (at < stations.length && !stations[at]!.includes(name)) at++;
    if (at++ >= stations.length) return false;
  }
  return true;
}

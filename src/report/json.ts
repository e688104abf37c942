import { stationName } from '../delivery/guaranteeWords';
import type { SourceRange } from '../text/range';
import type { JsonPlace } from '../graph/json';
import { statuses, type Answer, type Checklist, type Status } from './checklist';

/**
 * The checklist as `tailrace report --format json` prints it, with a line break at its end. All keys are always
 * there: `at` is null where no place shows it, `next` where nothing is to be done.
 */
export function checklistJson(checklist: Checklist, place: (at: SourceRange) => JsonPlace): string {
  const answer = (one: Answer): object => ({
    status: one.status, evidence: one.evidence, next: one.next ?? null, at: one.at === undefined ? null : place(one.at),
  });
  const flows = checklist.flows.map(({ guarantee: { flow, declared, derived }, answers }) => ({
    flow: flow.id,
    producer: flow.publish.service.name,
    channels: flow.channels.map((channel) => channel.id),
    consumer: flow.consume.service.name,
    stations: flow.stations.map(stationName),
    declared: declared?.value ?? null,
    derived,
    points: answers.map((one) => ({ id: one.id, ...answer(one) })),
  }));
  const count = (status: Status): number => checklist.whole.filter((one) => one.status === status).length;
  const [met, notMet, unknown] = statuses.map(count);
  const summary = {
    flows: flows.length, met, notMet, unknown,
    points: checklist.whole.map((one) => ({
      id: one.id, ...answer(one),
      counts: { met: one.counts.met, notMet: one.counts['not-met'], unknown: one.counts.unknown },
    })),
  };
  return `${JSON.stringify({ version: 1, flows, summary }, undefined, 2)}\n`;
}

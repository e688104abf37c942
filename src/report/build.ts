import type { FlowGuarantee } from '../delivery/guarantee';
import type { FlowModel } from '../model/model';
import type { Problem } from '../text/problem';
import type { SourceRange } from '../text/range';
import { points, statuses, type Checklist, type FlowChecklist, type PointId, type Status, type WholeAnswer } from './checklist';
import type { Point } from './context';
import { faultsOf } from './faults';
import { commitAfterPoint } from './points/commitAfter';
import { deadLettersPoint } from './points/deadLetters';
import { evolutionPoint } from './points/evolution';
import { failureTestsPoint } from './points/failureTests';
import { guaranteePoint } from './points/guarantee';
import { idempotentPoint } from './points/idempotent';
import { monitoringPoint } from './points/monitoring';
import { producerWaitsPoint } from './points/producerWaits';
import { protocolFitPoint } from './points/protocolFit';
import { schemaPoint } from './points/schema';

const checks: Readonly<Record<PointId, Point>> = {
  schema: schemaPoint,
  guarantee: guaranteePoint,
  'producer-waits': producerWaitsPoint,
  'commit-after-processing': commitAfterPoint,
  'idempotent-consumers': idempotentPoint,
  'dead-letters': deadLettersPoint,
  monitoring: monitoringPoint,
  'failure-tests': failureTestsPoint,
  'protocol-fit': protocolFitPoint,
  evolution: evolutionPoint,
};

export interface ChecklistInput {
  /** The flows with what they give, as the engine derives it. */
  readonly guarantees: readonly FlowGuarantee[];
  /** The linter's findings, as configured: what they are sure of counts here too. */
  readonly problems: Iterable<Problem>;
  /** Tells whether there is a file or folder of that absolute path; without it paths are believed. */
  readonly exists?: (path: string) => boolean;
  /** True where the configuration switches a rule off for a file; without it all are taken to be on. */
  readonly isOff?: (rule: string, at: SourceRange) => boolean;
}

/** The ten points for each flow, sorted by the flows' ids, and for the whole. */
export function checklistOf(model: FlowModel, input: ChecklistInput): Checklist {
  const faults = faultsOf(input.problems);
  const flows = [...input.guarantees]
    .sort((a, b) => (a.flow.id < b.flow.id ? -1 : a.flow.id > b.flow.id ? 1 : 0))
    .map((guarantee): FlowChecklist => {
      const context = { model, guarantee, faults, exists: input.exists, isOff: input.isOff };
      return { guarantee, answers: points.map(({ id }) => ({ id, ...checks[id](context) })) };
    });
  return { flows, whole: points.map(({ id }) => wholeOf(id, flows)) };
}

/** The same checklist of some of its flows, with the whole of these. */
export function partOf(checklist: Checklist, isMeant: (flow: FlowChecklist) => boolean): Checklist {
  const flows = checklist.flows.filter(isMeant);
  return { flows, whole: points.map(({ id }) => wholeOf(id, flows)) };
}

function wholeOf(id: PointId, flows: readonly FlowChecklist[]): WholeAnswer {
  const answers = flows.flatMap((flow) => flow.answers.filter((a) => a.id === id).map((answer) => ({ flow, answer })));
  const counts = Object.fromEntries(statuses.map((s) => [s, answers.filter((a) => a.answer.status === s).length])) as Record<Status, number>;
  const status: Status = counts['not-met'] > 0 ? 'not-met' : counts.unknown > 0 || flows.length === 0 ? 'unknown' : 'met';
  if (flows.length === 0) return { id, status, counts, evidence: 'No file shows a flow: a publish, a channel of a known protocol and a consume that belong together.' };
  const first = answers.find(({ answer }) => answer.status === status);
  const all = flows.length === 1 ? 'the one flow' : `all ${flows.length} flows`;
  const count = counts[status] === flows.length ? all : `${counts[status]} of ${flows.length} flows`;
  const word = status === 'met' ? 'Met' : status === 'not-met' ? 'Not met' : 'Unknown';
  const rest = status === 'not-met' && counts.unknown > 0 ? `, unknown in ${counts.unknown}` : '';
  // What is met is met everywhere: no one flow stands for the others.
  const example = status === 'met' || first === undefined ? '' : ` ${first.flow.guarantee.flow.id}: ${first.answer.evidence}`;
  return {
    id, status, counts, evidence: `${word} in ${count}${rest}.${example}`,
    ...(status === 'met' || first?.answer.at === undefined ? {} : { at: first.answer.at }),
    ...(first?.answer.next === undefined ? {} : { next: first.answer.next }),
  };
}

import type { FlowGuarantee } from '../delivery/guarantee';
import type { SourceRange } from '../text/range';
import { statuses, statusWords, type Checklist, type Status } from './checklist';

/** A place as a report for people shows it. */
export interface ShownPlace {
  /** `shop.flow.yaml:12`. */
  readonly label: string;
  /** An address that a browser or an editor opens, already encoded; absent where none leads there. */
  readonly href?: string;
}
export type PlaceOf = (at: SourceRange) => ShownPlace;

export const statusSigns: Readonly<Record<Status, string>> = { met: '✔', 'not-met': '✘', unknown: '?' };

/** `billing declares exactly-once; the settings give at-least-once.` */
export function guaranteeWords({ declared, derived }: FlowGuarantee): string {
  if (declared === undefined) return `Nobody declares a guarantee; the settings give ${derived}.`;
  return `${declared.who ?? 'The configuration'} declares ${declared.value}; the settings give ${derived}.`;
}

/** `3 flows. Of 10 points 4 are met, 2 not met and 4 unknown.` */
export function summaryWords({ flows, whole }: Checklist): string {
  const count = (status: Status): string => `${whole.filter((one) => one.status === status).length} ${statusWords(status)}`;
  const [met, notMet, unknown] = statuses.map(count);
  return `${flows.length} ${flows.length === 1 ? 'flow' : 'flows'}. Of ${whole.length} points ${met}, ${notMet}, ${unknown}.`;
}

export const unknownNote =
  'Not met means that a file shows it. Unknown means that no file shows it either way; what would settle it stands beside it.';

import type { Broker } from '../model/model';
import type { RegistryComparison } from '../registry/compare';
import type { DriftProblem, DriftRow } from './problem';

/** What a broker's schema registry adds to a comparison. What breaks for those who read is told by `compat`. */
export interface RegistryDifferences {
  readonly problems: readonly DriftProblem[];
  /** Those, and the contracts that the registry has. */
  readonly rows: readonly DriftRow[];
}

export function registryDifferences({ name, registry }: Broker, { found, findings, subjects }: RegistryComparison): RegistryDifferences {
  const known = new Set(found.flatMap(({ subject, versions }) =>
    [subject, ...versions.flatMap(({ references }) => references.map((one) => one.subject))]));
  const unknown = registry === undefined ? [] : subjects.filter((subject) => !known.has(subject));
  const problems = [
    ...findings.filter(({ isBreak }) => !isBreak).map(({ severity, message, contract, check, at, declared, registered }): DriftProblem => ({
      code: 'drift/registry', severity, message, at, subject: `contract ${contract}`, what: check,
      ...(declared !== undefined && { declared }), ...(registered !== undefined && { real: registered }),
    })),
    ...unknown.map((subject): DriftProblem => ({
      code: 'drift/unknown-subject', severity: 'info', at: registry!.at, subject: `subject ${subject}`, what: 'is there', declared: 'no', real: 'yes',
      message: `Subject ${subject} of the registry of ${name} belongs to no contract here, so it is not checked. `
        + 'Add its contract to a file, or delete the subject where nobody needs it.',
    })),
  ];
  return {
    problems,
    rows: [
      ...found.map(({ contract, subject }): DriftRow => ({
        subject: `contract ${contract.name.value}`, what: `subject ${subject}`, declared: 'yes', real: 'yes', at: contract.name.at,
      })),
      ...problems.map(({ message: _, ...row }): DriftRow => row),
    ],
  };
}

/** Says in one line why a registry is left out, beside what the broker itself told. */
export function registryNote(reason: string): string {
  return `The schema registry was not compared: ${reason}`;
}

import { ruleDocsUrl } from '../../lint/ruleDocsUrl';
import { rules } from '../../lint/rules/index';
import type { Severity } from '../../text/problem';
import type { Report, ReportPlace } from '../report';
import type { SarifRule } from './sarif';

/** A change that a contract's or topic's users cannot bear. */
export interface CompatProblem extends ReportPlace {
  /** The check's name, or that of a rule that compares with an earlier state. */
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** The full name of the contract, or of its message; a topic's name where that is what changed. */
  readonly contract: string;
  /** Names of the services that read it, sorted. */
  readonly consumers: readonly string[];
  /** Where these say so; shown, and no part of the JSON. */
  readonly related: readonly (ReportPlace & { readonly message: string })[];
}

/** What `compat --format json` prints, DESIGN §6. */
export function writeCompatJson(problems: readonly CompatProblem[]): string {
  return JSON.stringify({
    version: 1,
    compatible: !problems.some(({ severity }) => severity === 'error'),
    problems: problems.map(({ check, severity, message, contract, file, range, consumers }) =>
      ({ check, severity, message, contract, file, range, consumers })),
  }, null, 2) + '\n';
}

/** The same as other commands' reports, whose writers then print it. */
export function compatReport(problems: readonly CompatProblem[], files: number): Report {
  const count = (severity: Severity): number => problems.filter((problem) => problem.severity === severity).length;
  return {
    version: 1,
    problems: problems.map(({ check, severity, message, file, range, related }) => ({ rule: check, severity, message, file, range, related, fixes: [] })),
    summary: { files, errors: count('error'), warnings: count('warning'), infos: count('info') },
  };
}

/** The checks that were not passed, as SARIF wants rules described. */
export function compatSarifRules(problems: readonly CompatProblem[]): SarifRule[] {
  const byName = new Map(problems.map((problem) => [problem.check, problem]));
  return [...byName.values()].map(({ check, severity }) => {
    const rule = rules.find(({ name }) => name === check);
    if (rule !== undefined) return { name: check, severity: rule.severity, summary: rule.summary, why: rule.why, helpUri: ruleDocsUrl(check) };
    const words = check.toLowerCase().replaceAll('_', ' ');
    return {
      name: check, severity, summary: words.charAt(0).toUpperCase() + words.slice(1),
      why: 'A new version of a contract changes what those who use the earlier one cannot bear, under its compatibility mode.',
      helpUri: ruleDocsUrl('schema/incompatible'),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

import { resolve } from 'node:path';
import { severities, type Severity } from '../text/problem';
import { helpOf, parseArguments, textFlag, UsageError, type Flag } from './arguments';
import { configuredBaselines, readBaseline } from './baseline';
import type { Command } from './command';
import { applySafeFixes } from './fix';
import { withFingerprints } from './fingerprint';
import { writeGithub } from './formats/github';
import { writeJson } from './formats/json';
import { writeJunit } from './formats/junit';
import { writePretty } from './formats/pretty';
import { writeSarif } from './formats/sarif';
import { load, type Loaded } from './load';
import { toReport, type Report } from './report';
import { describedRules } from './rules';
import { withoutSecrets } from './secrets';
import { version } from './version';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to print', choices: ['pretty', 'json', 'sarif', 'junit', 'github'] },
  'fail-on': { value: 'SEVERITY', text: 'exit with 1 from this severity up', choices: [...severities, 'never'] },
  fix: { text: 'apply the safe fixes to the files first' },
  baseline: { value: 'FILE', text: 'leave out what this output of --format json already has' },
  config: { value: 'FILE', text: 'use this configuration instead of tailrace.config.yaml' },
  quiet: { text: 'print errors only' },
  help: { text: 'show this help' },
};

export const check: Command = async (argv) => {
  const parsed = parseArguments('check', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('check [paths]', 'Lints topology and contract files; paths default to the current folder.', flags));
    return 0;
  }
  const cwd = process.cwd();
  const baseline = textFlag(parsed, 'baseline');
  const flagged = baseline === undefined ? undefined : readBaseline(resolve(cwd, baseline), cwd, cwd);
  const config = textFlag(parsed, 'config');
  let loaded = load(parsed.positionals, cwd, config === undefined ? undefined : configPath(config, cwd));
  if (parsed.flags['fix']) {
    const fixed = applySafeFixes(loaded, cwd);
    loaded = fixed.loaded;
    process.stderr.write(`tailrace: applied ${fixed.applied} safe ${fixed.applied === 1 ? 'fix' : 'fixes'}.\n`);
  }
  const report = without(reportOf(loaded), flagged ?? configuredBaselines(loaded, cwd));
  const shown = parsed.flags['quiet'] ? without(report, (p) => p.severity !== 'error') : report;
  process.stdout.write(write(shown, textFlag(parsed, 'format') ?? 'pretty', loaded));
  return fails(report, textFlag(parsed, 'fail-on') ?? 'error') ? 1 : 0;
};

function reportOf(loaded: Loaded): Report {
  const { snapshot, places } = loaded;
  const report = toReport([...snapshot.problems.values()].flat(), snapshot.model.files.size, places);
  return withFingerprints(report, withoutSecrets(loaded));
}

function without(report: Report, drop: (problem: Report['problems'][number]) => boolean): Report {
  const problems = report.problems.filter((p) => !drop(p));
  const count = (severity: Severity): number => problems.filter((p) => p.severity === severity).length;
  return {
    ...report, problems,
    summary: { ...report.summary, errors: count('error'), warnings: count('warning'), infos: count('info') },
  };
}

function write(report: Report, format: string, loaded: Loaded): string {
  switch (format) {
    case 'json': return writeJson(report);
    case 'sarif': return writeSarif(report, describedRules(), version);
    case 'junit': return writeJunit(report);
    case 'github': return writeGithub(report);
    default: return writePretty(report, withoutSecrets(loaded), process.stdout.isTTY === true && !process.env['NO_COLOR']);
  }
}

function fails(report: Report, failOn: string): boolean {
  const limit = severities.indexOf(failOn as Severity);
  return report.problems.some((p) => severities.indexOf(p.severity) <= limit);
}

function configPath(config: string, cwd: string): string {
  if (config === '') throw new UsageError('--config takes a file.');
  return resolve(cwd, config);
}

import { resolve } from 'node:path';
import { compatModes, parseMode, type CompatMode } from '../contracts/compat';
import { neighbours } from '../contracts/neighbours';
import { severities, type Severity } from '../text/problem';
import { pathOfNative } from '../workspace/uri';
import { openBaseline, type OpenBaseline } from './against';
import { helpOf, parseArguments, textFlag, UsageError, type Flag } from './arguments';
import { brokenBetween, brokenBy, compareCompat, contractFiles, documentFiles, repartitioned } from './broken';
import type { Command } from './command';
import { compatSarifRules, compatReport, writeCompatJson, type CompatProblem } from './formats/compat';
import { writePretty } from './formats/pretty';
import { writeSarif } from './formats/sarif';
import { movesOf, removedContracts, removedDocuments, removedImports } from './gone';
import { invalidFiles } from './invalid';
import { load, type Loaded } from './load';
import { registryProblems } from './registry';
import { withoutSecrets } from './secrets';
import { version } from './version';

const flags: Record<string, Flag> = {
  against: { value: 'REF|DIR|URL', text: 'compare with a commit, a folder or a schema registry; default: where this branch left the default one' },
  mode: { value: 'MODE', text: 'use this mode instead of what each contract says (default backward)' },
  'breaking-consumers': { text: 'count only what concerns a consumer that some file names' },
  format: { value: 'FORMAT', text: 'how to print', choices: ['pretty', 'json', 'sarif'] },
  'fail-on': { value: 'SEVERITY', text: 'exit with 1 from this severity up', choices: [...severities, 'never'] },
  config: { value: 'FILE', text: 'use this configuration instead of tailrace.config.yaml' },
  help: { text: 'show this help' },
};

/** Compares contracts with what they were. */
export const compat: Command = async (argv) => {
  const parsed = parseArguments('compat', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('compat [paths]', 'Says what contracts break for those who use them as they were; paths default to the current folder.', flags));
    return 0;
  }
  const cwd = process.cwd();
  const config = textFlag(parsed, 'config');
  const loaded = load(parsed.positionals, cwd, config === undefined ? undefined : resolve(cwd, config));
  const roots = (parsed.positionals.length > 0 ? parsed.positionals : ['.']).map((path) => resolve(cwd, path));
  const flagged = textFlag(parsed, 'against');
  const against = flagged ?? loaded.workspace.lintConfig(`${pathOfNative(roots[0] ?? cwd)}/x`).compatAgainst;
  const mode = modeFlag(textFlag(parsed, 'mode'));
  const isRegistry = against !== undefined && /^https?:\/\//i.test(against);
  // Credentials go only where the caller sends them, not where a file of the folder says.
  if (isRegistry && flagged === undefined) throw new UsageError('compat.against of a configuration names a commit; give a registry with --against.');
  const all = isRegistry
    ? await registryProblems(against, loaded, mode)
    : against !== undefined ? problemsAgainst(loaded, await openBaseline(against, roots, cwd), mode)
    : await problemsWithin(loaded, roots, cwd, mode);
  const problems = parsed.flags['breaking-consumers'] ? all.filter((problem) => problem.consumers.length > 0) : all;
  process.stdout.write(write(problems, textFlag(parsed, 'format') ?? 'pretty', loaded));
  const limit = severities.indexOf((textFlag(parsed, 'fail-on') ?? 'error') as Severity);
  return problems.some((problem) => severities.indexOf(problem.severity) <= limit) ? 1 : 0;
};

function modeFlag(text: string | undefined): CompatMode | undefined {
  if (text === undefined) return undefined;
  const mode = parseMode(text);
  if (mode === undefined) throw new UsageError(`--mode takes ${compatModes.join(', ')}; not "${text}".`);
  return mode;
}

/**
 * Against where the branch left the default one, and between versions that lie beside each other. Without git the latter
 * alone are compared, if there are some, and the other comparison is said to be left out.
 */
async function problemsWithin(loaded: Loaded, roots: readonly string[], cwd: string, mode: CompatMode | undefined): Promise<readonly CompatProblem[]> {
  const between = brokenBetween(loaded, mode);
  const hasNeighbours = [...neighbours(loaded.snapshot.model, (path) => loaded.workspace.text(path), { mode })].length > 0;
  const baseline = await openBaseline(undefined, roots, cwd).catch((error: unknown) => {
    if (!(error instanceof UsageError) || !hasNeighbours) throw error;
    process.stderr.write(`Only versions beside each other are compared: ${error.message}\n`);
    return undefined;
  });
  return [...between, ...(baseline === undefined ? [] : problemsAgainst(loaded, baseline, mode))].sort(compareCompat);
}

/** What is broken, what is gone, and which keys move. */
export function problemsAgainst(loaded: Loaded, baseline: OpenBaseline, mode: CompatMode | undefined): readonly CompatProblem[] {
  const [files, documents] = [contractFiles(loaded, baseline.folder), documentFiles(loaded, baseline.folder)];
  const invalid = invalidFiles(loaded, baseline);
  const isRead = (path: string): boolean => !invalid.unread.has(path);
  const moves = movesOf(loaded, baseline, files, documents, isRead);
  return [
    ...mode === 'none' ? [] : invalid.problems,
    ...brokenBy(loaded, files.filter(({ file }) => isRead(file.path)), baseline, { mode, except: baseline.folder }, documents.filter(({ path }) => isRead(path)), moves),
    ...removedContracts(loaded, baseline, moves, files, mode),
    ...removedImports(loaded, baseline, moves, files, mode),
    ...removedDocuments(loaded, baseline, moves, { mode, documents: documents.map(({ path }) => path) }),
    ...repartitioned(loaded, baseline),
  ].sort(compareCompat);
}

function write(problems: readonly CompatProblem[], format: string, loaded: Loaded): string {
  if (format === 'json') return writeCompatJson(problems);
  const report = compatReport(problems, loaded.snapshot.model.files.size);
  if (format === 'sarif') return writeSarif(report, compatSarifRules(problems), version);
  return writePretty(report, withoutSecrets(loaded), process.stdout.isTTY === true && !process.env['NO_COLOR']);
}

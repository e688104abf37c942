import ignore, { type Ignore } from 'ignore';
import { decode } from './decode';
import { isCandidate, type FileAccess } from './files';

/** Folders that hold other people's or made files, also where nobody ignores them. */
const skipped = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'dist',
  'out',
  'build',
  'target',
  'coverage',
  'generated',
  'vendor',
  '.gradle',
  '.idea',
  '.vscode-test',
  '.next',
  '.nuxt',
  '.cache',
  '.yarn',
  '.pnpm-store',
  '.parcel-cache',
  '.turbo',
  '.nx',
  '.angular',
  '.svelte-kit',
  '.output',
  '.nyc_output',
  '.serverless',
  '.aws-sam',
  'cdk.out',
  '.m2',
  '.metals',
  '.bloop',
  '.bsp',
  '.vs',
  'obj',
  'Pods',
  '.dart_tool',
  'site-packages',
  '.eggs',
  '.direnv',
  '.history',
  '.terraform',
  '.terragrunt-cache',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
]);

/** Told of a folder that is left out by its name alone, though no `.gitignore` says so. */
export type OnGenerated = (path: string) => void;

interface IgnoreFile {
  /** The folder that the patterns are relative to. */
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * The paths of all files below a folder that a reader may recognize, without what `.gitignore`
 * files leave out, sorted within each folder. Lazy, so that the caller can pause in large trees.
 */
export function* walk(files: FileAccess, root: string, onGenerated: OnGenerated = () => {}): Generator<string> {
  yield* walkFolder(files, root, outerIgnores(files, root), onGenerated);
}

function* walkFolder(
  files: FileAccess, folder: string, outer: readonly IgnoreFile[], onGenerated: OnGenerated,
): Generator<string> {
  const entries = [...files.entries(folder)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = entries.some((e) => e.name === '.gitignore') ? ignoreFile(files, folder) : undefined;
  const ignores = own === undefined ? outer : [...outer, own];
  for (const { name, kind } of entries) {
    const path = `${folder}/${name}`;
    if (kind === 'folder') {
      if (isIgnored(ignores, `${path}/`)) continue;
      if (skipped.has(name)) onGenerated(path);
      else yield* walkFolder(files, path, ignores, onGenerated);
    } else if (isCandidate(path) && !isIgnored(ignores, path)) {
      yield path;
    }
  }
}

/** True if a scan of `root` would not come to this file: for files that an event tells of. */
export function isLeftOut(files: FileAccess, root: string, path: string): boolean {
  const ignores = [...outerIgnores(files, root)];
  let folder = root;
  const parts = path.slice(root.length + 1).split('/');
  for (const [i, part] of parts.entries()) {
    const own = ignoreFile(files, folder);
    if (own !== undefined) ignores.push(own);
    const isLast = i === parts.length - 1;
    folder = `${folder}/${part}`;
    if (!isLast && skipped.has(part)) return true;
    if (isIgnored(ignores, isLast ? folder : `${folder}/`)) return true;
  }
  return !isCandidate(path);
}

function isIgnored(ignores: readonly IgnoreFile[], path: string): boolean {
  let result = false;
  // The nearest file speaks last: it may take back what an outer one ignores.
  for (const { folder, rules } of ignores) {
    const verdict = rules.test(path.slice(folder.length + 1));
    if (verdict.ignored) result = true;
    else if (verdict.unignored) result = false;
  }
  return result;
}

function ignoreFile(files: FileAccess, folder: string): IgnoreFile | undefined {
  const bytes = files.read(`${folder}/.gitignore`);
  const text = bytes && decode(bytes);
  return text === undefined ? undefined : { folder, rules: ignore().add(text) };
}

/** The ignore files of the folders around `root`, up to the top of its repository. */
function outerIgnores(files: FileAccess, root: string): readonly IgnoreFile[] {
  const found: IgnoreFile[] = [];
  let folder = root;
  while (!files.entries(folder).some((e) => e.name === '.git')) {
    const end = folder.lastIndexOf('/');
    if (end <= 0) return [];
    folder = folder.slice(0, end);
    const own = ignoreFile(files, folder);
    // Whoever opens an ignored folder wants to see it: rules that leave out all of it do not count.
    if (own !== undefined && !own.rules.ignores(`${root.slice(folder.length + 1)}/`)) found.unshift(own);
  }
  return found;
}

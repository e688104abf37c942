import picomatch from 'picomatch/posix';
import type { Guarantee, Protocol } from '../model/settings';
import type { Severity } from '../text/problem';
import type { SourceRange } from '../text/range';
import type { Rule } from './rule';

export type Level = 'off' | Severity;
export const levels: readonly Level[] = ['off', 'info', 'warning', 'error'];

/** A rule id, `group/*` or `*`, and what to make of its findings. */
export interface LevelEntry {
  readonly pattern: string;
  readonly level: Level;
  /** Where it is written; absent for editor settings. */
  readonly at?: SourceRange;
}

export interface Override {
  readonly files: readonly string[];
  readonly rules: readonly LevelEntry[];
}

export interface EnvironmentLevels {
  readonly rules: readonly LevelEntry[];
  /** Where the environment is named. */
  readonly at?: SourceRange;
}

export type Preset = 'recommended' | 'strict' | 'all' | 'none';
export const presets: Readonly<Record<Preset, string>> = {
  recommended: 'Every rule that is on by default; a finding counts less where nobody declares a guarantee, or less is known.',
  strict: 'Also the rules that are off by default because they are noisy on an existing folder.',
  all: 'As `strict`, and every finding counts as much as its rule says, declared guarantee or not.',
  none: 'No rule; `rules` switches on what you want.',
};

/** What names of channels must look like: for all, and by protocol. Regular expressions over whole addresses. */
export type Naming = Partial<Record<Protocol | 'all', string>>;

/** The configuration of one folder: `tailrace.config.yaml` with the editor's settings over it. */
export interface LintConfig {
  /** Absolute path of the folder that globs are relative to, without a slash at the end. */
  readonly folder: string;
  readonly presets: readonly Preset[];
  readonly rules: readonly LevelEntry[];
  readonly overrides: readonly Override[];
  /** Levels for findings about brokers of an environment, and what is on them; names in lower case. */
  readonly environments: ReadonlyMap<string, EnvironmentLevels>;
  /** Globs of files whose problems are not reported. */
  readonly exclude: readonly string[];
  /** The guarantee that publishes and consumes want where they declare none. */
  readonly guarantee?: Guarantee;
  /** The profiles in force where files tell `dev`, `test` and `prod` apart, with commas; see `ReadOptions`. */
  readonly profile?: string;
  /** Dialects whose files are left alone. */
  readonly disabledDialects: readonly string[];
  /** The environment of brokers that state none. */
  readonly environment?: string;
  readonly naming?: Naming;
  /** Path of the baseline file, relative to the folder. */
  readonly baseline?: string;
  /** The commit that contracts are compared with: `against` of `compat`. Without it, where the branch left the default one. */
  readonly compatAgainst?: string;
  /** `tailrace.rules` of the editor: wins over everything the file says. */
  readonly settings?: readonly LevelEntry[];
}

export const defaultConfig: LintConfig = {
  folder: '', presets: [], rules: [], overrides: [], environments: new Map(), exclude: [], disabledDialects: [],
};

/** Editor settings of the same names; what they say wins over the file. */
export interface ConfigSettings {
  readonly rules?: Readonly<Record<string, unknown>>;
  readonly exclude?: readonly string[];
  readonly guarantee?: string;
  readonly profile?: string;
  readonly disabledDialects?: readonly string[];
  readonly environment?: string;
  readonly baseline?: string;
  readonly compatAgainst?: string;
}

/** Lays the editor's settings over a configuration. Values of a wrong type are left out. */
export function withSettings(config: LintConfig, settings: ConfigSettings): LintConfig {
  const entries = Object.entries(settings.rules ?? {})
    .flatMap(([pattern, level]) => (isLevel(level) ? [{ pattern, level }] : []));
  return {
    ...config,
    settings: entries,
    exclude: [...config.exclude, ...(Array.isArray(settings.exclude) ? settings.exclude.filter((g) => typeof g === 'string') : [])],
    guarantee: isGuarantee(settings.guarantee) ? settings.guarantee : config.guarantee,
    profile: settings.profile || config.profile,
    disabledDialects: [...config.disabledDialects, ...(settings.disabledDialects ?? [])],
    environment: settings.environment || config.environment,
    baseline: settings.baseline || config.baseline,
    compatAgainst: settings.compatAgainst || config.compatAgainst,
  };
}

export function isLevel(value: unknown): value is Level {
  return levels.some((level) => level === value);
}

export const guarantees: readonly Guarantee[] = ['best-effort', 'at-most-once', 'at-least-once', 'exactly-once'];

export function isGuarantee(value: unknown): value is Guarantee {
  return guarantees.some((guarantee) => guarantee === value);
}

/** Answers what a configuration says of a rule in a file. Keeps what it has found out: make one a run. */
export interface LevelTable {
  /**
   * `default` where nobody says anything: the finding's own severity, if the rule is on by default.
   * @param environment that of the broker that the finding is about, see `environments.ts`.
   */
  levelOf(rule: string, path: string, environment?: string): Level | 'default';
  isExcluded(path: string): boolean;
}

/**
 * Later layers win: presets, `rules`, those of the environment, then each override whose globs take the file in, then
 * the editor's settings. Within a layer an exact id wins over `group/*`, and that over `*`; of equals the later.
 */
export function levelTable(config: LintConfig): LevelTable {
  const overrides = config.overrides.map((o) => ({ matches: matcher(config.folder, o.files), rules: o.rules }));
  const excluded = config.exclude.length === 0 ? () => false : matcher(config.folder, config.exclude);
  const base = config.presets.includes('none') ? 'off' : 'default';
  const layersOf = new Map<string, readonly (readonly LevelEntry[])[]>();
  const layers = (path: string, environment: string | undefined): readonly (readonly LevelEntry[])[] => {
    const own = environment === undefined ? undefined : config.environments.get(environment.toLowerCase())?.rules;
    const key = own === undefined ? path : `${path}\n${environment}`;
    let found = layersOf.get(key);
    if (found === undefined) {
      found = [
        config.rules, own ?? [], ...overrides.filter((o) => o.matches(path)).map((o) => o.rules), config.settings ?? [],
      ].filter((layer) => layer.length > 0);
      layersOf.set(key, found);
    }
    return found;
  };
  return {
    levelOf: (rule, path, environment) => {
      let level: Level | 'default' = base;
      for (const layer of layers(path, environment)) level = mostSpecific(layer, rule)?.level ?? level;
      return level;
    },
    isExcluded: excluded,
  };
}

/** True if the rule is on where nobody says otherwise. */
export function isOnByDefault(rule: Rule, config: LintConfig): boolean {
  return rule.enabled !== false || config.presets.includes('strict') || config.presets.includes('all');
}

/** False if the rule is off everywhere: what it would find need not be looked for. */
export function mayReport(rule: Rule, config: LintConfig): boolean {
  if (isOnByDefault(rule, config) && !config.presets.includes('none')) return true;
  const lists = [config.rules, config.settings ?? [], ...[...config.environments.values()].map((e) => e.rules), ...config.overrides.map((o) => o.rules)];
  return lists.some((list) => list.some(({ pattern, level }) => level !== 'off' && matchRank(pattern, rule.name) > 0));
}

function mostSpecific(entries: readonly LevelEntry[], rule: string): LevelEntry | undefined {
  let best: LevelEntry | undefined;
  let bestRank = 0;
  for (const entry of entries) {
    const rank = matchRank(entry.pattern, rule);
    if (rank > 0 && rank >= bestRank) {
      best = entry;
      bestRank = rank;
    }
  }
  return best;
}

/** 3 for the id itself, 2 for its group, 1 for all, 0 for no match. */
export function matchRank(pattern: string, rule: string): 0 | 1 | 2 | 3 {
  if (pattern === rule) return 3;
  if (pattern === '*') return 1;
  return pattern.endsWith('/*') && rule.startsWith(pattern.slice(0, -1)) ? 2 : 0;
}

/** A name without a slash matches at any depth, and a folder's glob takes in all below it, as in .gitignore. */
function matcher(folder: string, globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.flatMap((glob) => {
    const bare = glob.replace(/^\.\//, '').replace(/^\//, '').replace(/\/$/, '');
    const deep = bare.includes('/') || glob.startsWith('/') ? bare : `**/${bare}`;
    return [deep, `${deep}/**`];
  });
  const matches = picomatch(patterns, { dot: true });
  return (path) => matches(path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path.replace(/^\//, ''));
}

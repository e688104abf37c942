import picomatch from 'picomatch/posix';
import type { Guarantee } from '../model/settings';
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

export type Preset = 'recommended' | 'strict' | 'none';
export const presets: Readonly<Record<Preset, string>> = {
  recommended: 'Every rule that is on by default, at its own severity.',
  strict: 'Also the rules that are off by default because they are noisy on an existing folder.',
  none: 'No rule; `rules` switches on what you want.',
};

/** The configuration of one folder: `tailrace.config.yaml` with the editor's settings over it. */
export interface LintConfig {
  /** Absolute path of the folder that globs are relative to, without a slash at the end. */
  readonly folder: string;
  readonly presets: readonly Preset[];
  readonly rules: readonly LevelEntry[];
  readonly overrides: readonly Override[];
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
  /** Path of the baseline file, relative to the folder. */
  readonly baseline?: string;
  /** `tailrace.rules` of the editor: wins over everything the file says. */
  readonly settings?: readonly LevelEntry[];
}

export const defaultConfig: LintConfig = {
  folder: '', presets: [], rules: [], overrides: [], exclude: [], disabledDialects: [],
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
  /** `default` where nobody says anything: the finding's own severity, if the rule is on by default. */
  levelOf(rule: string, path: string): Level | 'default';
  isExcluded(path: string): boolean;
}

/**
 * Later layers win: presets, `rules`, then each override whose globs take the file in, then the
 * editor's settings. Within a layer an exact id wins over `group/*`, and that over `*`; of equals
 * the later.
 */
export function levelTable(config: LintConfig): LevelTable {
  const overrides = config.overrides.map((o) => ({ matches: matcher(config.folder, o.files), rules: o.rules }));
  const excluded = config.exclude.length === 0 ? () => false : matcher(config.folder, config.exclude);
  const base = config.presets.includes('none') ? 'off' : 'default';
  const layersOf = new Map<string, readonly (readonly LevelEntry[])[]>();
  const layers = (path: string): readonly (readonly LevelEntry[])[] => {
    let found = layersOf.get(path);
    if (found === undefined) {
      found = [config.rules, ...overrides.filter((o) => o.matches(path)).map((o) => o.rules), config.settings ?? []]
        .filter((layer) => layer.length > 0);
      layersOf.set(path, found);
    }
    return found;
  };
  return {
    levelOf: (rule, path) => {
      let level: Level | 'default' = base;
      for (const layer of layers(path)) level = mostSpecific(layer, rule)?.level ?? level;
      return level;
    },
    isExcluded: excluded,
  };
}

/** True if the rule is on where nobody says otherwise. */
export function isOnByDefault(rule: Rule, config: LintConfig): boolean {
  return rule.enabled !== false || config.presets.includes('strict');
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

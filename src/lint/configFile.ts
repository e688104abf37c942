import { parseYaml } from '../syntax/yaml';
import { isMap, isScalar, isSeq, text, type Entry, type SyntaxNode } from '../syntax/tree';
import type { Problem, Severity } from '../text/problem';
import { rangeIn, dirName, type SourceFile } from '../text/sourceFile';
import type { SourceRange, Sourced } from '../text/range';
import { didYouMeanText } from '../text/suggest';
import {
  defaultConfig, guarantees, isGuarantee, isLevel, levels, presets,
  type EnvironmentLevels, type LevelEntry, type LintConfig, type Naming, type Override, type Preset,
} from './config';
import { protocols } from '../model/settings';
import { unknownRuleMessage } from './ruleNames';
import { rules as allRules } from './rules/index';

/** The file's name, at the root of a folder. */
export const configFileName = 'tailrace.config.yaml';

const keys = [
  'rules', 'presets', 'overrides', 'environments', 'exclude', 'disabledDialects', 'profile', 'guarantee', 'environment',
  'naming', 'baseline', 'compat',
];

/**
 * Reads `tailrace.config.yaml`. Never throws: what cannot be understood is left out and becomes a
 * problem `config/…` in that file.
 * @param ruleNames the rules that may be named; all of them by default.
 */
export function parseConfig(
  file: SourceFile, ruleNames: readonly string[] = allRules.map((r) => r.name),
): { config: LintConfig; problems: Problem[] } {
  const reader = new ConfigReader(file, ruleNames);
  return { config: reader.read(), problems: reader.problems };
}

class ConfigReader {
  readonly problems: Problem[] = [];

  constructor(private readonly file: SourceFile, private readonly ruleNames: readonly string[]) {}

  read(): LintConfig {
    const tree = parseYaml(this.file.text);
    for (const p of tree.problems) this.report(p.code, p.message, rangeIn(this.file, p.start, p.end));
    const config: { -readonly [K in keyof LintConfig]: LintConfig[K] } = { ...defaultConfig, folder: dirName(this.file.path) };
    const root = tree.roots[0];
    if (root === undefined || (isScalar(root) && root.value === null)) return config;
    if (!isMap(root)) {
      this.report('config/wrong-type', `A configuration is a map with the keys ${keys.join(', ')}.`, this.at(root));
      return config;
    }
    for (const entry of root.entries) this.readKey(entry, config);
    return config;
  }

  private readKey(entry: Entry, config: { -readonly [K in keyof LintConfig]: LintConfig[K] }): void {
    const key = entry.key.text;
    const value = entry.value;
    if (!keys.includes(key)) {
      this.report('config/unknown-key', `Tailrace's configuration has no key "${key}".${didYouMeanText(key, keys)}`, this.at(entry.key));
    } else if (value === undefined) {
      return;
    } else if (key === 'rules') {
      config.rules = this.levels(value);
    } else if (key === 'overrides') {
      config.overrides = this.items(value).flatMap((item) => this.override(item));
    } else if (key === 'environments') {
      config.environments = this.environments(value);
    } else if (key === 'naming') {
      config.naming = this.naming(value);
    } else if (key === 'compat') {
      config.compatAgainst = this.compat(value);
    } else if (key === 'presets') {
      config.presets = this.texts(value).flatMap((name) => this.preset(name));
    } else if (key === 'exclude') {
      config.exclude = this.texts(value).map((glob) => glob.value);
    } else if (key === 'disabledDialects') {
      config.disabledDialects = this.texts(value).map((dialect) => dialect.value);
    } else {
      const written = this.text(value, key);
      if (written === undefined) return;
      if (key !== 'guarantee') config[key as 'profile' | 'environment' | 'baseline'] = written.value;
      else if (isGuarantee(written.value)) config.guarantee = written.value;
      else {
        this.report('config/wrong-value', `"${written.value}" is no guarantee. Write ${guarantees.join(', ')}: what is wanted `
          + `where nobody declares a guarantee.${didYouMeanText(written.value, guarantees)}`, written.at);
      }
    }
  }

  private preset(name: Sourced<string>): Preset[] {
    if (Object.hasOwn(presets, name.value)) return [name.value as Preset];
    const names = Object.keys(presets);
    this.report('config/wrong-value', `There is no preset "${name.value}"; there are ${names.join(', ')}.${didYouMeanText(name.value, names)}`, name.at);
    return [];
  }

  private override(node: SyntaxNode): Override[] {
    if (!isMap(node)) {
      this.report('config/wrong-type', 'An override is a map with `files` (globs) and `rules`.', this.at(node));
      return [];
    }
    let files: readonly string[] = [];
    let entries: readonly LevelEntry[] = [];
    for (const { key, value } of node.entries) {
      if (key.text === 'files') files = this.texts(value).map((glob) => glob.value);
      else if (key.text === 'rules') entries = this.levels(value);
      else this.report('config/unknown-key', `An override has no key "${key.text}".${didYouMeanText(key.text, ['files', 'rules'])}`, this.at(key));
    }
    if (files.length > 0) return [{ files, rules: entries }];
    this.report('config/wrong-value', 'This override names no files; add `files: ["glob"]`.', this.at(node));
    return [];
  }

  /** `production: { rules: … }`. Whether a broker is in it, the model tells: `unknownEnvironments`. */
  private environments(node: SyntaxNode): LintConfig['environments'] {
    const found = new Map<string, EnvironmentLevels>();
    if (!isMap(node)) {
      this.report('config/wrong-type', '`environments` is a map from names of environments to `rules`.', this.at(node));
      return found;
    }
    for (const { key: name, value } of node.entries) {
      if (!isMap(value)) {
        if (value !== undefined) this.report('config/wrong-type', `The environment ${name.text} is a map with \`rules\`.`, this.at(value));
        continue;
      }
      for (const { key, value: rules } of value.entries) {
        if (key.text === 'rules') found.set(name.text.toLowerCase(), { rules: this.levels(rules), at: this.at(name) });
        else this.report('config/unknown-key', `An environment has no key "${key.text}".${didYouMeanText(key.text, ['rules'])}`, this.at(key));
      }
    }
    return found;
  }

  /** `against: main`. */
  private compat(node: SyntaxNode): string | undefined {
    if (!isMap(node)) {
      this.report('config/wrong-type', '`compat` is a map with `against`: the commit that contracts are compared with.', this.at(node));
      return undefined;
    }
    let against: string | undefined;
    for (const { key, value } of node.entries) {
      if (key.text !== 'against') this.report('config/unknown-key', `\`compat\` has no key "${key.text}".${didYouMeanText(key.text, ['against'])}`, this.at(key));
      else if (value !== undefined) against = this.text(value, 'against')?.value;
    }
    return against;
  }

  /** One pattern for all channels, or one a protocol. */
  private naming(node: SyntaxNode): Naming {
    if (!isMap(node)) return this.pattern(node, 'all');
    return node.entries.reduce<Naming>((all, { key, value }) => {
      const protocol = protocols.find((p) => p === key.text);
      if (protocol !== undefined) return value === undefined ? all : { ...all, ...this.pattern(value, protocol) };
      this.report('config/unknown-key', `There is no protocol "${key.text}"; there are ${protocols.join(', ')}.${didYouMeanText(key.text, protocols)}`, this.at(key));
      return all;
    }, {});
  }

  private pattern(node: SyntaxNode, of: keyof Naming): Naming {
    const written = this.text(node, 'naming');
    if (written === undefined) return {};
    try {
      new RegExp(written.value, 'u');
      return { [of]: written.value };
    } catch (error) {
      this.report('config/wrong-value', `This is no regular expression: ${error instanceof Error ? error.message : String(error)}`, written.at);
      return {};
    }
  }

  private levels(node: SyntaxNode | undefined): LevelEntry[] {
    if (node === undefined) return [];
    if (!isMap(node)) {
      this.report('config/wrong-type', '`rules` is a map from rule names to off, info, warning or error.', this.at(node));
      return [];
    }
    return node.entries.flatMap(({ key, value }) => {
      this.checkRuleName(key.text, this.at(key));
      // YAML 1.1 tools write `off` as false.
      const written = isScalar(value) && value.value === false ? 'off' : text(value);
      if (isLevel(written)) return [{ pattern: key.text, level: written, at: this.at(key) }];
      if (value !== undefined) {
        this.report('config/wrong-value', `The level of ${key.text} is one of ${levels.join(', ')}.${didYouMeanText(written ?? '', levels)}`, this.at(value));
      }
      return [];
    });
  }

  private checkRuleName(name: string, at: SourceRange): void {
    const message = unknownRuleMessage(name, this.ruleNames);
    if (message !== undefined) this.report('config/unknown-rule', message, at, 'warning');
  }

  private texts(node: SyntaxNode | undefined): Sourced<string>[] {
    return this.items(node).flatMap((item) => this.text(item, 'an item of this list') ?? []);
  }

  /** The items of a list; a single value counts as a list of one. */
  private items(node: SyntaxNode | undefined): SyntaxNode[] {
    if (isSeq(node)) return node.items.filter((item) => item !== undefined);
    return node === undefined ? [] : [node];
  }

  private text(node: SyntaxNode, what: string): Sourced<string> | undefined {
    const value = text(node);
    if (value !== undefined) return { value, at: this.at(node) };
    this.report('config/wrong-type', `\`${what}\` must be a text.`, this.at(node));
    return undefined;
  }

  private at(node: SyntaxNode): SourceRange {
    return rangeIn(this.file, node.start, node.end);
  }

  private report(code: string, message: string, at: SourceRange, severity: Severity = 'error'): void {
    this.problems.push({ code, severity, message, at });
  }
}

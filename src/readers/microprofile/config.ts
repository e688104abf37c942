import type { Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { OtherFiles, ReadOptions } from '../../model/reader';
import { masked } from '../../syntax/placeholder';
import { parseProperties } from '../../syntax/properties';
import { isMap, type Entry, type SyntaxNode } from '../../syntax/tree';
import { parseYaml } from '../../syntax/yaml';
import { KeyedValues, leavesOf, type Keyed } from '../shared/keyed';
import { isTestOnly, profileIsActive } from '../shared/profile';
import { withReferences } from '../shared/references';
import { isMicroProfile, profileOf } from './recognize';

/** What one configuration file of a MicroProfile program says. */
export interface Config {
  readonly file: SourceFile;
  readonly isYaml: boolean;
  readonly lineBreak: string;
  readonly roots: readonly (SyntaxNode | undefined)[];
  readonly problems: readonly Problem[];
  /** Every value of every profile, keys without their profile: secrets are looked for in all of them. */
  readonly everything: readonly Keyed[];
  /** What holds in the profile that is in force; empty for a file of another one. */
  readonly values: KeyedValues;
  /** Files that are read together with this one. */
  readonly wants: readonly string[];
}

/**
 * Parses the file and chooses the values of the profiles in force. Those of the files beside it that are for
 * such a profile win (`application-prod.properties`); a file for a profile says nothing by itself where the
 * common one is there, which is read with it.
 */
export function readConfig(file: SourceFile, options: ReadOptions, others: OtherFiles): Config {
  const { isYaml, roots, problems, all } = parse(file);
  const own = profileOf(file.path);
  const isActive = own === undefined || profileIsActive(own, options.profile);
  const isTest = isTestOnly(file.path, options.profile);
  const beside = isActive && !isTest ? besides(file, own, options.profile) : [];
  const found = beside.flatMap((path) => others.get(path) ?? []);
  const isRead = own !== undefined && found.some(isMicroProfile);
  const common = isActive && !isTest && !isRead ? inForce(all, options.profile) : [];
  const above = own === undefined && isActive && !isTest
    ? found.flatMap((other) => inForce(parse(other).all, options.profile)) : [];
  const raw = new KeyedValues(file, [...common, ...above]);
  return {
    file, isYaml, lineBreak: /\r\n/.test(file.text.slice(0, 10_000)) ? '\r\n' : '\n', roots, problems,
    everything: all.map((one) => one.keyed), wants: beside,
    values: new KeyedValues(file, withReferences(raw.all, (name) => raw.get(name))),
  };
}

/** Of a common file those for profiles in force, of one for a profile the common one; by the same ending. */
function besides(file: SourceFile, own: string | undefined, chosen: string | undefined): string[] {
  const name = baseName(file.path);
  const folder = file.path.slice(0, file.path.length - name.length);
  if (own !== undefined) return [folder + name.replace(`-${own}.`, '.')];
  const profiles = chosen === undefined || chosen.trim() === ''
    ? ['prod', 'production']
    : chosen.split(',').map((one) => one.trim()).filter((one) => /^[\w.-]{1,80}$/.test(one));
  return profiles.map((profile) => folder + name.replace('.', `-${profile}.`));
}

interface Parsed extends Pick<Config, 'isYaml' | 'roots' | 'problems'> {
  readonly all: readonly OfProfile[];
}

function parse(file: SourceFile): Parsed {
  const isYaml = /\.ya?ml(\.|$)/i.test(file.path);
  const tree = isYaml ? parseYaml(file.text) : parseProperties(file.text);
  // In a template a key may stand in several branches, of which one will be left.
  const isTemplate = file.text.includes(masked);
  const wrong = isTemplate ? tree.problems.filter((p) => p.code !== 'syntax/duplicate-key') : tree.problems;
  const problems: Problem[] = wrong.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  const roots = isYaml ? tree.roots.map(withQuotedNames) : tree.roots;
  // A key that a template prints a part of is not known.
  const leaves = roots.flatMap((root) => leavesOf(file, root)).filter((one) => !one.key.includes(masked));
  const all = leaves.map(withProfile);
  return { isYaml, roots: tree.roots, problems, all };
}

interface OfProfile {
  readonly keyed: Keyed;
  /** Undefined for values that hold in all profiles. */
  readonly profiles: readonly string[] | undefined;
}

/** `%dev.key`, `%{dev,test}.key`, `%dev,test.key`; in YAML a parent's value is that of its key `~`. */
function withProfile(one: Keyed): OfProfile {
  const match = /^%(?:\{([^{}]*)\}|([^.{}]*))\.(.+)$/s.exec(one.key);
  const key = (match?.[3] ?? one.key).replace(/\.(?:~|null)$/, '');
  const names = match?.[1] ?? match?.[2];
  return {
    keyed: key === one.key ? one : { ...one, key },
    profiles: names?.split(',').map((name) => name.trim()),
  };
}

/** A profile's value wins over the common one; of several profiles the last that the user names. */
function inForce(all: readonly OfProfile[], chosen: string | undefined): Keyed[] {
  const order = chosen?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  const rank = (profiles: readonly string[]): number =>
    Math.max(...profiles.map((p) => (profileIsActive(p, chosen) ? order.indexOf(p.toLowerCase()) + 1 : -1)));
  const won = new Map<string, { keyed: Keyed; rank: number }>();
  for (const { keyed, profiles } of all) {
    const own = profiles === undefined ? -0.5 : rank(profiles);
    if (own <= -1) continue;
    const before = won.get(keyed.key);
    if (before === undefined || before.rank <= own) won.set(keyed.key, { keyed, rank: own });
  }
  return [...won.values()].map((one) => one.keyed).sort((a, b) => a.keyAt.start - b.keyAt.start);
}

/**
 * A channel's name with dots is one part of a flat key only in quotes; YAML's own quotes are gone in the tree
 * (`"my.channel":` below `incoming`).
 */
function withQuotedNames(root: SyntaxNode | undefined): SyntaxNode | undefined {
  const quoted = (node: SyntaxNode | undefined): SyntaxNode | undefined => !isMap(node) ? node : {
    ...node,
    entries: node.entries.map((e) => isMap(e.value) && e.key.text.includes('.') && !e.key.text.startsWith('"')
      ? { ...e, key: { ...e.key, text: `"${e.key.text}"` } } : e),
  };
  const below = (node: SyntaxNode | undefined, path: readonly string[]): SyntaxNode | undefined => {
    const [part, ...rest] = path;
    if (part === undefined) return quoted(node);
    if (!isMap(node)) return node;
    return { ...node, entries: node.entries.map((e): Entry => {
      if (e.key.text === part) return { ...e, value: below(e.value, rest) };
      if (e.key.text.startsWith('%') && path.length === 3) return { ...e, value: below(e.value, path) };
      const dotted = [part, ...rest.slice(0, 1)].join('.');
      const all = path.join('.');
      if (e.key.text === all) return { ...e, value: quoted(e.value) };
      return e.key.text === dotted ? { ...e, value: below(e.value, rest.slice(1)) } : e;
    }) };
  };
  const sides = ['incoming', 'outgoing', 'connector'];
  return sides.reduce((node, side) => below(node, ['mp', 'messaging', side]), root);
}

/**
 * Where a flat key's beginning stands: `mp.messaging.incoming.orders`, of which the last part is meant. In
 * properties that is inside the key of an entry, in YAML a key of its own.
 */
export function placeOfPart(config: Config, one: Keyed, before: string, part: string): SourceRange {
  if (one.keyAt.file !== config.file.id) return one.keyAt;
  if (!config.isYaml) {
    const raw = config.file.text.slice(one.keyAt.start, one.keyAt.end);
    const at = raw.indexOf(before + part);
    const start = one.keyAt.start + at + before.length;
    return at < 0 ? one.keyAt : rangeIn(config.file, start, start + part.length);
  }
  for (const root of config.roots) {
    const found = keyAround(root, one.keyAt.start, part);
    if (found !== undefined) return rangeIn(config.file, found.start, found.end);
  }
  return one.keyAt;
}

/** The key of this text among those around an offset. */
function keyAround(
  root: SyntaxNode | undefined, offset: number, part: string,
): { start: number; end: number } | undefined {
  let node = root;
  let found: { start: number; end: number } | undefined;
  while (isMap(node)) {
    const inside: Entry | undefined = entryAt(node.entries, offset);
    if (inside === undefined || offset >= Math.max(inside.end, inside.key.end)) return found;
    const { key } = inside;
    const last = key.text.slice(-part.length) === part;
    if (key.text === part || (last && key.text.at(-part.length - 1) === '.')) {
      const quote = key.style === 'single' || key.style === 'double' ? 1 : 0;
      const end = key.end - quote;
      found = { start: Math.max(key.start + quote, end - part.length), end };
    }
    node = inside.value;
  }
  return found;
}

/** The last entry that begins at or before an offset; entries of a map stand in order of the text. */
function entryAt(entries: readonly Entry[], offset: number): Entry | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const e = entries[middle]!;
    // What merges bring in stands behind a map's own entries, and elsewhere in the text.
    if (e.merged !== true && e.key.start <= offset) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

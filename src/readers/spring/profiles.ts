import { profileIsActive } from '../shared/profile';
import type { Leaf, Settings } from './settings';

/** Says of a profile's name whether it is in force. */
export type IsActive = (profile: string) => boolean;

/** Profiles that switch a part of the program on rather than name a place where it runs. */
const features = /^(kafka|rabbit|rabbitmq|amqp|messaging|streams?|events?|brokers?|cloud|kubernetes|k8s)$/i;

/** Profiles that mean a place where nothing counts. */
const places = new RegExp('(^|[-_.])(dev|develop|development|test|tests|testing|it|int|integration|e2e|mock|ci|qa|uat|'
  + 'stag|stage|staging|sandbox|demo|example|local|localhost|docker)([-_.\\d]|$)', 'i');

/**
 * The profiles in force: those that the user chose, or else those that mean production. To them come what the
 * files switch on with them (`spring.profiles.include`, `spring.profiles.group`), and, where nobody chose,
 * parts of the program that are no place to run (`kafka`) and what `spring.profiles.active` names as such.
 * @param always the settings of documents that hold in every profile.
 */
export function activeProfiles(
  always: Settings, mentioned: readonly string[], chosen: string | undefined,
): IsActive {
  const free = chosen === undefined || chosen.trim() === '';
  const named = (key: string): string[] => always.list(key).map((item) => item.value);
  const more = new Set(named('spring.profiles.include'));
  if (free) for (const name of named('spring.profiles.active')) if (!places.test(name)) more.add(name);
  const first: IsActive = (name) =>
    profileIsActive(name, chosen) || more.has(name) || (free && features.test(name));
  const groups = always.below('spring.profiles.group').sections().map(({ name }) => name.replace(/\[\d+\]$/, ''));
  // A group may name other groups; each round adds at least one name or is the last.
  for (let before = -1; before !== more.size;) {
    before = more.size;
    for (const name of groups) {
      if (first(name)) for (const one of always.list(`spring.profiles.group.${name}`)) more.add(one.value);
    }
  }
  const isDefault = free ? !mentioned.some((name) => first(name)) : more.size === 0;
  return (name) => first(name) || (free && isDefault && name === 'default');
}

/** True if one of the expressions holds: `prod`, `!test`, `prod & (eu | us)`. */
export function matches(expressions: readonly string[], isActive: IsActive): boolean {
  return expressions.some((text) => new Expression(text, isActive).value());
}

/** The names in expressions. */
export function namesIn(expressions: readonly string[]): string[] {
  return expressions.flatMap((text) => text.match(/[^\s&|!(),]+/g) ?? []);
}

/** Spring's profile expressions (Profiles.of); what it refuses counts as not in force. */
class Expression {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string, private readonly isActive: IsActive) {
    this.tokens = text.slice(0, maxLength).match(/[&|!()]|[^\s&|!()]+/g) ?? [];
  }

  value(): boolean {
    const value = this.either();
    return value && this.tokens.length > 0 && this.at === this.tokens.length;
  }

  private either(): boolean {
    let value = this.both();
    while (this.take('|')) value = this.both() || value;
    return value;
  }

  private both(): boolean {
    let value = this.one();
    while (this.take('&')) value = this.one() && value;
    return value;
  }

  private one(): boolean {
    if (this.take('!')) return !this.one();
    if (this.take('(')) {
      const value = this.either();
      this.take(')');
      return value;
    }
    const name = this.tokens[this.at];
    if (name === undefined || /^[&|)]$/.test(name)) return false;
    this.at++;
    return this.isActive(name);
  }

  private take(sign: string): boolean {
    if (this.tokens[this.at] !== sign) return false;
    this.at++;
    return true;
  }
}

/** Longer expressions are cut, so that parentheses cannot nest without end. */
const maxLength = 2_000;

/** The condition of a document: `spring.config.activate.on-profile`, before Boot 2.4 `spring.profiles`. */
export function conditionOf(leaves: readonly Leaf[]): string[] | undefined {
  const found = leaves.filter((leaf) =>
    /^spring\.(config\.activate\.onprofile|profiles)(\[\d+\])?$/.test(
      leaf.parts.join('.').toLowerCase().replace(/[-_]/g, '')));
  if (found.length === 0) return undefined;
  // A condition that nobody can tell is one that is not known to hold.
  return found.flatMap((leaf) => (leaf.isOpen ? [] : leaf.value.split(',').map((part) => part.trim())))
    .filter((part) => part !== '');
}

/** The profile in a file's name: `prod` of `application-prod.yml`; of other names only a place's word counts. */
export function profileOfName(fileName: string, chosen: string | undefined): string | undefined {
  const base = fileName.replace(/\.(ya?ml|properties)(\.\w+)*$/i, '');
  const own = /^(?:application|bootstrap)[-_](.+)$/i.exec(base)?.[1];
  if (own !== undefined) return own;
  const last = /-([^-]+)$/.exec(base)?.[1];
  if (last === undefined) return undefined;
  const isProfile = places.test(last) || profileIsActive(last, undefined) || profileIsActive(last, chosen ?? '-');
  return isProfile ? last : undefined;
}

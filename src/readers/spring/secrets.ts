import type { SourceFile } from '../../text/sourceFile';
import { rangeIn } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { readSecrets } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { canonicalKey, type Leaf, type Settings } from './settings';

/** Where the clients of a protocol look, by canonical keys; other secrets of a program are not ours. */
export type SecretSections = readonly (readonly [RegExp, Protocol])[];

const springSections: SecretSections = [
  [/^spring\.kafka\./, 'kafka'],
  [/^spring\.rabbitmq\./, 'rabbitmq'],
  [/^spring\.cloud\.stream\.kafka\./, 'kafka'],
  [/^spring\.cloud\.stream\.binders\.[^.]+\.environment\.spring\.(kafka|cloud\.stream\.kafka)\./, 'kafka'],
  [/^spring\.cloud\.stream\.binders\.[^.]+\.environment\.spring\.rabbitmq\./, 'rabbitmq'],
  [/^kafka\.|\.kafka\./, 'kafka'],
];

/** Spring's own names of secrets, which Kafka's client knows by others. */
const springSecret =
  /(^|\.)(ssl\.(keypassword|keystorepassword|truststorepassword)|jaas\.options\.(password|clientsecret))$/;
const privateKey = /(^|\.)ssl\.keystorekey$/;

/**
 * The users and secrets in messaging settings.
 * @param of what they open: by protocol, and by the settings that hold beside them (a binder's own environment).
 */
export function credentials(
  file: SourceFile, dialect: string, settings: Settings, of: (protocol: Protocol, section: Settings) => string,
  sections: SecretSections = springSections,
): CredentialFact[] {
  const found: { at: number; fact: CredentialFact }[] = [];
  const add = (facts: readonly CredentialFact[]): void => {
    for (const fact of facts) found.push({ at: fact.extent.start, fact });
  };
  const groups = new Map<string, { protocol: Protocol; section: Settings; leaves: Leaf[] }>();
  for (const leaf of settings.all) {
    const key = canonicalKey(leaf.parts.join('.'));
    const protocol = sections.find(([pattern]) => pattern.test(key))?.[1];
    if (protocol === undefined) continue;
    const binder = /^spring\.cloud\.stream\.binders\.(.+?)\.environment\./.exec(key)?.[1] ?? '';
    let group = groups.get(`${protocol} ${binder}`);
    if (group === undefined) {
      const section = binder === '' ? settings
        : settings.below('spring.cloud.stream.binders').section(binder).below('environment');
      groups.set(`${protocol} ${binder}`, (group = { protocol, section, leaves: [] }));
    }
    group.leaves.push(leaf);
  }
  for (const { protocol, section, leaves } of groups.values()) {
    const base = { dialect, of: of(protocol, section), protocol };
    const users = protocol === 'kafka' ? { facts: [], done: new Set<Leaf>() } : logins(file, leaves, base);
    add(users.facts);
    const left = leaves.filter((leaf) => !users.done.has(leaf));
    add(left.flatMap((leaf) => springSecrets(file, leaf, base)));
    add(readSecrets(file, left.map((leaf) => ({ ...leaf, key: leaf.parts.join('.') })), base));
  }
  return found.sort((a, b) => a.at - b.at).map((one) => one.fact);
}

type Base = Pick<CredentialFact, 'dialect' | 'of' | 'protocol'>;

function springSecrets(file: SourceFile, leaf: Leaf, base: Base): CredentialFact[] {
  const key = canonicalKey(leaf.parts.join('.'));
  const raw = file.text.slice(leaf.at.start, leaf.at.end);
  const isKey = privateKey.test(key) && raw.includes('PRIVATE KEY');
  // What ends in a plain `password` readSecrets knows itself.
  const isSecret = springSecret.test(key) && !/\.password$/.test(key) && isLiteralSecret(raw) && !leaf.isOpen;
  if (!isKey && !isSecret) return [];
  return [{ kind: 'credential', ...base, where: leaf.parts.join('.'), extent: leaf.extent, secret: leaf.at }];
}

/** Users with their passwords (`username` beside `password`), and those in `addresses`. */
function logins(
  file: SourceFile, leaves: readonly Leaf[], base: Base,
): { facts: CredentialFact[]; done: ReadonlySet<Leaf> } {
  const done = new Set<Leaf>();
  const facts: CredentialFact[] = [];
  for (const leaf of leaves) {
    const key = canonicalKey(leaf.parts.join('.'));
    if (/\.(addresses|uri|serveruri)(\[\d+\])?$/.test(key)) {
      facts.push(...inAddresses(file, leaf, base));
      continue;
    }
    if (!/\.(password|token)$/.test(key)) continue;
    const raw = file.text.slice(leaf.at.start, leaf.at.end);
    const user = key.endsWith('.token') ? undefined
      : leaves.find((other) => canonicalKey(other.parts.join('.')) === key.replace(/password$/, 'username'));
    const known = user !== undefined && !user.isOpen && user.value !== ''
      ? { value: user.value, at: user.at } : undefined;
    const secret = !leaf.isOpen && isLiteralSecret(raw) ? leaf.at : undefined;
    if (secret === undefined) continue;
    done.add(leaf);
    const isDefault = raw === 'guest' && known?.value === 'guest'
      && file.text.slice(known.at.start, known.at.end) === 'guest';
    facts.push(defined<CredentialFact>({
      kind: 'credential', ...base, where: leaf.parts.join('.'), extent: leaf.extent, user: known, secret,
      isDefault: isDefault || undefined,
    }));
  }
  return { facts, done };
}

function inAddresses(file: SourceFile, leaf: Leaf, base: Base): CredentialFact[] {
  const raw = file.text.slice(leaf.at.start, leaf.at.end);
  let from = 0;
  return raw.split(',').flatMap((part): CredentialFact[] => {
    const start = leaf.at.start + from + part.length - part.trimStart().length;
    from += part.length + 1;
    const { user, password } = parseBrokerUrl(part.trim());
    if (user === undefined || password === undefined || !isLiteralSecret(password.text)) return [];
    if (!isLiteralSecret(user.text)) return [];
    return [defined<CredentialFact>({
      kind: 'credential', ...base, where: `user info of ${leaf.parts.join('.')}`, extent: leaf.extent,
      user: { value: user.text, at: rangeIn(file, start + user.start, start + user.end) },
      secret: rangeIn(file, start + password.start, start + password.end),
      isDefault: (user.text === 'guest' && password.text === 'guest') || undefined,
    })];
  });
}

import { percentDecode } from '../../text/percent';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { canonicalVariable } from './environmentValues';
import type { FoundAddress } from './environmentAddresses';
import { defined } from './defined';
import type { Keyed, KeyedValues } from './keyed';
import { isLiteralSecret } from './secrets';
import { parseBrokerUrl } from './url';

/** Users and passwords that brokers are delivered with. */
export const wellKnownLogins: ReadonlySet<string> = new Set([
  'guest:guest', 'admin:admin', 'admin:public', 'admin:password',
]);

const systems: readonly [RegExp, Protocol][] = [
  [/(^|_)(KAFKA|SASL|KSQL)(_|$)|^CONNECT_/, 'kafka'], [/(^|_)(RABBIT|RABBITMQ|AMQP)_/, 'rabbitmq'],
  [/(^|_)(MQTT|EMQX|HIVEMQ)_/, 'mqtt'], [/(^|_)NATS_/, 'nats'],
];

/** What a variable's name must end with to hold a secret as a whole. */
const secretEnd = /_?(PASS|PASSWORD|PWD|TOKEN|SASL_SECRET|API_SECRET)$/;
/**
 * Secrets of what stands beside the broker: a database of a registry, a web console. A trust store holds
 * certificates that everybody may see.
 */
const notOurs =
  /_FILE$|_(DB|DATABASE|UI|BASIC|OAUTH|TELEMETRY|METRICS|TRUSTSTORE)_|(^|_)(POSTGRES|MYSQL|MONGO)/;

export interface SecretsIn {
  readonly dialect: string;
  /** What the secrets open where no address says it: the service's name. */
  readonly of: string;
  /** The broker of a protocol, if the variables lead to just one. */
  readonly broker?: (protocol: Protocol) => string | undefined;
}

/**
 * The logins to brokers that are written into a program's environment: user info of URLs, passwords beside a
 * user, logins of `…SASL_JAAS_CONFIG`. Passwords of databases are no business of ours.
 */
export function secretsInEnvironment(
  file: SourceFile, values: KeyedValues, addresses: readonly FoundAddress[], what: SecretsIn,
): CredentialFact[] {
  // The worker, its producers and its consumers take the same password three times: once told is enough.
  const seen = new Set<string>();
  return values.all.flatMap((one): CredentialFact[] => {
    // What another file holds is told where it stands.
    if (one.at.file !== file.id) return [];
    const address = addresses.find((a) => a.from === one);
    if (address !== undefined) return inUrls(file, one, address, what.dialect);
    const found = ofVariable(file, values, one, what);
    if (found.length === 0 || seen.has(one.value)) return [];
    seen.add(one.value);
    return found;
  });
}

function ofVariable(
  file: SourceFile, values: KeyedValues, one: Keyed, what: SecretsIn,
): CredentialFact[] {
  const key = canonicalVariable(one.key);
  const protocol = systems.find(([pattern]) => pattern.test(key))?.[1];
  if (protocol === undefined || key.length > 200 || notOurs.test(key) || one.isOpen) return [];
  const of = what.broker?.(protocol) ?? what.of;
  const base = {
    kind: 'credential' as const, dialect: what.dialect, of, where: one.key, extent: one.extent, protocol,
  };
  if (/(^|_)SASL_JAAS_CONFIG$/.test(key)) {
    const user = option(file, one, /\busername\s*=\s*\\?(["'])([^"'\\]*)/);
    const secret = option(file, one, /\b(?:password|clientSecret)\s*=\s*\\?(["'])([^"'\\]*)/);
    if (user === undefined && secret === undefined) return [];
    return [defined<CredentialFact>({
      ...base, user: user && { value: user.text, at: user.at },
      secret: secret !== undefined && isWritten(secret.text) ? secret.at : undefined,
    })];
  }
  if (!secretEnd.test(key) || !isWritten(one.value)) return [];
  const prefix = key.replace(secretEnd, '');
  const user = values.text(`${prefix}_USER`, `${prefix}_USERNAME`, `${prefix}_LOGIN`, `${prefix}_USER_NAME`);
  const secret = placeOfValue(file, one);
  if (secret === undefined) return [];
  return [defined<CredentialFact>({
    ...base, user, secret,
    isDefault: wellKnownLogins.has(`${user?.value ?? ''}:${one.value}`) ? true : undefined,
  })];
}

/** False also for a name of a secret that somebody must put in (`CCLOUD_API_SECRET`). */
function isWritten(text: string): boolean {
  return isLiteralSecret(text) && !/^[A-Z][A-Z0-9_]*_(PASSWORD|PASS|SECRET|KEY|TOKEN)$/.test(text);
}

/**
 * The place of a value; of a placeholder's default where the value is one. Undefined for what a variable of
 * another file filled in: it is not written here.
 */
function placeOfValue(file: SourceFile, one: Keyed): SourceRange | undefined {
  const raw = file.text.slice(one.at.start, one.at.end);
  const from = raw === one.value ? 0 : raw.lastIndexOf(one.value);
  if (from < 0) return raw.includes('$') ? undefined : one.at;
  return rangeIn(file, one.at.start + from, one.at.start + from + one.value.length);
}

function option(
  file: SourceFile, one: Keyed, pattern: RegExp,
): { text: string; at: SourceRange } | undefined {
  const raw = file.text.slice(one.at.start, one.at.end);
  const match = pattern.exec(raw);
  const text = match?.[2];
  if (match === null || text === undefined || text === '') return undefined;
  const start = one.at.start + match.index + match[0].length - text.length;
  return { text, at: rangeIn(file, start, start + text.length) };
}

function inUrls(
  file: SourceFile, one: Keyed, address: FoundAddress, dialect: string,
): CredentialFact[] {
  return one.value.split(',').flatMap((part): CredentialFact[] => {
    const { user, password } = parseBrokerUrl(part.trim());
    if (user === undefined) return [];
    const { protocol } = address;
    // NATS takes user info without a colon for a token.
    const isToken = protocol === 'nats' && password === undefined;
    const secret = isToken ? user : password;
    return [defined<CredentialFact>({
      kind: 'credential', dialect, of: address.address.value, extent: one.extent, protocol,
      user: isToken ? undefined
        : { value: percentDecode(user.text), at: placeOf(file, one, user.text, 0) ?? one.at },
      secret: secret !== undefined && isLiteralSecret(secret.text)
        ? placeOf(file, one, secret.text, isToken ? 0 : user.text.length) : undefined,
      isDefault: wellKnownLogins.has(`${user.text}:${password?.text ?? ''}`) ? true : undefined,
      where: `${isToken ? 'token in' : 'user info of'} ${one.key}`,
    })];
  });
}

/** The first place of a text behind the scheme of a URL and what comes before it, if it is written here. */
function placeOf(file: SourceFile, one: Keyed, text: string, behind: number): SourceRange | undefined {
  const raw = file.text.slice(one.at.start, one.at.end);
  const scheme = raw.indexOf('://');
  const from = raw.indexOf(text, (scheme < 0 ? 0 : scheme + 3) + behind);
  if (from < 0) return raw.includes('$') ? undefined : one.at;
  return rangeIn(file, one.at.start + from, one.at.start + from + text.length);
}

import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { defined } from './defined';
import type { Keyed } from './keyed';
import { isLiteralSecret } from './secrets';
import { parseBrokerUrl } from './url';

/** Keys whose whole value is a secret, also below a prefix (`producer.`, `listener.name.…`). */
const secretKey = /(^|\.)(password|secret|secret\.key|api\.secret)$/i;
/** `user:password` of a schema registry. */
const userInfoKey = /(^|\.)basic\.auth\.user\.info$/;
/** A private key in PEM, written into the file itself. */
const pemKey = /(^|\.)ssl\.(keystore\.key|key\.pem)$/;
const registryKey = /(^|\.)(schema\.registry|apicurio\.registry)\.url$/;
export const registryKeys = [
  'schema.registry.url', 'value.converter.schema.registry.url', 'apicurio.registry.url',
];
const jaasKey = /(^|\.)sasl\.jaas\.config$/;

/** True for keys of logins and secrets, which stand elsewhere with good reason: a placeholder there hides nothing. */
export function isLoginKey(key: string): boolean {
  return /(^|[._-])(password|passwd|secret|token|user|username|credentials|user\.info|jaas[.-]config|(api|secret|access)[.-]key|keystore[.-]key)$/i.test(key);
}

/** What the secrets of a file open, and by which dialect it says so. */
export interface SecretsOf {
  readonly dialect: string;
  /** The broker's address or name, else the file's name. */
  readonly of: string;
  readonly protocol?: Protocol;
}

/**
 * Reads users and secrets out of a client's settings: passwords, logins in `sasl.jaas.config`, user info of
 * registries, private keys. Keys may stand below any prefix.
 */
export function readSecrets(file: SourceFile, all: readonly Keyed[], what: SecretsOf): CredentialFact[] {
  return all.flatMap((one): CredentialFact[] => {
    const { key } = one;
    const raw = file.text.slice(one.at.start, one.at.end);
    if (raw === '') return [];
    const base = { kind: 'credential' as const, ...what, where: key, extent: one.extent };
    const place = (start: number, length: number): CredentialFact['secret'] =>
      rangeIn(file, one.at.start + start, one.at.start + start + length);
    if (jaasKey.test(key)) {
      const written = option(raw, /\busername\s*=\s*(["'])(.*?)\1/s);
      // A placeholder is no user, as it is no secret.
      const user = written !== undefined && isLiteralSecret(written.text) ? written : undefined;
      const secret = option(raw, /\b(?:password|clientSecret)\s*=\s*(["'])(.*?)\1/s);
      if (user === undefined && (secret === undefined || !isLiteralSecret(secret.text))) return [];
      return [defined<CredentialFact>({
        ...base, user: user && { value: user.text, at: place(user.start, user.text.length)! },
        secret: secret !== undefined && isLiteralSecret(secret.text)
          ? place(secret.start, secret.text.length) : undefined,
      })];
    }
    if (userInfoKey.test(key)) {
      const colon = raw.indexOf(':');
      if (colon <= 0 || !isLiteralSecret(raw.slice(colon + 1)) || !isLiteralSecret(raw)) return [];
      return [{
        ...base, user: { value: raw.slice(0, colon), at: place(0, colon)! },
        secret: place(colon + 1, raw.length - colon - 1),
      }];
    }
    if (pemKey.test(key)) return /PRIVATE KEY/.test(raw) ? [{ ...base, secret: place(0, raw.length) }] : [];
    if (registryKey.test(key)) {
      const where = `user info of ${key}`;
      return inUrls(raw, place).map((found) => defined<CredentialFact>({ ...base, where, ...found }));
    }
    // A trust store holds certificates that everybody may see.
    if (!secretKey.test(key) || /truststore\.password$/i.test(key)) return [];
    if (one.isOpen || !isLiteralSecret(raw)) return [];
    return [{ ...base, secret: place(0, raw.length) }];
  });
}

/** Users and passwords in a list of URLs, by their places. */
function inUrls(
  raw: string, place: (start: number, length: number) => CredentialFact['secret'],
): { user?: CredentialFact['user']; secret?: CredentialFact['secret'] }[] {
  let from = 0;
  return raw.split(',').flatMap((part) => {
    const start = from + part.length - part.trimStart().length;
    from += part.length + 1;
    const { user, password } = parseBrokerUrl(part.trim());
    if (user === undefined || password === undefined || !isLiteralSecret(password.text)) return [];
    return [{
      user: { value: user.text, at: place(start + user.start, user.text.length)! },
      secret: place(start + password.start, password.text.length),
    }];
  });
}

function option(raw: string, pattern: RegExp): { text: string; start: number } | undefined {
  const match = pattern.exec(raw);
  const text = match?.[2];
  return match === null || text === undefined
    ? undefined : { text, start: match.index + match[0].length - 1 - text.length };
}

import { rangeIn } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import { isScalar } from '../../syntax/tree';
import { defined } from '../shared/defined';
import type { Sourced } from '../../text/range';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { dialect } from './dialect';
import type { Properties } from './settings';

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

/** Reads users and secrets; `of` says what they open: the bootstrap servers, or the file's name. */
export function readSecrets(p: Properties, of: string): CredentialFact[] {
  return p.entries.flatMap((entry): CredentialFact[] => {
    const node = entry.value;
    if (!isScalar(node)) return [];
    const key = entry.key.text;
    const raw = p.file.text.slice(node.start, node.end);
    const base = { kind: 'credential' as const, dialect, of, where: key, protocol: 'kafka' as const,
      extent: rangeIn(p.file, entry.key.start, entry.end) };
    const place = (start: number, length: number): CredentialFact['secret'] =>
      rangeIn(p.file, node.start + start, node.start + start + length);
    if (jaasKey.test(key)) {
      const user = option(raw, /\busername\s*=\s*(["'])(.*?)\1/s);
      const secret = option(raw, /\b(?:password|clientSecret)\s*=\s*(["'])(.*?)\1/s);
      if (user === undefined && secret === undefined) return [];
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
    if (!secretKey.test(key) || !isLiteralSecret(node.text)) return [];
    return [{ ...base, secret: place(0, raw.length) }];
  });
}

/** URLs as they may be shown: a registry's address often carries its login. */
export function withoutUserInfo(written: Sourced<string> | undefined): Sourced<string> | undefined {
  if (written === undefined) return undefined;
  const shown = written.value.split(',').map((url) => parseBrokerUrl(url.trim()).shown);
  return { ...written, value: shown.join(',') };
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

import { percentDecode } from '../../text/percent';
import { entry, get, type SyntaxNode } from '../../syntax/tree';
import { nodeRange, sourcedText } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { isGuestHash } from './passwordHash';
import { dialect, listOf, nameAt, type Context } from './context';

/** RabbitMQ makes this user with this password on a blank node (docs/access-control, "default state"). */
const defaultUser = 'guest';

/**
 * Reads `users`. A `password` that is written out is a secret in a file; a `password_hash` is not,
 * but the hash of the default password still opens the door to whoever tries it first.
 */
export function readUsers(c: Context): void {
  for (const node of listOf(c, 'users')) {
    const user = nameAt(c, get(node, 'name'));
    const passwordEntry = entry(node, 'password');
    const password = sourcedText(c.file, passwordEntry?.value);
    const hash = sourcedText(c.file, get(node, 'password_hash'));
    const literal = password !== undefined && isLiteralSecret(password.value);
    const isDefault = user?.value === defaultUser
      && (password?.value === defaultUser
        || (hash !== undefined
          && isGuestHash(hash.value, sourcedText(c.file, get(node, 'hashing_algorithm'))?.value)));
    c.facts.push({
      kind: 'credential', dialect, extent: nodeRange(c.file, node), of: 'this RabbitMQ broker', user,
      secret: literal ? password.at : undefined, isDefault: isDefault ? true : undefined,
      where: password !== undefined ? 'password' : 'password_hash', protocol: 'rabbitmq',
    });
  }
}

/** User info of a URI inside definitions: the password is as good as published. */
export function credentialsInUrl(c: Context, node: SyntaxNode, where: string): void {
  const written = sourcedText(c.file, node);
  if (written === undefined) return;
  const url = parseBrokerUrl(written.value);
  if (url.user === undefined) return;
  // Escapes in the file's string shift offsets; then the whole URI stands for its parts.
  const exact = written.at.end - written.at.start === written.value.length;
  const part = (p: { start: number; end: number }): typeof written.at =>
    exact
      ? { file: c.file.id, start: written.at.start + p.start, end: written.at.start + p.end } : written.at;
  const user = percentDecode(url.user.text);
  const password = url.password === undefined ? undefined : percentDecode(url.password.text);
  c.facts.push({
    kind: 'credential', dialect, extent: written.at, of: url.shown,
    user: { value: user, at: part(url.user) },
    secret: url.password !== undefined && isLiteralSecret(url.password.text) ? part(url.password) : undefined,
    isDefault: user === defaultUser && password === defaultUser ? true : undefined,
    where, protocol: 'rabbitmq',
  });
}

/** Federation upstreams keep their URIs in runtime parameters too. */
export function upstreamCredentials(c: Context, value: SyntaxNode, name: string): void {
  const holder = entry(value, 'uri');
  if (holder?.value === undefined) return;
  const nodes = holder.value.kind === 'seq'
    ? holder.value.items.filter((n) => n !== undefined) : [holder.value];
  for (const node of nodes) credentialsInUrl(c, node, `uri of federation upstream "${name}"`);
}

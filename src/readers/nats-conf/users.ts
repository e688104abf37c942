import { nodeRange, contentRange } from '../shared/places';
import type { SourceRange } from '../../text/range';
import type { CredentialFact } from '../../model/facts';
import { isMap, isScalar, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { list, type Conf } from './conf';
import { dialect } from './dialect';
import { readPermissions } from './permissions';

/** Logins and what they may do, of the server, its accounts and its other ports. */
export function readUsers(c: Conf): void {
  const authorization = c.get(c.root, 'authorization');
  readAuthorization(c, authorization, 'authorization', true);
  const accounts = c.get(c.root, 'accounts');
  // Those who watch over the server: `$SYS` subjects are no flows.
  const system = c.text(c.get(c.root, 'system_account', 'system'))?.value ?? '$SYS';
  for (const account of isMap(accounts) ? accounts.entries : []) {
    const { text } = account.key;
    if (!isMap(account.value)) continue;
    readAuthorization(c, account.value, `accounts.${text}`, text !== system, text);
  }
  for (const port of ['cluster', 'gateway', 'leafnodes', 'websocket', 'mqtt']) {
    readAuthorization(c, c.get(c.get(c.root, port), 'authorization'), `${port}.authorization`, false);
  }
  // A file that others include, such as the users of an authorization block.
  readAuthorization(c, c.root, '', true);
  const key = c.get(c.get(c.root, 'jetstream'), 'key', 'ek', 'encryption_key');
  credential(c, key, undefined, key, 'jetstream.key');
}

function readAuthorization(
  c: Conf, node: SyntaxNode | undefined, where: string, flows: boolean, account?: string,
): void {
  if (!isMap(node)) return;
  const defaults = c.get(node, 'default_permissions', 'default_permission');
  const prefix = where === '' ? '' : `${where}.`;
  if (where !== '') {
    const [user, password] = [c.get(node, 'user', 'username'), c.get(node, 'password', 'pass')];
    credential(c, node, user, password, `${prefix}password`);
    credential(c, node, undefined, c.get(node, 'token'), `${prefix}token`);
  }
  for (const user of list(c.get(node, 'users'))) {
    if (!isMap(user)) continue;
    const name = c.get(user, 'user', 'username');
    credential(c, user, name, c.get(user, 'password', 'pass'), `${prefix}users.password`);
    const permissions = c.get(user, 'permissions', 'permission', 'authorization') ?? defaults;
    if (flows) readPermissions(c, user, name, permissions, account);
  }
}

/** Bcrypt hashes open nothing by themselves; passwords of variables are elsewhere. */
function credential(
  c: Conf, extent: SyntaxNode | undefined, user: SyntaxNode | undefined, secret: SyntaxNode | undefined,
  where: string,
): void {
  if (extent === undefined || (!isScalar(secret) && !isScalar(user))) return;
  c.facts.push(defined<CredentialFact>({
    kind: 'credential', dialect, extent: nodeRange(c.file, extent), protocol: 'nats', where,
    of: c.broker ?? 'a NATS server', user: c.text(user), secret: literal(c, secret),
  }));
}

function literal(c: Conf, node: SyntaxNode | undefined): SourceRange | undefined {
  if (!isScalar(node)) return undefined;
  if (c.isOpen(node)) {
    c.keptElsewhere(node);
    return undefined;
  }
  if (/^\$2[abxy]?\$/.test(node.text) || !isLiteralSecret(node.text)) return undefined;
  return contentRange(c.file, node);
}

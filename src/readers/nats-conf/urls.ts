import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { CredentialFact } from '../../model/facts';
import { defined } from '../shared/defined';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { list, type Conf } from './conf';
import { dialect } from './dialect';

/** The address of another server, fit to be shown. */
export function withoutLogin(url: string): string {
  return parseBrokerUrl(url).shown;
}

/** Logins in the URLs of other servers: routes of a cluster, remotes of leaf nodes, gateways. */
export function readUrlLogins(c: Conf): void {
  const read = (url: Sourced<string>, where: string): void => {
    const parsed = parseBrokerUrl(url.value);
    const { user, password } = parsed;
    if (user === undefined) return;
    // Escapes within quotes would move the parts, and no login has them.
    const exact = c.file.text.slice(url.at.start, url.at.end) === url.value;
    const part = (p: { start: number; end: number }): typeof url.at =>
      exact ? rangeIn(c.file, url.at.start + p.start, url.at.start + p.end) : url.at;
    // A user alone is a token, which opens the server by itself (nats://token@host).
    const secret = password ?? user;
    c.facts.push(defined<CredentialFact>({
      kind: 'credential', dialect, extent: url.at, of: parsed.shown, protocol: 'nats', where,
      user: password === undefined ? undefined : { value: user.text, at: part(user) },
      secret: isLiteralSecret(secret.text) ? part(secret) : undefined,
    }));
  };
  const cluster = c.get(c.root, 'cluster');
  for (const url of c.texts(c.get(cluster, 'routes'))) read(url, 'user info of cluster.routes');
  for (const remote of list(c.get(c.get(c.root, 'leafnodes', 'leaf'), 'remotes'))) {
    for (const url of c.texts(c.get(remote, 'url', 'urls'))) read(url, 'user info of leafnodes.remotes');
  }
  for (const gateway of list(c.get(c.get(c.root, 'gateway'), 'gateways'))) {
    for (const url of c.texts(c.get(gateway, 'url', 'urls'))) read(url, 'user info of gateway.gateways');
  }
}

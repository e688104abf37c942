import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { BrokerFact, CredentialFact, Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { get, isMap, isScalar, isSeq, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { booleanOf, type Document } from '../shared/document';
import { nameOfHost } from '../shared/kafkaBroker';
import { contentRange } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { dialect } from './context';

/** Brokers of a file, which its components know by their addresses only. */
export class Brokers {
  private readonly seen = new Set<string>();
  private readonly told = new Map<string, Set<string>>();

  constructor(
    private readonly doc: Document, private readonly file: SourceFile, private readonly facts: Fact[],
  ) {}

  /**
   * Takes note of an address that the file holds. Where a file holds several, one that is left to a
   * placeholder is told apart from the others by it: a mirror's two ends are not one cluster.
   */
  expect(protocol: Protocol, addresses: SyntaxNode | undefined): void {
    const told = this.told.get(protocol) ?? new Set();
    told.add(writtenIn(addresses));
    this.told.set(protocol, told);
  }

  /**
   * The broker's name of a component; undefined where the address is not known.
   * @param addresses `addresses`, `seed_brokers` or `urls`: a list, whose items may hold commas.
   * @param settings where `tls`, `sasl`, `auth`, `user` and `password` stand.
   */
  of(
    protocol: Protocol, addresses: SyntaxNode | undefined, settings: SyntaxNode | undefined,
    extent: SourceRange,
  ): string | undefined {
    const nodes = (isSeq(addresses) ? addresses.items : [addresses]).filter(isScalar);
    const items = nodes.map((node) => ({ node, urls: this.known(node), at: contentRange(this.file, node) }));
    const known = items.filter((item) => item.urls.length > 0);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return this.byPlaceholder(protocol, addresses, extent);
    const urls = known.flatMap((item) => item.urls);
    const parts = urls.map((url) => parseBrokerUrl(url));
    const [head] = parts;
    if (head === undefined || head.host === '') return undefined;
    const name = protocol === 'kafka' ? nameOfHost(head.shown) : head.host + vhostPath(protocol, head.path);
    if (!this.seen.has(`${protocol} ${name}`)) {
      this.seen.add(`${protocol} ${name}`);
      const at = rangeIn(this.file, first.at.start, Math.max(first.at.end, last.at.end));
      const shown = parts.map((part) => part.shown);
      this.facts.push(defined<BrokerFact>({
        kind: 'broker', dialect, extent, name: { value: name, at }, protocol: { value: protocol, at },
        // A client of several AMQP, MQTT or NATS URLs takes the first that answers; Kafka's takes a list.
        url: { value: protocol === 'kafka' ? shown.join(',') : shown[0] ?? '', at },
        addresses: protocol === 'kafka' || shown.length < 2 ? undefined
          : parts.slice(1).map((part) => ({ value: part.host, at })),
        tls: this.tls(settings, head.scheme, at),
        inferred: 'The file knows the broker by its address.',
        note: known.length < items.length ? 'Some of the addresses are left to placeholders.' : undefined,
      }));
    }
    for (const item of known) this.userInfo(item.at, extent, protocol, name);
    this.logins(settings, extent, protocol, name);
    return name;
  }

  private byPlaceholder(
    protocol: Protocol, addresses: SyntaxNode | undefined, extent: SourceRange,
  ): string | undefined {
    const name = writtenIn(addresses);
    if (addresses === undefined || name === '' || (this.told.get(protocol)?.size ?? 0) < 2) return undefined;
    if (!this.seen.has(`${protocol} ${name}`)) {
      this.seen.add(`${protocol} ${name}`);
      const first = (isSeq(addresses) ? addresses.items : [addresses]).find(isScalar);
      const at = first === undefined ? extent : contentRange(this.file, first);
      this.facts.push({
        kind: 'broker', dialect, extent, name: { value: name, at }, protocol: { value: protocol, at },
        inferred: 'Its address is left to a placeholder, which tells it from the other brokers of the file.',
      });
    }
    return name;
  }

  /**
   * The URLs of one item without their user info: a password may be left to a placeholder, and the host is
   * known all the same.
   */
  private known(node: ScalarNode): string[] {
    if (node.value === null || node.text.trim() === '') return [];
    const shown = node.text.split(',').map((url) => parseBrokerUrl(url.trim()).shown);
    const known = shown.flatMap((url) => {
      const { text, unresolved } = resolvePlaceholders(url);
      if (unresolved.length > 0 || isUnknown(text)) return [];
      return text.split(',').map((u) => u.trim()).filter((u) => u !== '');
    });
    if (known.length < shown.length) this.doc.skip(contentRange(this.file, node));
    return known;
  }

  private tls(
    settings: SyntaxNode | undefined, scheme: string, at: SourceRange,
  ): Sourced<boolean> | undefined {
    const said = this.doc.value(get(settings, 'tls', 'enabled'), booleanOf);
    if (said === 'open') return undefined;
    return said ?? (/^(amqps|mqtts|ssl|tls|wss)$/.test(scheme) ? { value: true, at } : undefined);
  }

  /** `user:password@` of a URL; placeholders in it keep the secret elsewhere. */
  private userInfo(at: SourceRange, extent: SourceRange, protocol: Protocol, of: string): void {
    const raw = this.file.text.slice(at.start, at.end);
    let from = 0;
    for (const part of raw.split(',')) {
      const start = at.start + from + part.length - part.trimStart().length;
      from += part.length + 1;
      const { user, password } = parseBrokerUrl(part.trim());
      if (user === undefined || password === undefined || !isLiteralSecret(password.text)) continue;
      this.facts.push(defined<CredentialFact>({
        kind: 'credential', dialect, extent, of, protocol, where: 'user info of url',
        user: { value: user.text, at: rangeIn(this.file, start + user.start, start + user.end) },
        secret: rangeIn(this.file, start + password.start, start + password.end),
        isDefault: user.text === 'guest' && password.text === 'guest' ? true : undefined,
      }));
    }
  }

  /** Passwords and tokens beside the address. */
  private logins(
    settings: SyntaxNode | undefined, extent: SourceRange, protocol: Protocol, of: string,
  ): void {
    const sasl = get(settings, 'sasl');
    const holders: [string, SyntaxNode | undefined][] = [
      ['', settings], ['auth.', get(settings, 'auth')],
      ...(isSeq(sasl) ? sasl.items : [sasl]).map((s): [string, SyntaxNode | undefined] => ['sasl.', s]),
    ];
    for (const [prefix, node] of holders) {
      for (const key of ['password', 'token', 'access_token', 'user_nkey_seed', 'nkey']) {
        const secret = isMap(node) ? get(node, key) : undefined;
        if (!isScalar(secret) || secret.value === null || !isLiteralSecret(secret.text)) continue;
        this.facts.push(defined<CredentialFact>({
          kind: 'credential', dialect, extent, of, protocol, where: prefix + key,
          user: this.doc.text(get(node, 'user')) ?? this.doc.text(get(node, 'username')),
          secret: contentRange(this.file, secret),
        }));
      }
    }
  }
}

/** A broker's addresses as they are written, without user info. */
function writtenIn(node: SyntaxNode | undefined): string {
  const items = (isSeq(node) ? node.items : [node]).filter(isScalar);
  const urls = items.flatMap((item) => item.text.split(','));
  return urls.map((url) => parseBrokerUrl(url.trim()).shown).join(',');
}

/** Two vhosts of one host are two brokers. */
function vhostPath(protocol: Protocol, path: string): string {
  return protocol === 'rabbitmq' && path.length > 1 ? path : '';
}

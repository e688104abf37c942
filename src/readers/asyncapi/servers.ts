import { percentDecode } from '../../text/percent';
import type { Sourced } from '../../text/range';
import type { Protocol } from '../../model/settings';
import { get, isSeq, text, type SyntaxNode } from '../../syntax/tree';
import { contentRange, entryRange, oneOf, sourcedText } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { defined } from '../shared/defined';
import { bindingsOf } from './bindings';
import { dialect, entriesOf, protocolNames, rootOf, type Doc } from './document';
import type { Located } from './refs';

/** A server of the document; `protocol` is absent for protocols that are none of ours (http, ws, ibmmq). */
export interface Server {
  readonly name: Sourced<string>;
  readonly protocol?: Protocol;
  /** The protocol's name as written, for notes. */
  readonly says: string;
  readonly at: Located;
}

/** Reads `servers`: each of a protocol of ours is a broker. */
export function readServers(doc: Doc): Server[] {
  return entriesOf(doc, doc.refs.member(rootOf(doc), 'servers')).flatMap(({ entry, at }) => {
    const server = doc.refs.follow(at);
    if (server === undefined) return [];
    const name = { value: entry.key.text, at: contentRange(at.file, entry.key) };
    const protocolNode = get(server.node, 'protocol');
    const says = text(protocolNode)?.toLowerCase() ?? '';
    const known = Object.hasOwn(protocolNames, says) ? protocolNames[says] : undefined;
    if (known === undefined || protocolNode?.kind !== 'scalar') return [{ name, says, at: server }];
    const protocolAt = contentRange(server.file, protocolNode);
    const address = addressOf(server, known.protocol, known.tls === true);
    const mutualTls = securityTypes(doc, server).includes('x509');
    doc.facts.push(defined({
      kind: 'broker' as const, dialect, extent: entryRange(at.file, entry), name,
      protocol: { value: known.protocol, at: protocolAt },
      url: address?.url,
      vhost: known.protocol === 'rabbitmq' ? address?.vhost : undefined,
      tls: known.tls === undefined && !mutualTls
        ? undefined : { value: known.tls === true || mutualTls, at: protocolAt },
      registry: known.protocol === 'kafka'
        ? bindingsOf(doc, server, 'kafka').text('schemaRegistryUrl') : undefined,
      environment: environmentOf(server),
      description: text(get(server.node, 'description')) ?? text(get(server.node, 'title')),
    }));
    if (address !== undefined) addCredential(doc, server, address, known.protocol);
    return [{ name, protocol: known.protocol, says, at: server }];
  });
}

interface Address {
  readonly url: Sourced<string>;
  readonly vhost?: Sourced<string>;
  readonly written: string;
  readonly exact: boolean;
}

/**
 * 2.x writes one `url`, 3.x `host` and `pathname`; both take `{variables}`, of which defaults are filled in.
 */
function addressOf(server: Located, protocol: Protocol, tls: boolean): Address | undefined {
  const node = get(server.node, 'host') ?? get(server.node, 'url');
  const written = sourcedText(server.file, node);
  if (written === undefined) return undefined;
  const host = fillIn(written.value, server.node);
  const pathNode = sourcedText(server.file, get(server.node, 'pathname'));
  const path = pathNode === undefined ? '' : fillIn(pathNode.value, server.node);
  const parsed = parseBrokerUrl(host);
  const scheme = parsed.scheme === '' ? schemeOf(protocol, tls) : '';
  const shown = protocol === 'kafka'
    ? parsed.shown.replace(/[a-z][a-z0-9+.-]*:\/\//gi, '')
    : `${scheme}${parsed.shown}${path === '' || path.startsWith('/') ? path : `/${path}`}`;
  const vhostPath = (path !== '' ? path : parsed.path).replace(/^\//, '');
  return {
    url: { value: shown, at: written.at }, written: written.value,
    exact: written.at.end - written.at.start === written.value.length,
    vhost: vhostPath === '' ? undefined : { value: percentDecode(vhostPath), at: pathNode?.at ?? written.at },
  };
}

function schemeOf(protocol: Protocol, tls: boolean): string {
  if (protocol === 'rabbitmq') return tls ? 'amqps://' : 'amqp://';
  if (protocol === 'mqtt') return tls ? 'mqtts://' : 'mqtt://';
  return protocol === 'nats' ? 'nats://' : '';
}

/** `{port}` becomes the variable's default, or its only allowed value; else it stays as written. */
function fillIn(template: string, server: SyntaxNode): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = get(server, 'variables', name);
    const values = get(variable, 'enum');
    const only = isSeq(values) && values.items.length === 1 ? text(values.items[0]) : undefined;
    return text(get(variable, 'default')) ?? only ?? whole;
  });
}

/** Types of the security schemes of a server, lower case; 2.x names them, 3.x refers to them. */
function securityTypes(doc: Doc, server: Located): string[] {
  const list = get(server.node, 'security');
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    if (item === undefined) return [];
    const scheme = doc.refs.follow({ file: server.file, node: item });
    const direct = text(get(scheme?.node, 'type'));
    if (direct !== undefined) return [direct.toLowerCase()];
    if (item.kind !== 'map') return [];
    return item.entries.map((e) => {
      const named = doc.refs.member(rootOf(doc), 'components', 'securitySchemes', e.key.text);
      return text(get(named?.node, 'type'))?.toLowerCase() ?? '';
    });
  });
}

const environments = ['production', 'staging', 'test', 'development'] as const;

/** The convention of AsyncAPI's own examples: a tag `env:production`. */
function environmentOf(server: Located): Sourced<string> | undefined {
  const tags = get(server.node, 'tags');
  for (const tag of isSeq(tags) ? tags.items : []) {
    const name = sourcedText(server.file, get(tag, 'name'));
    const match = /^env:(.+)$/.exec(name?.value ?? '');
    if (name === undefined || match === null) continue;
    const at = { ...name.at, start: name.at.start + 'env:'.length };
    const found = oneOf({ value: match[1] ?? '', at }, environments);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addCredential(doc: Doc, server: Located, address: Address, protocol: Protocol): void {
  const url = parseBrokerUrl(address.written);
  if (url.user === undefined) return;
  const { at } = address.url;
  const part = (p: { start: number; end: number }): typeof at =>
    address.exact ? { file: server.file.id, start: at.start + p.start, end: at.start + p.end } : at;
  const secret = url.password !== undefined && isLiteralSecret(url.password.text)
    && !/^\{.*\}$/.test(url.password.text);
  doc.facts.push({
    kind: 'credential', dialect, extent: at, of: address.url.value,
    user: { value: url.user.text, at: part(url.user) },
    secret: secret && url.password ? part(url.password) : undefined,
    isDefault: protocol === 'rabbitmq' && url.user.text === 'guest' && url.password?.text === 'guest'
      ? true : undefined,
    where: 'user info of url', protocol,
  });
}

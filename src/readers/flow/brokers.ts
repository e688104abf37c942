import { blockSchema } from '../../model/flowSchema/schema';
import { protocols, type BrokerSettings, type Protocol } from '../../model/settings';
import { get, isMap, isScalar, type Entry, type MapNode, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import { contentRange, entryRange } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';
import { dialect, optional, type FlowContext } from './context';
import { insertPlace } from './insertPlace';
import { readSettings } from './settings';
import { fill, filledText, readAliases } from './value';

/** User names and passwords that brokers are delivered with. */
const wellKnown: ReadonlySet<string> = new Set([
  'guest:guest',
  'admin:admin',
  'admin:public',
  'admin:password',
]);

/** Reads `brokers:`: a broker a key, and a credential where a URL carries user info. */
export function readBrokers(context: FlowContext, node: SyntaxNode | undefined): void {
  if (!isMap(node)) return;
  for (const e of node.entries) readBroker(context, e, node);
}

function readBroker(context: FlowContext, e: Entry, parent: MapNode): void {
  const { file } = context;
  const name = filledText(file, e.key);
  if (name === undefined) return;
  const text = (key: string): Sourced<string> | undefined => filledText(file, get(e.value, key));
  const written = text('protocol');
  const protocol = protocols.find((p) => p === written?.value.toLowerCase());
  const settings = readSettings<BrokerSettings>(file, blockSchema('broker'), e.value);
  context.facts.push({
    kind: 'broker',
    dialect,
    extent: entryRange(file, e),
    name,
    ...(protocol && written ? { protocol: { value: protocol, at: written.at } } : {}),
    ...optional('url', readUrl(context, e, 'url', name.value, protocol)),
    ...optional('openUrl', openUrl(file, e)),
    ...optional('registry', readUrl(context, e, 'registry', name.value, protocol)),
    ...optional('version', text('version')),
    ...optional('managed', text('managed')),
    ...optional('environment', text('environment')),
    ...optional('vhost', text('vhost')),
    ...settings,
    ...optional('insert', insertPlace(file, e, parent)),
    ...readAliases(file, e.value),
    ...optional('description', text('description')?.value),
  });
}

/** A URL without user info; what was cut out becomes a credential. */
function readUrl(
  context: FlowContext,
  e: Entry,
  key: 'url' | 'registry',
  broker: string,
  protocol: Protocol | undefined,
): Sourced<string> | undefined {
  const node = get(e.value, key);
  if (!isScalar(node) || node.value === null || node.text === '') return undefined;
  const filled = fill(node)?.text;
  readCredentials(context, e, node, key, broker, protocol);
  if (filled === undefined || filled === '') return undefined;
  // A list of servers may repeat the user info in each (`nats://u:p@a,nats://u:p@b`).
  const shown = filled
    .split(',')
    .map((part) => parseBrokerUrl(part.trim()).shown)
    .join(',');
  return { value: shown, at: contentRange(context.file, node) };
}

/** The place of a URL of which a variable without a default is a part. */
function openUrl(file: FlowContext['file'], e: Entry): SourceRange | undefined {
  const node = get(e.value, 'url');
  return isScalar(node) && node.text !== '' && fill(node) === undefined ? contentRange(file, node) : undefined;
}

function readCredentials(
  context: FlowContext,
  e: Entry,
  node: ScalarNode,
  key: string,
  broker: string,
  protocol: Protocol | undefined,
): void {
  const { file } = context;
  const content = contentRange(file, node);
  const raw = file.text.slice(content.start, content.end);
  for (const { text, from } of userInfos(raw)) {
    const url = parseBrokerUrl(masked(text));
    if (url.user === undefined) continue;
    const part = (p: { start: number; end: number } | undefined): Sourced<string> | undefined => {
      const written = p && text.slice(p.start, p.end);
      if (p === undefined || written === undefined) return undefined;
      // What stands behind `:-` is used wherever the variable is not set, and can be read by all.
      const lead = /^\$\{(?:env:)?\w+:-(?=[^${}]*\}$)/.exec(written)?.[0].length;
      const value = lead === undefined ? written : written.slice(lead, -1);
      if (value === '' || value.includes('${')) return undefined;
      const start = content.start + from + p.start + (lead ?? 0);
      return { value, at: rangeIn(file, start, start + value.length) };
    };
    // NATS takes user info without a colon for a token.
    const isToken = protocol === 'nats' && url.password === undefined;
    const user = isToken ? undefined : part(url.user);
    const secret = part(isToken ? url.user : url.password);
    context.facts.push({
      kind: 'credential',
      dialect,
      extent: entryRange(file, e),
      of: broker,
      ...optional('user', user),
      ...(secret && isLiteralSecret(secret.value) ? { secret: secret.at } : {}),
      ...(user && secret && wellKnown.has(`${user.value}:${secret.value}`) ? { isDefault: true } : {}),
      where: `${isToken ? 'token in' : 'user info of'} ${key}`,
      ...optional('protocol', protocol),
    });
  }
}

/** The servers of a URL list with their offsets. */
function userInfos(raw: string): { text: string; from: number }[] {
  const parts: { text: string; from: number }[] = [];
  let from = 0;
  for (const text of raw.split(',')) {
    const lead = text.length - text.trimStart().length;
    parts.push({ text: text.trim(), from: from + lead });
    from += text.length + 1;
  }
  return parts;
}

/**
 * The same text with its placeholders replaced by letters, so that a `:` or `@` in one does not part
 * the URL. A placeholder that is the whole URL is opened: its default may carry user info.
 */
function masked(text: string): string {
  const whole = /^\$\{(?:env:)?\w+:-([a-z][a-z0-9+.-]*:\/\/.*)\}$/i.exec(text);
  const inner = whole?.[1];
  if (inner === undefined) return text.replace(/\$\{[^}]*\}/g, (m) => 'x'.repeat(m.length));
  return masked(inner)
    .padStart(text.length - 1, 'x')
    .padEnd(text.length, 'x');
}

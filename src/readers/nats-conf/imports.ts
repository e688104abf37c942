import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ChannelRef, RouteFact } from '../../model/facts';
import { isMap, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange } from '../shared/places';
import { list, type Conf } from './conf';
import { dialect } from './dialect';

/** Routes between accounts, and subjects that the server renames. */
export function readImports(c: Conf): void {
  readMappings(c, c.root);
  const accounts = c.get(c.root, 'accounts');
  for (const account of isMap(accounts) ? accounts.entries : []) {
    for (const item of list(c.get(account.value, 'imports'))) readImport(c, item, account.key.text);
    readMappings(c, account.value);
  }
}

/**
 * An import of a stream lets the account see another's subject, below a prefix or by another name. With a
 * service it is the other way round: requests to the local name go to the other account. Where the name stays
 * the same there is one subject in the model, and so no route.
 */
function readImport(c: Conf, item: SyntaxNode, account: string): void {
  const stream = c.get(item, 'stream');
  const service = c.get(item, 'service');
  const source = stream ?? service;
  const subject = c.text(c.get(source, 'subject'));
  const exporter = c.text(c.get(source, 'account'));
  if (subject === undefined || exporter === undefined || /^\$/.test(subject.value)) return;
  const to = c.text(c.get(item, 'to'));
  const prefix = stream === undefined ? undefined : c.text(c.get(item, 'prefix'));
  const local: Sourced<string> | undefined = to
    ?? (prefix && { value: `${prefix.value.replace(/\.$/, '')}.${subject.value}`, at: prefix.at });
  if (local === undefined) return;
  const here = { value: withAnyToken(local.value), at: local.at };
  if (here.value === subject.value) return;
  const [from, target] = stream === undefined ? [here, subject] : [subject, here];
  const what = stream === undefined ? 'service' : 'stream';
  const by = `account ${account}, which imports the ${what} of ${exporter.value}`;
  route(c, item, 'import', from, target, by);
}

/** `mappings { from: to, from: [{ destination: to, weight: 10% }] }`. */
function readMappings(c: Conf, node: SyntaxNode | undefined): void {
  const mappings = c.get(node, 'mappings', 'maps');
  for (const entry of isMap(mappings) ? mappings.entries : []) {
    const quotes = entry.key.style === 'plain' ? 0 : 1;
    const start = entry.key.start + quotes;
    const from = {
      value: entry.key.text, at: rangeIn(c.file, start, Math.max(start, entry.key.end - quotes)),
    };
    for (const item of list(entry.value)) {
      const to = c.text(isMap(item) ? c.get(item, 'dest', 'destination') : item);
      if (to === undefined || from.value === '' || to.value === from.value) continue;
      const target = withAnyToken(to.value);
      if (/\{\{/.test(target)) continue;
      const place = isMap(item) ? item : entry.key;
      route(c, place, 'mapping', from, { value: target, at: to.at }, 'the subject mapping');
    }
  }
}

/** `$1` and `{{wildcard(1)}}` carry tokens over: seen from outside, any token may stand there. */
function withAnyToken(subject: string): string {
  return subject.replace(/(^|\.)(\$\d+|\{\{[^{}]*\}\})(?=\.|$)/g, '$1*');
}

function route(
  c: Conf, extent: SyntaxNode, kind: 'import' | 'mapping', from: Sourced<string>, to: Sourced<string>,
  by: string,
): void {
  const ref = (name: Sourced<string>): ChannelRef =>
    defined<ChannelRef>({ name, broker: c.broker, protocol: 'nats' });
  c.facts.push(defined<RouteFact>({
    kind: 'route', dialect, route: kind, extent: nodeRange(c.file, extent), from: ref(from), to: ref(to), by,
  }));
}

import type { BrokerFact } from '../../model/facts';
import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { parseProperties } from '../../syntax/properties';
import { isMap, isScalar, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { innerText } from '../shared/innerText';
import { whole } from '../shared/kafkaClient';
import type { Lookup } from '../shared/keyed';
import { isPlaceholder } from './template';

/** One line of `rabbitmq.conf`, the last one of its key. */
export interface ConfSetting {
  readonly key: string;
  readonly value: string;
  /** The place of the value. */
  readonly at: SourceRange;
  /** True where nobody can tell the value from the file. */
  readonly isOpen: boolean;
}

/**
 * The lines of a `rabbitmq.conf` by their keys; RabbitMQ's format has those of properties, as far as anybody uses it.
 * @param outer where an offset of the text lies in the file.
 */
export function settingsIn(
  file: SourceFile, root: SyntaxNode | undefined, outer: (offset: number) => number = (offset) => offset,
): ReadonlyMap<string, ConfSetting> {
  const found = new Map<string, ConfSetting>();
  for (const { key, value } of isMap(root) ? root.entries : []) {
    // A remark may stand behind a value.
    const written = isScalar(value) ? value.text.replace(/[ \t]+#.*$/s, '').trim() : '';
    const { text, unresolved } = resolvePlaceholders(written);
    const start = isScalar(value) ? value.start : key.end;
    const at = rangeIn(file, outer(start), outer(start + written.length));
    const isOpen = isPlaceholder(written) || unresolved.length > 0 || isUnknown(text) || written.includes('$(');
    found.set(key.text, { key: key.text, value: text, at, isOpen });
  }
  return found;
}

/** How the shared modules ask for what `settingsIn` found. */
export function confLookup(entries: ReadonlyMap<string, ConfSetting>): Lookup {
  return (key) => {
    const found = entries.get(key);
    if (found === undefined || found.isOpen) return found && 'open';
    return found.value === '' ? undefined : { value: found.value, at: found.at };
  };
}

export type ServerSettings = Pick<BrokerFact, 'consumerTimeout' | 'partitionHandling' | 'open'>;

/** What the lines of a `rabbitmq.conf` say of the cluster as a whole. */
export function serverSettings(get: Lookup): ServerSettings {
  const open: string[] = [];
  const said = (name: string, key: string): Sourced<string> | undefined => {
    const found = get(key);
    if (found !== 'open') return found;
    open.push(name);
    return undefined;
  };
  const timeout = said('consumerTimeout', 'consumer_timeout');
  const milliseconds = timeout && whole(timeout);
  const settings = defined<ServerSettings>({
    consumerTimeout: milliseconds !== undefined && milliseconds.value > 0 ? milliseconds : undefined,
    partitionHandling: said('partitionHandling', 'cluster_partition_handling'),
  });
  return open.length === 0 ? settings : { ...settings, open };
}

/** The same of a text that stands inside of another file. */
export function innerServerSettings(file: SourceFile, node: SyntaxNode | undefined): ServerSettings {
  const inner = innerText(file, node);
  if (inner === undefined) return {};
  return serverSettings(confLookup(settingsIn(file, parseProperties(inner.text).roots[0], inner.outer)));
}

import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import { isMap, type SyntaxNode } from '../../syntax/tree';
import { folderName } from '../shared/folderName';
import { contentRange } from '../shared/places';
import { javaKeys, librdkafkaKeys, prefixes, type Role } from './keys';
import type { Properties } from './settings';

/** The service: `application.id`, `client.id`, `group.id`, else the nearest folder with a telling name. */
export function serviceName(
  p: Properties, roles: readonly Role[],
): { name: Sourced<string>; inferred?: string } {
  const keys = roles.includes('connect') ? ['group.id'] : ['application.id', 'client.id', 'group.id'];
  const inner = [...prefixes.producer, ...prefixes.consumer].map((prefix) => `${prefix}client.id`);
  const said = p.text(...keys, ...inner);
  if (said !== undefined) return { name: said };
  const folder = folderName(p.file.path) ?? 'kafka client';
  const key = p.entry('bootstrap.servers') ?? p.entry('metadata.broker.list') ?? p.entries[0];
  return {
    name: {
      value: folder,
      at: key === undefined ? rangeIn(p.file, 0, 0) : contentRange(p.file, key.key),
    },
    inferred: `The file has no ${keys.join(', ').replace(/, ([^,]*)$/, ' or $1')}; `
      + 'the service is named after its folder.',
  };
}

/**
 * The client library, from the role and from keys that only one library has. A properties file
 * without any of librdkafka's own keys is the Java client's, whose format it is.
 */
export function clientOf(
  p: Properties, root: SyntaxNode | undefined, roles: readonly Role[],
): Sourced<string> | undefined {
  const entries = isMap(root) ? root.entries : [];
  const first = entries[0];
  if (first === undefined) return undefined;
  const at = (key: typeof first): Sourced<string>['at'] => contentRange(p.file, key.key);
  if (roles.includes('connect')) return { value: 'kafka-connect', at: at(p.entry('key.converter') ?? first) };
  if (roles.includes('streams')) {
    return { value: 'kafka-streams', at: at(p.entry('application.id') ?? first) };
  }
  const rdkafka = entries.find((e) => librdkafkaKeys.has(bare(e.key.text)));
  const java = entries.find((e) => javaKeys.has(bare(e.key.text)));
  if (rdkafka !== undefined) return java === undefined ? { value: 'librdkafka', at: at(rdkafka) } : undefined;
  // Files of other endings are not in Java's format; librdkafka's tools and bindings read those.
  const isJava = java !== undefined || /\.properties(\.\w+)?$/i.test(p.file.path)
    || /java/i.test(p.file.path);
  return { value: isJava ? 'kafka-java' : 'librdkafka', at: at(java ?? first) };
}

function bare(key: string): string {
  const prefix = [...prefixes.producer, ...prefixes.consumer].find((p) => key.startsWith(p));
  return prefix === undefined ? key : key.slice(prefix.length);
}

/** The line break of a file, for what a fix inserts. */
export function lineBreak(file: SourceFile): string {
  return /\r\n/.test(file.text.slice(0, 10_000)) ? '\r\n' : '\n';
}

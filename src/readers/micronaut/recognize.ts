import { baseName, type SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';
import { isProperties } from '../spring/documents';

const standardName = /^(application|bootstrap)([-_.][^/]*)?\.(ya?ml|properties)(\.\w+)*$/i;

/** Roots of the other frameworks whose files have these names. */
const others = new Set(['spring', 'quarkus', 'mp', 'smallrye', 'debezium', 'management', 'springdoc', 'eureka']);

/** Keys right below their roots that Micronaut's messaging modules read. */
const messaging: readonly [string, RegExp][] = [
  ['kafka', /^[ \t]+(bootstrap|bootstrap\.servers|producers|consumers|streams)[ \t]*:/m],
  ['rabbitmq', /^[ \t]+(uri|servers|host|addresses|virtual-host)[ \t]*:/m],
  ['mqtt', /^[ \t]+client(\.[\w.-]+)?[ \t]*:/m],
  ['nats', /^[ \t]+addresses[ \t]*:/m],
];

const flat = new RegExp('^[ \\t]*(kafka\\.(bootstrap\\.servers|producers\\.|consumers\\.|streams\\.)|'
  + 'rabbitmq\\.(uri|servers\\.|host)|mqtt\\.client\\.|nats\\.(\\w+\\.)?addresses)', 'm');

/** True for a Micronaut configuration: by the framework's own root, or by what its messaging modules read. */
export function isMicronaut(file: SourceFile): boolean {
  if (!standardName.test(baseName(file.path))) return false;
  const head = headOf(file.text);
  if (isProperties(file.path)) {
    const roots = new Set([...head.matchAll(/^[ \t]*%?([A-Za-z]\w*)[.:]/gm)].map((match) => match[1] ?? ''));
    if (hasAny(roots, others)) return false;
    return roots.has('micronaut') || flat.test(head);
  }
  if (!isYamlName(file.path)) return false;
  const roots = new Set([...outermostKeys(head)].map((key) => key.split('.')[0] ?? ''));
  if (hasAny(roots, others) || (roots.has('apiVersion') && roots.has('kind'))) return false;
  if (roots.has('micronaut') || flat.test(head)) return true;
  return messaging.some(([root, keys]) => roots.has(root) && keys.test(blockOf(head, root)));
}

function hasAny(roots: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const root of roots) if (wanted.has(root)) return true;
  return false;
}

/** The lines below a root key. */
function blockOf(head: string, root: string): string {
  const start = new RegExp(`^${root}:[ \\t]*(#[^\\n]*)?\\r?$`, 'm').exec(head);
  if (start === null) return '';
  const rest = head.slice(start.index + start[0].length);
  const end = rest.search(/^[^\s#]/m);
  return end < 0 ? rest : rest.slice(0, end);
}

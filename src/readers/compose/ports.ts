import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import { get, isMap, isScalar, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { Resolve } from '../shared/environmentValues';
import { contentRange } from '../shared/places';

/** A port of a container that the host makes reachable. */
export interface PublishedPort {
  readonly container: number;
  readonly host: number;
  readonly at: SourceRange;
  /** True where the number stands in the file as it is, and in no variable. */
  readonly isPlain: boolean;
}

/** A host, the host's ports, the container's ports, the protocol. */
const short = new RegExp('^(?:(?:\\[[^\\]]*\\]|[\\w.-]*[a-z.][\\w.-]*):)?'
  + '(\\d+)(?:-(\\d+))?:(\\d+)(?:-(\\d+))?(?:/(tcp|udp))?$', 'i');

/** More ports than this in one range are not for clients to choose from. */
const maxRange = 20;

/** The published ports in `ports:`, in its short (`127.0.0.1:9092:9092/tcp`) and long form. */
export function publishedPorts(
  file: SourceFile, items: readonly (SyntaxNode | undefined)[], resolve: Resolve,
): PublishedPort[] {
  return items.flatMap((item): PublishedPort[] => {
    if (isScalar(item)) return shortForm(file, item, resolve);
    if (!isMap(item)) return [];
    const [target, published] = [numberIn(get(item, 'target'), resolve), get(item, 'published')];
    const host = numberIn(published, resolve);
    if (target === undefined || host === undefined || !isScalar(published)) return [];
    const at = contentRange(file, published);
    return [{ container: target, host, at, isPlain: !published.text.includes('$') }];
  });
}

function shortForm(file: SourceFile, item: ScalarNode, resolve: Resolve): PublishedPort[] {
  const { text, isOpen } = resolve(item.text);
  if (isOpen || text.length > 100) return [];
  const match = short.exec(text);
  if (match === null || match[5]?.toLowerCase() === 'udp') return [];
  const [host, container] = [Number(match[1]), Number(match[3])];
  const count = match[2] === undefined ? 1 : Math.min(maxRange, Number(match[2]) - host + 1);
  const at = contentRange(file, item);
  const isPlain = !item.text.includes('$');
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    ({ container: container + i, host: host + i, at, isPlain }));
}

function numberIn(node: SyntaxNode | undefined, resolve: Resolve): number | undefined {
  if (!isScalar(node)) return undefined;
  const { text, isOpen } = resolve(node.text);
  return !isOpen && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

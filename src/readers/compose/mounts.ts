import { resolvePath, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import { get, isMap, isScalar, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import type { Resolve } from '../shared/environmentValues';
import { contentRange } from '../shared/places';
import type { ComposeService } from './services';

/** A file or folder of the repository that a container sees. */
export interface Mount {
  /** Absolute. */
  readonly path: string;
  readonly target: string;
  readonly at: SourceRange;
}

/** What a service's `volumes:` and `configs:` mount from the file's own surroundings. */
export function mountsOf(file: SourceFile, root: SyntaxNode | undefined, service: ComposeService): Mount[] {
  const volumes = service.items('volumes').flatMap((item): Mount[] => {
    if (isScalar(item)) return shortForm(file, item, service.resolve);
    if (!isMap(item)) return [];
    const source = get(item, 'source') ?? get(item, 'src');
    return made(file, source, textOf(get(item, 'target')), service.resolve);
  });
  const configs = service.items('configs').flatMap((item): Mount[] => {
    const name = isScalar(item) ? item.text : textOf(get(item, 'source'));
    if (name === undefined || name === '') return [];
    const target = textOf(get(item, 'target')) ?? `/${name}`;
    return made(file, get(root, 'configs', name, 'file'), target, service.resolve);
  });
  return [...volumes, ...configs];
}

/** `./definitions.json:/etc/rabbitmq/definitions.json:ro`. */
function shortForm(file: SourceFile, item: ScalarNode, resolve: Resolve): Mount[] {
  const written = withoutWorkingFolder(item.text);
  const { text, isOpen } = resolve(written);
  const match = isOpen ? null : /^([^:]+):(\/[^:]*)(?::[\w,]+)?$/.exec(text);
  return match === null ? [] : mounted(file, item, match[1] ?? '', match[2] ?? '');
}

function made(
  file: SourceFile, source: SyntaxNode | undefined, target: string | undefined, resolve: Resolve,
): Mount[] {
  if (!isScalar(source) || target === undefined) return [];
  const { text, isOpen } = resolve(withoutWorkingFolder(source.text));
  return isOpen ? [] : mounted(file, source, text, target);
}

/** A name without a slash or a dot is a volume's; absolute paths and `~` lie outside of the repository. */
function mounted(file: SourceFile, node: ScalarNode, source: string, target: string): Mount[] {
  if (!/^\.{1,2}(\/|$)|^[\w.-]+\//.test(source)) return [];
  const whole = contentRange(file, node);
  const start = file.text.indexOf(source, whole.start);
  const at = start < 0 || start + source.length > whole.end
    ? whole : { ...whole, start, end: start + source.length };
  return [{ path: resolvePath(file.path, source), target, at }];
}

/** Compose is run in the file's folder, which is what `$PWD` stands for. */
function withoutWorkingFolder(text: string): string {
  return text.replace(/^\$(PWD|\{PWD\})(?=[/:]|$)/, '.');
}

function textOf(node: SyntaxNode | undefined): string | undefined {
  return isScalar(node) && node.text !== '' ? node.text : undefined;
}

import { dirName, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import {
  entry, get, isMap, isScalar, isSeq, type Entry, type MapNode, type SyntaxNode,
} from '../../syntax/tree';
import { canonicalVariable, environmentOf, type Resolve } from '../shared/environmentValues';
import { KeyedValues, type Keyed } from '../shared/keyed';
import { contentRange, entryRange } from '../shared/places';
import { imageOf, type Image, type Kind } from './images';
import type { Variables } from './variables';

/** One entry of `services:`, with what it takes over from others by `extends` and merges. */
export interface ComposeService {
  readonly name: Sourced<string>;
  readonly extent: SourceRange;
  readonly image: Image;
  /** As it is written, in lower case; empty where there is none. */
  readonly imageText: string;
  readonly kind: Kind | undefined;
  /** Where the image is written, else the name. */
  readonly imageAt: SourceRange;
  readonly environment: KeyedValues;
  /** Fills in what the file takes from its variables. */
  readonly resolve: Resolve;
  /** Names at which others in its networks reach it, its own first. */
  readonly names: readonly Sourced<string>[];
  /** False for templates and what is switched off: `replicas: 0`. */
  readonly runs: boolean;
  readonly replicas: Sourced<number> | undefined;
  /** The service of the same file that it extends. */
  readonly base: string | undefined;
  /** The services that it waits for or is linked to. */
  readonly needs: ReadonlySet<string>;
  /** The folder that it is built from. */
  readonly folder: string | undefined;
  /** The value of a key, its own or that of what it extends. */
  value(key: string): SyntaxNode | undefined;
  /** The items of a list key, those of what it extends before its own. */
  items(key: string): readonly (SyntaxNode | undefined)[];
}

/** The services of a compose file, in order. */
export function readServices(
  file: SourceFile, root: SyntaxNode | undefined, variables: Variables,
): ComposeService[] {
  const all = get(root, 'services');
  if (!isMap(all)) return [];
  return all.entries.flatMap((e) => {
    const chain = chainOf(all, e);
    return chain.length === 0 ? [] : [serviceOf(file, e, chain, variables)];
  });
}

const maxExtends = 10;

/** A service's map, then those that it extends, as far as they stand in this file. */
function chainOf(all: MapNode, e: Entry): MapNode[] {
  const chain: MapNode[] = [];
  for (let node = e.value; isMap(node) && chain.length < maxExtends && !chain.includes(node);) {
    chain.push(node);
    const base = baseOf(node);
    node = base === undefined ? undefined : entry(all, base)?.value;
  }
  return chain;
}

/** `extends: name`, or `extends: {service: name}` without another file. */
function baseOf(node: MapNode): string | undefined {
  const extending = get(node, 'extends');
  if (isScalar(extending)) return extending.text;
  const service = get(extending, 'service');
  return isScalar(service) && get(extending, 'file') === undefined ? service.text : undefined;
}

function serviceOf(
  file: SourceFile, e: Entry, chain: readonly MapNode[], variables: Variables,
): ComposeService {
  const { resolve } = variables;
  const value = (key: string): SyntaxNode | undefined => {
    for (const node of chain) {
      const found = entry(node, key);
      if (found !== undefined) return found.value;
    }
    return undefined;
  };
  const items = (key: string): readonly (SyntaxNode | undefined)[] => [...chain].reverse().flatMap((node) => {
    const list = get(node, key);
    return isSeq(list) ? list.items : [];
  });
  const name = { value: e.key.text, at: contentRange(file, e.key) };
  const written = value('image');
  const imageText = isScalar(written) ? resolve(written.text).text.toLowerCase() : '';
  const image = imageOf(imageText);
  const environment = variablesOf(file, chain, variables);
  const replicas = wholeOf(file, get(value('deploy'), 'replicas') ?? value('scale'), resolve);
  const own = chain[0];
  return {
    name, extent: entryRange(file, e), image, imageText, kind: image.kind ?? kindByVariables(environment),
    imageAt: isScalar(written) ? contentRange(file, written) : name.at,
    environment, resolve, names: namesOf(file, name, value, resolve), runs: replicas?.value !== 0, replicas,
    base: own === undefined ? undefined : baseOf(own),
    needs: new Set([...textsIn(value('depends_on')), ...textsIn(value('links')).map(beforeColon)]),
    folder: folderOf(file, value('build'), resolve), value, items,
  };
}

/** The variables of files first, then those that it extends, then its own: the last of a name counts. */
function variablesOf(file: SourceFile, chain: readonly MapNode[], variables: Variables): KeyedValues {
  const bases = [...chain].reverse();
  const own = (node: MapNode): readonly Keyed[] =>
    environmentOf(file, get(node, 'environment'), variables.resolve).all.map((one) => variables.passed(one));
  const all = [...bases.flatMap((node) => variables.ofFiles(get(node, 'env_file'))), ...bases.flatMap(own)];
  return new KeyedValues(file, all, canonicalVariable);
}

/** What an image of one's own holds, where its variables are those of a known one. */
export function kindByVariables(environment: KeyedValues): Kind | undefined {
  const has = (key: string): boolean => environment.get(key) !== undefined;
  if (has('KAFKA_ADVERTISED_LISTENERS') || has('KAFKA_CFG_ADVERTISED_LISTENERS')) return 'kafka';
  const isWorker = has('CONNECT_GROUP_ID') || has('CONNECT_KEY_CONVERTER');
  if (has('CONNECT_BOOTSTRAP_SERVERS') && isWorker) return 'connect';
  if (has('BOOTSTRAP_SERVERS') && has('CONFIG_STORAGE_TOPIC')) return 'connect';
  if (has('KAFKA_CONNECT_BOOTSTRAP_SERVERS') && has('KAFKA_CONNECT_CONFIGURATION')) return 'connect';
  if (has('KSQL_BOOTSTRAP_SERVERS') && has('KSQL_LISTENERS')) return 'ksql';
  // A client that logs in as the default user says where; a broker does not.
  const isClient = environment.all.some((one) => rabbitAddress.test(one.key));
  return has('RABBITMQ_DEFAULT_USER') && !isClient ? 'rabbitmq' : undefined;
}

const rabbitAddress = /(RABBIT|AMQP).*_(HOST|HOSTS|HOSTNAME|SERVER|ADDRESS|ADDRESSES|URL|URI|ENDPOINT)$/i;

function namesOf(
  file: SourceFile, name: Sourced<string>, value: (key: string) => SyntaxNode | undefined, resolve: Resolve,
): Sourced<string>[] {
  const found = [name];
  const add = (node: SyntaxNode | undefined): void => {
    if (!isScalar(node)) return;
    const { text, isOpen } = resolve(node.text);
    if (isOpen || !/^[\w.-]+$/.test(text) || found.some((f) => f.value === text)) return;
    found.push({ value: text, at: contentRange(file, node) });
  };
  add(value('container_name'));
  add(value('hostname'));
  const networks = value('networks');
  for (const network of isMap(networks) ? networks.entries : []) {
    const aliases = get(network.value, 'aliases');
    if (isSeq(aliases)) aliases.items.forEach(add);
  }
  return found;
}

function beforeColon(text: string): string {
  return text.split(':', 1)[0] ?? '';
}

/** The texts of a list, or the keys of a map. */
function textsIn(node: SyntaxNode | undefined): string[] {
  if (isMap(node)) return node.entries.map((e) => e.key.text);
  return isSeq(node) ? node.items.flatMap((item) => (isScalar(item) ? [item.text] : [])) : [];
}

function wholeOf(file: SourceFile, node: SyntaxNode | undefined, resolve: Resolve): Sourced<number> | undefined {
  if (!isScalar(node)) return undefined;
  const { text, isOpen } = resolve(node.text);
  return !isOpen && /^\d{1,6}$/.test(text) ? { value: Number(text), at: contentRange(file, node) } : undefined;
}

/**
 * The folder of a program: of its Dockerfile where a whole repository is the context, else the context.
 * Undefined for a context that is no folder, or the file's own, which holds everything.
 */
function folderOf(file: SourceFile, build: SyntaxNode | undefined, resolve: Resolve): string | undefined {
  const text = (node: SyntaxNode | undefined): string | undefined => {
    if (!isScalar(node) || node.text === '') return undefined;
    const { text: filled, isOpen } = resolve(node.text);
    return isOpen ? undefined : filled;
  };
  const context = isMap(build) ? text(get(build, 'context')) ?? '.' : text(build);
  if (context === undefined || /^(https?|git|ssh|docker-image):|^git@|^[/~$]/.test(context)) return undefined;
  const folder = resolvePath(file.path, context);
  const dockerfile = text(get(build, 'dockerfile'));
  const inner = dockerfile === undefined ? folder : dirName(resolvePath(`${folder}/x`, dockerfile));
  const own = dirName(file.path);
  const isWhole = folder === own || own.startsWith(`${folder}/`) || folder === '/';
  if (!isWhole) return folder;
  return inner !== folder && inner.startsWith(folder) ? inner : undefined;
}

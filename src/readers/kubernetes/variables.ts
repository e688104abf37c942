import type { SourceRange } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import { get, isMap, isScalar, isSeq, text, type MapNode, type ScalarNode, type SyntaxNode } from '../../syntax/tree';
import { mapsIn } from '../shared/document';
import { canonicalVariable, environmentOf, innerPlaces, resolveUsual } from '../shared/environmentValues';
import { keyed, KeyedValues, type Keyed } from '../shared/keyed';
import { contentRange, entryRange, nodeRange } from '../shared/places';
import { parseBrokerUrl } from '../shared/url';
import { manifestOf } from './manifest';
import type { Resource } from './resource';

/**
 * What a container is told: `envFrom` and `env` with what ConfigMaps of this or a neighbouring file say, then
 * options of its command line (`--spring.kafka.bootstrap-servers=…`), which programs prefer to variables.
 */
export function variablesOf(file: SourceFile, container: MapNode, all: readonly Resource[]): KeyedValues {
  const own = mapsIn(get(container, 'env')).flatMap((item) => referenced(file, item, all));
  const found = [...fromMaps(file, container, all), ...environmentOf(file, get(container, 'env')).all, ...own];
  const byName = new Map(found.map((one) => [one.key, one]));
  const resolved = found.map((one) => (one.isOpen ? expanded(file, one, byName) : one));
  return new KeyedValues(file, [...resolved, ...options(file, container)], canonicalVariable);
}

/** The entries of ConfigMaps and plain Secrets that `envFrom` takes whole. */
function fromMaps(file: SourceFile, container: MapNode, all: readonly Resource[]): Keyed[] {
  return mapsIn(get(container, 'envFrom')).flatMap((source) => {
    const prefix = text(get(source, 'prefix')) ?? '';
    const from = dataOf(all, 'ConfigMap', text(get(source, 'configMapRef', 'name')))
      ?? dataOf(all, 'Secret', text(get(source, 'secretRef', 'name')));
    if (from === undefined || !isMap(from.data)) return [];
    return from.data.entries.flatMap(({ key, value, end }): Keyed[] => {
      if (!isScalar(value) || value.value === null || value.style === 'block') return [];
      const extent = entryRange(from.file, { key, value, end });
      return valueOf(file, from.file, prefix + key.text, value, contentRange(from.file, key), extent);
    });
  });
}

/**
 * A value of a map. What another file holds is taken without logins: its own reading finds them, at their place.
 */
function valueOf(
  file: SourceFile, from: SourceFile, key: string, value: ScalarNode, keyAt: SourceRange, extent: SourceRange,
): Keyed[] {
  const at = contentRange(from, value);
  if (from.id === file.id) return [keyed(key, keyAt, value.text, at, extent)];
  if (/PASS|PWD|SECRET|TOKEN|JAAS|CREDENTIAL/i.test(key)) return [];
  const shown = value.text.split(',').map((part) => parseBrokerUrl(part.trim()).shown).join(',');
  return [keyed(key, keyAt, shown, at, extent)];
}

/** A variable out of one entry of a ConfigMap in the same file. */
function referenced(file: SourceFile, item: MapNode, all: readonly Resource[]): Keyed[] {
  const name = get(item, 'name');
  const from = get(item, 'valueFrom', 'configMapKeyRef') ?? get(item, 'valueFrom', 'secretKeyRef');
  if (!isScalar(name) || !isMap(from)) return [];
  const kind = get(item, 'valueFrom', 'configMapKeyRef') === undefined ? 'Secret' : 'ConfigMap';
  const map = dataOf(all, kind, text(get(from, 'name')));
  const value = get(map?.data, text(get(from, 'key')) ?? '');
  if (map === undefined || !isScalar(value) || value.value === null || value.style === 'block') return [];
  return valueOf(file, map.file, name.text, value, contentRange(file, name), nodeRange(file, item));
}

function dataOf(
  all: readonly Resource[], kind: 'ConfigMap' | 'Secret', name: string | undefined,
): { readonly data: SyntaxNode | undefined; readonly file: SourceFile } | undefined {
  if (name === undefined) return undefined;
  const map = manifestOf(all).maps.get(`${kind}/${name}`);
  return map && { data: get(map.root, kind === 'ConfigMap' ? 'data' : 'stringData'), file: map.file };
}

/** `$(HOST):9092`: Kubernetes puts variables of the same container in their places. */
function expanded(file: SourceFile, one: Keyed, byName: ReadonlyMap<string, Keyed>): Keyed {
  const written = one.at.file === file.id ? file.text.slice(one.at.start, one.at.end) : '';
  if (!written.includes('$(')) return one;
  const text = written.replace(/\$\(([A-Za-z_][\w.-]{0,200})\)/g, (whole, name: string) => {
    const other = byName.get(name);
    return other === undefined || other === one || other.isOpen ? whole : other.value;
  });
  const resolved = resolveUsual(text);
  return resolved.isOpen || text.length > 4_000 ? one : { ...one, value: resolved.text.trim(), isOpen: false };
}

/** `--key=value` and `--key value` among `command` and `args`. */
function options(file: SourceFile, container: MapNode): Keyed[] {
  return ['command', 'args'].flatMap((list) => {
    const items = get(container, list);
    if (!isSeq(items)) return [];
    return items.items.flatMap((item, i): Keyed[] => {
      if (!isScalar(item)) return [];
      const match = /^--([A-Za-z][\w.-]{1,100})(?:=(.*))?$/s.exec(item.text);
      const key = match?.[1];
      if (key === undefined) return [];
      const next = items.items[i + 1];
      const place = innerPlaces(file, item);
      const keyAt = place(2, 2 + key.length);
      if (match?.[2] !== undefined) {
        const at = place(key.length + 3, item.text.length);
        return [keyed(key, keyAt, match[2], at, nodeRange(file, item))];
      }
      if (!isScalar(next) || next.value === null || next.text.startsWith('-')) return [];
      return [keyed(key, keyAt, next.text, contentRange(file, next), nodeRange(file, item))];
    });
  });
}

import { rangeIn, type SourceFile } from '../../text/sourceFile';
import { get, isMap, isSeq, type SyntaxNode } from '../../syntax/tree';
import { connectorSkipped } from '../kafka-connect/connector';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { KeyedValues, leavesOf, type Keyed } from '../shared/keyed';
import { knownText } from '../shared/places';
import { dialect } from './dialect';
import { serverFacts } from './server';

/** `DebeziumServer` of Debezium's operator: the keys of properties, below `config` of source and sink. */
export const debeziumServers: ResourceReader = {
  dialect, kinds: { 'debezium.io': ['DebeziumServer'] }, read,
};

function read({ file, root, name, extent }: Resource): ResourceFacts {
  if (name === undefined) return { facts: [] };
  const spec = get(root, 'spec');
  const text = (...path: string[]): ReturnType<typeof knownText> => knownText(file, get(spec, ...path));
  const type = text('sink', 'type');
  const sourceClass = text('source', 'class');
  const config = leavesOf(file, get(spec, 'source', 'config'));
  const source = new KeyedValues(file, [...config, ...chain(file, spec)]);
  const sink = new KeyedValues(file, leavesOf(file, get(spec, 'sink', 'config')));
  const facts = serverFacts({
    extent, name, source, sink, sinkType: type === 'open' ? undefined : type,
    ...(sourceClass === undefined || sourceClass === 'open' ? {} : { class: sourceClass }),
  });
  return { facts, skipped: [source, sink].flatMap((values) => connectorSkipped(values, false)) };
}

/** The list of transforms and the map of predicates under the keys that they have in properties. */
function chain(file: SourceFile, spec: SyntaxNode | undefined): Keyed[] {
  const list = get(spec, 'transforms');
  const transforms = !isSeq(list) ? [] : list.items.flatMap((item, i): Keyed[] => {
    if (item === undefined) return [];
    const at = rangeIn(file, item.start, item.end);
    const alias = `${i + 1}`;
    const own = leavesOf(file, item).map((one) => ({
      ...one, key: `transforms.${alias}.${one.key.replace(/^config\./, '')}`,
    }));
    return [{ key: `transforms[${i}]`, keyAt: at, value: alias, at, extent: at, isOpen: false }, ...own];
  });
  const map = get(spec, 'predicates');
  const predicates = !isMap(map) ? [] : leavesOf(file, map).map((one) => ({
    ...one, key: `predicates.${one.key.replace(/\.config\./, '.')}`,
  }));
  return [...transforms, ...predicates];
}

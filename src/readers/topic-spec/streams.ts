import { baseName } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { ConsumeFact, PublishFact } from '../../model/facts';
import { get, isMap, isScalar, isSeq, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange } from '../shared/places';
import { dialect, type Context } from './context';
import { inputKeys, member, outputKeys, type Section, type TopicEntry } from './entries';
import { isRadar } from './schemas';

/** The windows that RADAR-base's streams put behind a topic's name (TimeWindowMetadata). */
const windows = ['_10sec', '_1min', '_10min', '_1hour', '_1day', '_1week'];

/** An output topic of a stream that an entry gives by rule. */
export interface Output {
  readonly name: Sourced<string>;
  readonly inferred?: string;
}

/** The names of the topics that an entry with inputs writes; `topic` is its own name, where it has one. */
export function outputsOf(c: Context, topic: TopicEntry, own: Sourced<string> | undefined): Output[] {
  const written = c.doc.list(member(topic.node, ...outputKeys)?.value);
  if (written.length > 0) return written.map((name) => ({ name }));
  if (!isRadar(topic)) return own === undefined ? [] : [{ name: own }];
  const windowed = c.doc.boolean(member(topic.node, 'windowed')?.value);
  const base = c.doc.text(member(topic.node, 'topicbase')?.value)
    ?? c.doc.list(member(topic.node, ...inputKeys)?.value)[0];
  if (windowed === 'open' || windowed === undefined || !windowed.value) {
    if (own !== undefined) return [{ name: own }];
    const inferred = 'RADAR-base names the output of a stream without windows by its base topic and _output.';
    return base === undefined ? [] : [{ name: { value: `${base.value}_output`, at: base.at }, inferred }];
  }
  const inferred = 'RADAR-base names the outputs of a windowed stream by its base topic and the window.';
  if (base === undefined) return [];
  return windows.map((window) => ({ name: { value: base.value + window, at: base.at }, inferred }));
}

/** The entry's own program: it reads the inputs and writes the outputs. */
export function readStream(
  c: Context, topic: TopicEntry, service: Sourced<string>, outputs: readonly Output[],
): void {
  const extent = nodeRange(c.file, topic.node);
  for (const name of c.doc.list(member(topic.node, ...inputKeys)?.value)) consume(c, extent, service, name);
  for (const { name, inferred } of outputs) publish(c, extent, service, name, inferred);
}

/** What runs the streams of a section: the `name` beside them, else the file. */
export function streamService(c: Context, section: Section): Sourced<string> {
  const said = c.doc.text(get(section.parent, 'name')) ?? c.doc.text(get(section.parent, 'application'));
  const at = section.parent === undefined ? undefined : nodeRange(c.file, section.parent);
  const extent = at ?? { file: c.file.id, start: 0, end: 0 };
  const name = said ?? {
    value: baseName(c.file.path).replace(/\..*$/, ''),
    at: section.key === undefined ? { ...extent, end: extent.start }
      : { ...extent, start: section.key.key.start, end: section.key.key.end },
  };
  c.facts.push(defined({
    kind: 'service' as const, dialect, extent, name,
    inferred: said === undefined
      ? 'The file does not name the program; it is named after the file.' : undefined,
  }));
  return name;
}

/** Programs that an entry names beside its topic: `producers`, `consumers`, and their like. */
export function readEnds(c: Context, topic: TopicEntry, address: Sourced<string>): void {
  const extent = nodeRange(c.file, topic.node);
  const producers = member(topic.node, 'producers', 'producer', 'publishers', 'producedby')?.value;
  const consumers = member(topic.node, 'consumers', 'consumer', 'subscribers', 'consumedby')?.value;
  for (const service of namesIn(c, producers)) {
    c.facts.push({ kind: 'service', dialect, extent, name: service });
    publish(c, extent, service, address);
  }
  for (const service of namesIn(c, consumers)) {
    c.facts.push({ kind: 'service', dialect, extent, name: service });
    consume(c, extent, service, address);
  }
}

function namesIn(c: Context, node: SyntaxNode | undefined): Sourced<string>[] {
  return (isSeq(node) ? node.items : [node]).flatMap((item) => {
    const name = isScalar(item) ? item : isMap(item) ? get(item, 'name') ?? get(item, 'service') : undefined;
    // A sentence, a number or a switch is no program's name.
    if (!isScalar(name) || typeof name.value !== 'string' || /\s/.test(name.text.trim())) return [];
    return c.doc.text(name) ?? [];
  });
}

function publish(
  c: Context, extent: SourceRange, service: Sourced<string>, name: Sourced<string>, inferred?: string,
): void {
  c.facts.push(defined<PublishFact>({
    kind: 'publish', dialect, extent, service, channel: { name, protocol: 'kafka' }, protocol: 'kafka',
    settings: {}, inferred,
  }));
}

function consume(c: Context, extent: SourceRange, service: Sourced<string>, name: Sourced<string>): void {
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', dialect, extent, service, channel: { name, protocol: 'kafka' }, protocol: 'kafka',
    settings: {},
  }));
}

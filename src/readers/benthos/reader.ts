import { baseName, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import type { Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, isScalar, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document, inFileOrder } from '../shared/document';
import { folderName } from '../shared/folderName';
import { contentRange, nodeRange } from '../shared/places';
import { readAmqpInput, readAmqpOutput } from './amqp';
import { Brokers } from './brokers';
import { leavesOf, Resources } from './components';
import { addressesOf, dialect, type Component, type Context } from './context';
import { withDeadLetters } from './fallbacks';
import { readKafkaInput, readKafkaOutput, readOwnTopics } from './kafka';
import { readMqttInput, readMqttOutput, readNatsInput, readNatsOutput } from './light';
import { isBenthos } from './recognize';

/**
 * Pipelines of Redpanda Connect (Benthos). A pipeline acknowledges at its input when its outputs have taken
 * the message: at least once, as far as the input can hold a message back.
 */
export const benthos: Reader = { dialect, recognizes: isBenthos, read: readPipeline };

function readPipeline(file: SourceFile): ReadResult {
  // `${! … }` is worked out for each message.
  const doc = new Document(file, (text) => text.includes('${!'), true);
  const root = doc.roots.find(isMap);
  const facts: Fact[] = [];
  if (root !== undefined) {
    const brokers = new Brokers(doc, file, facts);
    const resources = { input: new Resources(root, 'input'), output: new Resources(root, 'output') };
    expectBrokers(brokers, root, resources);
    const context = (service: Sourced<string>): Context =>
      ({ doc, file, facts, brokers, service, root, migrated: [] });
    const { name, inferred } = nameOf(doc, file, root);
    const c = context(name);
    const first = facts.length;
    readSide(c, 'input', get(root, 'input'), resources.input);
    readSide(c, 'output', get(root, 'output'), resources.output);
    const own = entry(root, 'redpanda');
    if (own !== undefined) readOwnTopics(c, { entry: own, node: own.value });
    const isUsed = facts.slice(first).some((f) => f.kind === 'publish' || f.kind === 'consume');
    if (isUsed) facts.push(serviceFact(name, nodeRange(file, root), inferred));
    for (const side of ['input', 'output'] as const) readUnused(file, context, side, resources[side], facts);
  }
  return { facts: inFileOrder(withDeadLetters(facts)), problems: doc.problems, skipped: doc.skipped };
}

type Both = Readonly<Record<'input' | 'output', Resources>>;

/** Tells of all addresses before the first component is read. */
function expectBrokers(brokers: Brokers, root: MapNode, resources: Both): void {
  for (const side of ['input', 'output'] as const) {
    const nodes = [get(root, side), ...resources[side].labelled.map(([, node]) => node)];
    for (const component of nodes.flatMap((node) => leavesOf(node, new Resources(undefined, side)))) {
      brokers.expect(protocolOf(component), addressesOf(root, component));
    }
  }
}

function readSide(
  c: Context, side: 'input' | 'output', node: SyntaxNode | undefined, resources: Resources,
): void {
  const entries = new Set<unknown>();
  for (const component of leavesOf(node, resources)) {
    // A resource that several cases of a switch name is one end all the same.
    if (entries.has(component.entry)) continue;
    entries.add(component.entry);
    readEnd(c, side, component);
  }
}

type Ends = Readonly<Record<'input' | 'output', (c: Context, component: Component) => void>>;
const ends: Readonly<Record<string, Ends>> = {
  amqp_0_9: { input: readAmqpInput, output: readAmqpOutput },
  mqtt: { input: readMqttInput, output: readMqttOutput },
  nats: { input: readNatsInput, output: readNatsOutput },
  nats_jetstream: { input: readNatsInput, output: readNatsOutput },
  nats_stream: { input: readNatsInput, output: readNatsOutput },
};
const kafkaEnds = { input: readKafkaInput, output: readKafkaOutput };

function protocolOf({ entry: { key } }: Component): Protocol {
  if (key.text === 'amqp_0_9') return 'rabbitmq';
  return key.text === 'mqtt' ? 'mqtt' : key.text.startsWith('nats') ? 'nats' : 'kafka';
}

function readEnd(c: Context, side: 'input' | 'output', component: Component): void {
  const kind = component.entry.key.text;
  (Object.hasOwn(ends, kind) ? ends[kind] ?? kafkaEnds : kafkaEnds)[side](c, component);
}

/** Resources that pipelines in other files use: each is known by its label. */
function readUnused(
  file: SourceFile, context: (service: Sourced<string>) => Context, side: 'input' | 'output',
  resources: Resources, facts: Fact[],
): void {
  for (const [label, node] of resources.labelled) {
    if (resources.used.has(label)) continue;
    const written = get(node, 'label');
    const at = isScalar(written) ? contentRange(file, written)
      : { ...nodeRange(file, node), end: node.start };
    const name = { value: label, at };
    const first = facts.length;
    readSide(context(name), side, node, resources);
    if (!facts.slice(first).some((f) => f.kind === 'publish' || f.kind === 'consume')) continue;
    facts.push(serviceFact(name, nodeRange(file, node),
      'The resource is used by pipelines in other files; it is named by its label.'));
  }
}

function serviceFact(name: Sourced<string>, extent: SourceRange, inferred: string | undefined): Fact {
  return defined({
    kind: 'service' as const, dialect, extent, name, inferred,
    note: 'A message is acknowledged at the input when the outputs have taken it.',
  });
}

/** Names of files that say what they are, not what they do. */
const generic = new Set([
  'config', 'configuration', 'benthos', 'pipeline', 'stream', 'connect', 'redpanda', 'redpanda-connect',
  'rpcn', 'docker', 'main', 'default', 'index', 'values', 'app', 'base', 'prod', 'production', 'dev', 'test',
  'staging',
]);
const ending = /\.[^.]*(\.(j2|tpl|tmpl|tftpl|template|dist|example|sample))*$/i;

/** As in streams mode a pipeline goes by its file's name; else by the label of an end, else by its folder. */
function nameOf(doc: Document, file: SourceFile, root: MapNode): { name: Sourced<string>; inferred: string } {
  const key = (entry(root, 'input') ?? entry(root, 'output') ?? root.entries[0])?.key ?? root;
  const at: SourceRange = key.kind === 'scalar' ? contentRange(file, key)
    : { ...nodeRange(file, key), end: key.start };
  const base = baseName(file.path).replace(ending, '');
  if (!generic.has(base.toLowerCase()) && base !== '') {
    return { name: { value: base, at }, inferred: 'The file names no pipeline; it is named after the file.' };
  }
  const label = doc.text(get(root, 'input', 'label')) ?? doc.text(get(root, 'output', 'label'));
  if (label !== undefined) {
    return { name: label, inferred: 'The pipeline is named by the label of its input or output.' };
  }
  return {
    name: { value: folderName(file.path) ?? base, at },
    inferred: 'The file names no pipeline; it is named after its folder.',
  };
}

import type { ConsumeSettings, Protocol } from '../../model/settings';
import type { SourceRange, Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { extentOf, type Context } from './context';
import { canonicalKey, countOf, durationOf, narrowed, type Leaf, Settings } from './settings';

/** One binding of Spring Cloud Stream, with what the file says of it. */
export interface Binding {
  /** `orders-in-0`. */
  readonly name: string;
  readonly direction: 'publish' | 'consume' | undefined;
  /** Where messages come from or go to; a binding without `destination` has its own name for one. */
  readonly destinations: readonly Sourced<string>[];
  readonly isNamed: boolean;
  readonly group?: Sourced<string>;
  /** True where a group is written that nobody can tell. */
  readonly hasOpenGroup: boolean;
  /** `bindings.<name>`, with `default` beneath. */
  readonly core: Settings;
  readonly protocol: Protocol | undefined;
  readonly isStreams: boolean;
  /** True where the file has both Kafka binders and does not say which of them this binding has. */
  readonly isEither: boolean;
  readonly binder?: Binder;
  readonly extent: SourceRange;
  readonly at: SourceRange;
}

/** A binder that the file configures (`binders.<name>`), or the only one. */
export interface Binder {
  readonly name: string;
  readonly type: string;
  /** The settings that hold for it alone (`environment`). */
  readonly environment: Settings;
  readonly at: SourceRange;
}

/** Names of binders' types, and whose they are. */
const types: Readonly<Record<string, { readonly protocol: Protocol; readonly isStreams?: true }>> = {
  kafka: { protocol: 'kafka' }, reactorkafka: { protocol: 'kafka' }, rabbit: { protocol: 'rabbitmq' },
  kstream: { protocol: 'kafka', isStreams: true }, ktable: { protocol: 'kafka', isStreams: true },
  globalktable: { protocol: 'kafka', isStreams: true },
};

export function bindersOf(c: Context, stream: Settings): Binder[] {
  return stream.below('binders').sections().map(({ name, inside, first }) => ({
    name, type: canonicalKey(inside.text('type')?.value ?? name), environment: inside.below('environment'),
    at: nameRange(c, first, name, 'binders'),
  }));
}

/** How a binding tries again, by the words that all binders share; undefined where it says none of them. */
export function bindingRetries({ core }: Binding): ConsumeSettings['onFailure'] {
  const attempts = countOf(core, 'consumer.max-attempts');
  const multiplier = core.text('consumer.back-off-multiplier');
  const found = defined<NonNullable<ConsumeSettings['onFailure']>>({
    retries: attempts && { value: Math.max(0, attempts.value - 1), at: attempts.at },
    delay: durationOf(core, 'consumer.back-off-initial-interval'),
    backoff: multiplier !== undefined && Number(multiplier.value) > 1 ? { value: 'exponential', at: multiplier.at } : undefined,
  });
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The binders' type that all bindings have which name none; undefined where several are as likely. */
function commonType(stream: Settings, all: Settings, binders: readonly Binder[]): string | undefined {
  const wanted = stream.text('default-binder')?.value;
  if (wanted !== undefined) return binders.find((b) => b.name === wanted)?.type ?? canonicalKey(wanted);
  const kinds = new Set(binders.map((b) => b.type));
  if (!stream.below('rabbit').isEmpty) kinds.add('rabbit');
  const kafka = stream.below('kafka');
  if (kafka.all.some((leaf) => leaf.parts[0] !== 'streams')) kinds.add('kafka');
  else if (!kafka.isEmpty) kinds.add('kstream');
  for (const { name, inside } of stream.sections()) if (isForeign(name, inside)) kinds.add(canonicalKey(name));
  if (kinds.size === 0) {
    if (!all.below('spring.kafka').isEmpty) kinds.add('kafka');
    if (!all.below('spring.rabbitmq').isEmpty) kinds.add('rabbit');
  }
  // Streams' topics are Kafka's as well; which of the two a binding is, its own keys say.
  if (kinds.has('kafka')) for (const name of ['kstream', 'ktable', 'globalktable']) kinds.delete(name);
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

/** The section of a binder that is not ours: `kinesis`, `pulsar`, `gcp.pubsub`, `servicebus`. */
function isForeign(name: string, inside: Settings): boolean {
  if (/^(kafka|rabbit|bindings|binders|default|function)$/i.test(name)) return false;
  return inside.all.some((leaf) => leaf.parts.slice(0, 2).some((part) => /^(binder|bindings)$/i.test(part)));
}

/** The functions whose bindings are Kafka Streams', by what the file says of some of them. */
function streamsFunctions(stream: Settings): ReadonlySet<string> {
  const streams = stream.below('kafka.streams');
  return new Set([
    ...streams.below('bindings').sections().map(({ name }) => functionOf(name)),
    ...streams.below('binder.functions').sections().map(({ name }) => canonicalKey(name)),
  ]);
}

/** The function of a functional binding; of others the binding itself. */
function functionOf(name: string): string {
  return canonicalKey(name.replace(/-(in|out)-\d+$/i, ''));
}

/** The bindings of `spring.cloud.stream`. */
export function bindingsOf(c: Context, stream: Settings, all: Settings): Binding[] {
  const binders = bindersOf(c, stream);
  const common = commonType(stream, all, binders);
  const aliases = aliasesOf(stream);
  const ofStreams = streamsFunctions(stream);
  const hasStreams = !stream.below('kafka.streams').isEmpty;
  const sections = stream.below('bindings').sections().map(({ name, inside, first }) => (
    { name, inside, first, at: nameRange(c, first, name, 'bindings') }));
  const known = new Set(sections.map(({ name }) => canonicalKey(name)));
  // A function's binding that has another name, and nothing else, is one all the same.
  const renamed = [...aliases.values()].filter((leaf) => !known.has(canonicalKey(leaf.value)))
    .map((leaf) => ({ name: leaf.value, inside: new Settings(c.file, []), first: leaf, at: leaf.at }));
  return [...sections, ...renamed].flatMap(({ name, inside, first, at }): Binding[] => {
    const core = new Settings(c.file, [...stream.below('default').all, ...inside.all]);
    const wanted = core.text('binder')?.value;
    const binder = binders.find((b) => b.name === wanted) ?? (binders.length === 1 ? binders[0] : undefined);
    const functional = aliases.get(canonicalKey(name))?.parts.join('.') ?? name;
    const isOwn = wanted === undefined && ofStreams.has(functionOf(functional));
    const type = isOwn ? 'kstream' : (binder?.type ?? (wanted === undefined ? common : canonicalKey(wanted)));
    const kind = type !== undefined && Object.hasOwn(types, type) ? types[type] : undefined;
    // Pulsar, Kinesis, Pub/Sub and others are not ours.
    if (type !== undefined && kind === undefined) return [];
    const said = core.lookup('destination');
    const group = core.lookup('group');
    if (said === 'open') c.skip([core.get('destination')!.at]);
    const destinations = said === 'open' ? [] : said === undefined ? [{ value: name, at }] : core.list('destination').map((one) => narrowed(c.file, one));
    return [{
      name, direction: directionOf(functional, inside, stream, name),
      destinations, isNamed: said !== undefined, core, protocol: kind?.protocol, isStreams: kind?.isStreams === true,
      isEither: type === 'kafka' && hasStreams && binder === undefined
        && stream.below('kafka.bindings').section(name).isEmpty,
      hasOpenGroup: group === 'open', at, extent: extentOf(inside.all, first.extent),
      ...(group === undefined || group === 'open' ? {} : { group }), ...(binder === undefined ? {} : { binder }),
    }];
  });
}

/** `function.bindings.process-in-0: orders` gives the binding of a function another name. */
function aliasesOf(stream: Settings): ReadonlyMap<string, Leaf> {
  return new Map(stream.below('function.bindings').all.flatMap((leaf) =>
    (leaf.isOpen || leaf.value === '' ? [] : [[canonicalKey(leaf.value), leaf] as const])));
}

const inWords = /(^|[-_.])(in|input|inbound|incoming|sub)$|[a-z](In|Input|Inbound|Incoming)(Channel)?$|^input/;
const outWords = /(^|[-_.])(out|output|outbound|outgoing|pub)$|[a-z](Out|Output|Outbound|Outgoing)(Channel)?$|^output/;

/** A functional binding says its direction in its name; of others the keys below it tell, then words. */
function directionOf(name: string, inside: Settings, stream: Settings, own: string): Binding['direction'] {
  const functional = /-(in|out)-\d+$/i.exec(name)?.[1]?.toLowerCase();
  if (functional !== undefined) return functional === 'in' ? 'consume' : 'publish';
  const has = (side: string): boolean => !inside.below(side).isEmpty
    || ['kafka', 'rabbit', 'kafka.streams'].some((binder) =>
      !stream.below(`${binder}.bindings`).section(own).below(side).isEmpty);
  const consumes = has('consumer') || inside.get('group') !== undefined;
  const publishes = has('producer');
  if (consumes !== publishes) return consumes ? 'consume' : 'publish';
  if (inWords.test(name)) return 'consume';
  return outWords.test(name) ? 'publish' : undefined;
}

/** Where the name of a section stands: in its key behind `above`, or in YAML above the first of its keys. */
export function nameRange(c: Context, first: Leaf, name: string, above: string): SourceRange {
  const { text, id } = c.file;
  if (first.keyAt.file !== id) return first.keyAt;
  const key = text.slice(first.keyAt.start, first.keyAt.end);
  const behind = key.toLowerCase().indexOf(above);
  const inKey = behind < 0 ? -1 : key.indexOf(name, behind + above.length);
  if (inKey >= 0) {
    const start = first.keyAt.start + inKey;
    return { ...first.keyAt, start, end: start + name.length };
  }
  for (let from = first.keyAt.start, tries = 0; tries < 20 && from > 0; tries++) {
    const at = text.lastIndexOf(name, from - 1);
    if (at < 0) break;
    const isKey = /^["'\]]{0,3}[ \t]{0,20}[:.]/.test(text.slice(at + name.length, at + name.length + 24))
      && /[\s"'[.{]/.test(text[at - 1] ?? ' ');
    if (isKey) return { ...first.keyAt, start: at, end: at + name.length };
    from = at;
  }
  return first.keyAt;
}

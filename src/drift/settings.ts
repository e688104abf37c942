import { effectiveChannel, effectiveStream } from '../delivery/effective';
import { insertFix, replaceFix } from '../lint/dialectKeys';
import { channelWords } from '../lint/words';
import type { Channel, FlowModel } from '../model/model';
import type { Protocol, Setting, SettingName, StreamSettings } from '../model/settings';
import { valueWords } from '../model/settingWords';
import type { Fix } from '../text/problem';
import type { SourceRange, Sourced } from '../text/range';
import { placeBelow, removeFix, type FileOf } from './fixes';
import { natives, type Native } from './names';
import type { Findings } from './problem';

/** Both sides of one channel. */
export interface Pair {
  readonly protocol: Protocol;
  readonly model: FlowModel;
  readonly broker: string;
  readonly declared: Channel;
  readonly real: Channel;
  /** What the broker wrote under a name of its own; undefined for what a policy, and not the channel, sets. */
  readonly raw: (key: string) => string | undefined;
  /** The broker's own names of what was set on the channel. */
  readonly explicit: readonly string[];
  /** Whether the broker's setting of this name could be read; that of an empty name is no setting by name. */
  readonly isTold: (key: string) => boolean;
  readonly fileOf: FileOf;
}

/** What both sides say of one setting. */
interface Compared {
  readonly name: string;
  readonly native: Native;
  readonly declared?: Sourced<unknown>;
  /** What is reckoned with where no file says it. */
  readonly assumed?: unknown;
  readonly real: unknown;
  readonly isExplicit: boolean;
}

/** Compares all settings of a channel; those that no file says and that are a broker's default are told as one. */
export function compareSettings(pair: Pair, findings: Findings): void {
  const { declared, real } = pair;
  const unsaid: Compared[] = [];
  const table = natives(pair.protocol, real.kind);
  const isOpen = (settings: { readonly open?: readonly string[] } | undefined, name: string): boolean =>
    settings?.open?.includes(name) === true;
  const sides = pair.protocol === 'nats'
    ? { said: declared.settings.stream, assumed: effectiveStream(declared), real: effectiveStream(real) }
    : { said: declared.settings, assumed: effectiveChannel(declared), real: effectiveChannel(real) };
  for (const [name, native] of Object.entries(table)) {
    if (isOpen(sides.said, name) || !pair.isTold(native.key)) continue;
    const one: Compared = {
      name, native, declared: valueIn(sides.said, name), assumed: settled(sides.assumed, name) ?? native.usual,
      real: settled(sides.real, name) ?? native.usual,
      isExplicit: isExplicit(pair, name, native),
    };
    if (one.declared !== undefined) compareDeclared(pair, one, one.declared, findings);
    else if (!isSame(name, one.assumed, one.real)) {
      const isOwn = one.isExplicit && native.isCounted !== true && declared.declarations.length > 0;
      if (isOwn) compareUnsaid(pair, one, findings);
      else if (one.real !== undefined) unsaid.push(one);
    }
  }
  if (unsaid.length > 0) tellUnsaid(pair, unsaid, findings);
}

/**
 * What RabbitMQ has no argument or policy for is not there at all, and Kafka tells what was set. A NATS server fills
 * everything in: what is not its default somebody has set.
 */
function isExplicit({ protocol, real, explicit }: Pair, name: string, { key }: Native): boolean {
  if (protocol === 'nats') return true;
  return protocol === 'rabbitmq' ? valueIn(real.settings, name) !== undefined : explicit.includes(key);
}

function compareDeclared(pair: Pair, one: Compared, declared: Sourced<unknown>, findings: Findings): void {
  // A placeholder that is filled when the file is deployed.
  if (Number.isNaN(declared.value)) return;
  const { name, native } = one;
  const subject = channelWords(pair.declared);
  const says = words(name, declared.value);
  const has = words(name, one.real);
  if (isSame(name, declared.value, one.real)) {
    findings.same(subject, name, says, has, declared.at);
    return;
  }
  findings.add({
    code: 'drift/setting', subject, what: name, declared: says, real: has, at: declared.at,
    message: `${pair.declared.address}: the file says ${name} ${says}, and ${pair.broker} has ${has}${nativeWords(pair, one)}. `
      + `${native.follows} ${native.isFixed === true ? 'It cannot be changed where it is: write what the broker has, or make the channel anew.'
        : 'Write what the broker has, or change it there.'}`,
    fixes: changeFix(pair, one, declared),
  });
}

/** Somebody set it on the broker, and the files are silent. */
function compareUnsaid(pair: Pair, one: Compared, findings: Findings): void {
  const { name, native, assumed } = one;
  const has = words(name, one.real);
  findings.add({
    code: 'drift/setting', subject: channelWords(pair.declared), what: name, real: has, at: pair.declared.at,
    message: `${pair.declared.address}: ${pair.broker} has ${name} ${has}${nativeWords(pair, one)}, and no file says so; `
      + `${assumed === undefined ? 'none' : words(name, assumed)} is reckoned with. ${native.follows} Write it into the file, or take it off the broker.`,
    fixes: addFix(pair, [one]),
  });
}

function tellUnsaid(pair: Pair, unsaid: readonly Compared[], findings: Findings): void {
  const parts = unsaid.map(({ name, real, assumed }) =>
    `${name} (${words(name, real)} on ${pair.broker}; ${assumed === undefined ? 'nothing' : words(name, assumed)} is assumed)`);
  const list = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  findings.add({
    code: 'drift/unsaid-setting', subject: channelWords(pair.declared), what: unsaid.map(({ name }) => name).join(', '),
    real: unsaid.map(({ name, real }) => words(name, real)).join(', '), at: pair.declared.at,
    message: `No file says ${list} of ${channelWords(pair.declared)}. Guarantees are reckoned from what is assumed. Write what the broker has.`,
    fixes: addFix(pair, unsaid),
  });
}

/** In the broker's own words, as far as it has some for it. */
function nativeWords({ raw }: Pair, { native: { key }, isExplicit }: Compared): string {
  if (key === '') return '';
  const written = raw(key);
  if (written === undefined) return isExplicit ? ' (by a policy)' : '';
  return ` (${key}=${written}${isExplicit ? '' : ', its default'})`;
}

/** As a flow file writes it; `none` is the absence of a limit. */
export function words(name: string, value: unknown): string {
  return isNone(value) ? 'none' : valueWords(name, value);
}

function isNone(value: unknown): boolean {
  return value === undefined || value === -1 || value === Infinity;
}

/** Compared by what they mean: no limit is written in several ways, and the order of policies says nothing. */
export function isSame(name: string, a: unknown, b: unknown): boolean {
  if (isNone(a) || isNone(b)) return isNone(a) === isNone(b);
  if (name === 'cleanup') return policies(a) === policies(b);
  return a === b || String(a) === String(b);
}

function policies(value: unknown): string {
  return String(value).split(',').map((word) => word.trim()).sort().join(',');
}

function valueIn(settings: object | undefined, name: string): Sourced<unknown> | undefined {
  const found = (settings as Readonly<Record<string, Partial<Sourced<unknown>> | undefined>> | undefined)?.[name];
  return found?.at === undefined || found.value === undefined ? undefined : { value: found.value, at: found.at };
}

function settled(settings: object | undefined, name: string): unknown {
  const found = (settings as Readonly<Record<string, Setting<unknown> | undefined>> | undefined)?.[name];
  return found === undefined || found.from === 'unknown' ? undefined : found.value;
}

function changeFix(pair: Pair, { name, real }: Compared, declared: Sourced<unknown>): Fix[] {
  if (isNone(real)) return removeFix(pair.fileOf, declared.at, `Take ${name} out of the file`);
  return replaceFix(pair.model, declared.at, name, fileWord(pair, declared.at, name, real), true);
}

/** Files that are no flow files have bare numbers; a comma would end a value in braces. */
function fileWord({ model, fileOf }: Pair, at: SourceRange, name: string, value: unknown): string {
  const dialect = model.files.get(at.file)?.dialect;
  const word = dialect === 'flow' || dialect === 'asyncapi' ? valueWords(name, value) : String(value);
  if (!word.includes(',')) return word;
  const before = fileOf(at)?.text[at.start - 1];
  return before === '"' || before === '\'' ? word : `"${word}"`;
}

/** Writes settings that are not there yet, all at the one place where the declaration has room. */
function addFix(pair: Pair, all: readonly Compared[]): Fix[] {
  const { declared } = pair;
  const known = all.filter(({ real }) => !isNone(real));
  const stream: StreamSettings | undefined = pair.protocol === 'nats' ? declared.settings.stream : undefined;
  const place = stream && placeBelow(pair.fileOf, stream.at);
  const facts = stream === undefined ? declared.declarations
    : [{ dialect: 'flow', ...(place === undefined ? {} : { insert: place }) }];
  const parts = known.map(({ name, real }) => {
    const value = valueWords(name, real);
    return { title: `${name}: ${value}`, fix: insertFix({ facts }, name as SettingName, value.includes(',') ? `"${value}"` : value, true)[0] };
  });
  const [first] = parts;
  if (first?.fix === undefined || parts.some(({ fix }) => fix === undefined)) return [];
  const edits = parts.flatMap(({ fix }) => fix?.edits ?? []);
  const at = edits[0]!.at;
  // Within braces each is an edit of the whole: they would be in each other's way.
  const isReplacing = at.start !== at.end;
  const newText = isReplacing ? `{ ${parts.map(({ title }) => title).join(', ')} }` : edits.map((edit) => edit.newText).join('');
  return [{ title: parts.length === 1 ? first.fix.title : `Write ${parts.map(({ title }) => title).join(', ')}`, safe: true, edits: [{ at, newText }] }];
}

import type { FileFacts } from './build';
import type { ChannelRef, Fact } from './facts';
import type { ChannelTable } from './joinChannels';
import { compilePattern } from './pattern';

/**
 * Puts channels in the place of names that stand for many: an ACL's prefix, a sink's `topics.regex`, a mirror's
 * pattern. What they stand for is every channel that some file declares or names outright. Files
 * without such names are given back as they are.
 */
export function expandPatterns(files: readonly FileFacts[], channels: ChannelTable): readonly FileFacts[] {
  const withPatterns = new Set(files.filter((file) => file.facts.some((fact) => patternOf(fact) !== undefined)));
  if (withPatterns.size === 0) return files;
  for (const file of files) for (const fact of file.facts) mention(fact, file, channels);
  return files.map((file) => (withPatterns.has(file)
    ? { ...file, facts: file.facts.flatMap((fact) => expanded(fact, file, channels)) } : file));
}

function patternOf(fact: Fact): ChannelRef | undefined {
  const ref = fact.kind === 'publish' || fact.kind === 'consume' ? fact.channel : fact.kind === 'route' ? fact.from : undefined;
  return ref?.match === undefined ? undefined : ref;
}

/** Makes the channels that are only named, so that patterns find them whatever the order of files. */
function mention(fact: Fact, file: FileFacts, channels: ChannelTable): void {
  if (patternOf(fact) !== undefined) return;
  if (fact.kind === 'publish' || fact.kind === 'consume') {
    if (fact.channel) channels.resolve(fact.channel, file.id, { space: fact.kind === 'publish' ? 'exchange' : 'queue' });
  } else if (fact.kind === 'route') {
    channels.resolve(fact.from, file.id, { space: fact.route === 'binding' ? 'exchange' : 'queue' });
  }
}

function expanded(fact: Fact, file: FileFacts, channels: ChannelTable): readonly Fact[] {
  const ref = patternOf(fact);
  if (ref === undefined) return [fact];
  const takenIn = matcherOf(ref);
  const isLeftOut = ref.except === undefined ? undefined : wholeMatch(ref.except);
  const matches = (name: string): boolean => takenIn(name) && isLeftOut?.(name) !== true;
  const named = (name: string): ChannelRef => {
    const { match: _, except: __, ...rest } = ref;
    return { ...rest, name: { value: name, at: ref.name.at } };
  };
  const found = channels.matching(ref, file.id, matches);
  if (fact.kind === 'route') {
    const names = fact.route === 'mirror' ? found.filter((name) => !internal.test(name)) : found;
    return names.map((name) => ({
      ...fact, from: named(name),
      to: { ...fact.to, name: { ...fact.to.name, value: fact.to.name.value.replaceAll('$&', () => name) } },
    }));
  }
  return found.map((name) => ({ ...fact, channel: named(name) }) as Fact);
}

/** Topics that MirrorMaker 2 leaves out unless told otherwise (`topics.exclude`), and its own. */
const internal = /[-.]internal$|\.replica$|^__|^mm2-|^heartbeats$|\.heartbeats$|\.checkpoints\.internal$/;

function matcherOf(ref: ChannelRef): (name: string) => boolean {
  const written = ref.name.value;
  if (ref.match === 'prefix') return (name) => name.startsWith(written);
  return wholeMatch(written);
}

/** Kafka's own pattern languages match a name as a whole (java.util.regex.Matcher.matches). */
function wholeMatch(written: string): (name: string) => boolean {
  const pattern = compilePattern(`^(?:${written})$`);
  return 'matches' in pattern ? pattern.matches : () => false;
}

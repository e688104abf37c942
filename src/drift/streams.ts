import { channelWords } from '../lint/words';
import { patternsOverlap } from '../model/match';
import type { Broker, Channel } from '../model/model';
import type { Fix } from '../text/problem';
import type { SourceRange } from '../text/range';
import { onBroker, type Sides } from './sides';
import { listAround, placeBelow } from './fixes';
import type { Findings } from './problem';
import type { RealBroker } from './real';
import { inline } from './yamlText';

/** The streams that a file's channels mean: by the stream's name, else by the channel's, else by the subject that it takes in. */
export function pairStreams(broker: Broker, real: RealBroker): Map<Channel, Channel> {
  const pairs = new Map<Channel, Channel>();
  for (const channel of broker.channels) {
    const found = channel.settings.stream === undefined ? undefined : streamFor(channel, real);
    if (found !== undefined) pairs.set(channel, found);
  }
  return pairs;
}

/** The stream of the broker that a channel is, or whose subjects take it in. */
export function streamFor(channel: Channel, real: RealBroker): Channel | undefined {
  const streams = onBroker(real);
  const named = channel.settings.stream?.name?.value;
  if (named !== undefined) return streams.find(({ address }) => address === named);
  return streams.find(({ address }) => address === channel.address)
    ?? streams.find((one) => subjectsOf(one).some((subject) => patternsOverlap('nats', subject, channel.address)));
}

function subjectsOf({ settings }: Channel): readonly string[] {
  return settings.stream?.subjects?.map(({ value }) => value) ?? [];
}

/** Compares the subjects of a stream: those that are written, else the channel's own address. */
export function compareSubjects(sides: Sides, declared: Channel, real: Channel, findings: Findings): void {
  const { name, fileOf } = sides;
  const written = declared.settings.stream?.subjects;
  const has = subjectsOf(real);
  const at = written?.[0]?.at ?? declared.at;
  const says = written?.map(({ value }) => value) ?? (declared.address === real.address ? [] : [declared.address]);
  if (says.length === 0) return;
  // A channel that is a subject speaks of itself alone: the stream may take in others too.
  const lacking = says.filter((subject) => !has.some((one) => one === subject || (written === undefined && takes(one, subject))));
  const more = written === undefined ? [] : has.filter((subject) => !says.includes(subject));
  const subject = `stream ${real.address}`;
  if (lacking.length === 0 && more.length === 0) {
    findings.same(subject, 'subjects', says.join(', '), has.join(', '), at);
    return;
  }
  const parts = [
    ...(lacking.length > 0 ? [`does not take in ${lacking.join(', ')}, as the file says: what is published there is not stored`] : []),
    ...(more.length > 0 ? [`takes in ${more.join(', ')}, which the file does not say`] : []),
  ];
  findings.add({
    code: 'drift/subjects', subject, what: 'subjects', declared: says.join(', '), real: has.join(', '), at,
    message: `Stream ${real.address} on ${name} ${parts.join(', and ')}. Write what the broker has, or change it there (${channelWords(declared)}).`,
    fixes: written === undefined ? writeSubjects(sides, declared, has) : replaceSubjects(fileOf, at, has),
  });
}

function takes(pattern: string, subject: string): boolean {
  return patternsOverlap('nats', pattern, subject);
}

function writeSubjects({ fileOf }: Sides, declared: Channel, subjects: readonly string[]): Fix[] {
  const place = declared.settings.stream && placeBelow(fileOf, declared.settings.stream.at);
  if (place === undefined) return [];
  const { at, before, separator, after } = place;
  return [{ title: `Write subjects ${subjects.join(', ')}`, safe: true, edits: [{ at, newText: `${before}subjects${separator}${inline(subjects)}${after}` }] }];
}

function replaceSubjects(fileOf: Sides['fileOf'], at: SourceRange, subjects: readonly string[]): Fix[] {
  const node = listAround(fileOf, at);
  return node === undefined ? [] : [{ title: `Set subjects to ${subjects.join(', ')}`, safe: true, edits: [{ at: node, newText: inline(subjects) }] }];
}

import { effectiveConsume } from '../delivery/effective';
import { insertFix, replaceFix } from '../lint/dialectKeys';
import { channelWords } from '../lint/words';
import type { Channel, Consume } from '../model/model';
import type { SettingName } from '../model/settings';
import { valueWords } from '../model/settingWords';
import { isOwnTap, type Sides } from './sides';
import { addEntryFix } from './fixes';
import { consumerKeys } from './nats';
import type { Findings } from './problem';
import { isSame, words } from './settings';
import { streamFor } from './streams';

/** Compares who reads: groups of Kafka, durable consumers of JetStream, readers of queues. */
export function compareConsumers(sides: Sides, findings: Findings): void {
  switch (sides.real.protocol) {
    case 'kafka': return compareGroups(sides, findings);
    case 'nats': return compareDurables(sides, findings);
    case 'rabbitmq': return compareReaders(sides, findings);
    case 'mqtt': return;
  }
}

/** More of them than anybody reads. */
const most = 200;

function compareGroups(sides: Sides, findings: Findings): void {
  const { broker, name, pairs } = sides;
  let unknown = 0;
  // What a program's own configuration names without a topic is known all the same.
  const named = sides.model.consumes.flatMap(({ channel, settings }) => (channel === undefined && settings.group !== undefined ? [settings.group.value] : []));
  for (const channel of broker.channels) {
    const there = pairs.get(channel);
    if (there === undefined) continue;
    const groups = new Map(there.consumes.map((one) => [one.settings.group?.value, one]));
    const known = new Set<string>(named);
    for (const consume of channel.consumes) {
      const group = consume.settings.group;
      const id = group?.value ?? consume.service.name;
      known.add(id);
      if (group === undefined || isUnsure(id)) continue;
      const subject = channelWords(channel);
      if (groups.has(id)) findings.same(subject, `group ${id}`, 'yes', 'yes', group.at);
      else if (sides.isRead('consumers') && consume.settings.shareGroup?.value !== true) {
        findings.add({
          code: 'drift/missing-consumer', subject, what: `group ${id}`, declared: 'yes', real: 'no', at: group.at,
          message: `${consume.service.name} reads ${subject} as group ${id}, which ${name} does not know: it never read there, or its offsets have expired, `
            + 'and it will begin anew. See whether it runs, and whether it says this group.',
        });
      }
    }
    if (channel.consumes.some(({ settings }) => settings.group !== undefined && isUnsure(settings.group.value))) continue;
    for (const consume of there.consumes) {
      const id = consume.settings.group?.value ?? consume.service.name;
      if (known.has(id) || isOwnTap(id)) continue;
      if (++unknown <= most) tellUnknownReader(sides, channel, consume, id, findings);
    }
  }
  if (unknown > most) findings.notes.push(`${unknown - most} more readings of topics by groups on ${name} are in no file.`);
}

function tellUnknownReader(sides: Sides, channel: Channel, consume: Consume, id: string, findings: Findings): void {
  const { name, fileOf } = sides;
  const isNew = sides.model.service(id) === undefined;
  findings.add({
    code: 'drift/unknown-consumer', subject: channelWords(channel), what: `group ${id}`, declared: 'no', real: 'yes', at: channel.at,
    message: `Group ${id} reads ${channelWords(channel)} on ${name}, and no file knows it: whoever it is would not be asked before the topic or its contract changes. `
      + 'Add the service that it belongs to.',
    fixes: !isNew ? [] : addEntryFix(fileOf, channel.at, 'services', id, { consumes: consumesOf(sides, consume, () => ({ group: id })) }),
  });
}

/** All that a reader reads of the channels that files know, so that its service is added once and whole. */
function consumesOf({ pairs }: Sides, { service }: Consume, block: (consume: Consume) => object): object {
  const declared = declaredOf(pairs);
  return Object.fromEntries(service.consumes.flatMap((one): [string, object][] => {
    const id = one.channel && declared.get(one.channel)?.id;
    return id === undefined ? [] : [[id, block(one)]];
  }));
}

/** The pairs the other way round, once for all readers. */
const turned = new WeakMap<Sides['pairs'], ReadonlyMap<Channel, Channel>>();

function declaredOf(pairs: Sides['pairs']): ReadonlyMap<Channel, Channel> {
  const found = turned.get(pairs) ?? new Map([...pairs].map(([declared, real]) => [real, declared]));
  turned.set(pairs, found);
  return found;
}

/** Names that somebody fills in later. */
function isUnsure(name: string): boolean {
  return /[{}$]/.test(name);
}

function compareDurables(sides: Sides, findings: Findings): void {
  const { broker, name, real, pairs } = sides;
  const known = new Map<Channel, Set<string>>();
  for (const channel of broker.channels) {
    const stream = pairs.get(channel) ?? streamFor(channel, real);
    if (stream === undefined) continue;
    for (const consume of channel.consumes) {
      const durable = consume.settings.durable;
      const id = typeof durable?.value === 'string' ? durable.value : undefined;
      const names = known.get(stream) ?? new Set();
      known.set(stream, names.add(id ?? consume.service.name));
      if (durable === undefined || id === undefined || isUnsure(id)) continue;
      const found = stream.consumes.find((one) => one.settings.durable?.value === id);
      if (found !== undefined) compareDurable(sides, consume, found, findings);
      else if (sides.isRead('consumers')) {
        findings.add({
          code: 'drift/missing-consumer', severity: 'warning', subject: `stream ${stream.address}`, what: `durable ${id}`, declared: 'yes', real: 'no', at: durable.at,
          message: `${consume.service.name} reads ${channelWords(channel)} as durable ${id}, which stream ${stream.address} on ${name} does not have: nothing is kept for it. `
            + 'See whether it runs, and whether it says this name.',
        });
      }
    }
  }
  for (const [channel, stream] of pairs) {
    for (const consume of stream.consumes) {
      const id = consume.service.name;
      if (known.get(stream)?.has(id) === true || isOwnTap(id)) continue;
      known.set(stream, (known.get(stream) ?? new Set()).add(id));
      findings.add({
        code: 'drift/unknown-consumer', subject: `stream ${stream.address}`, what: `durable ${id}`, declared: 'no', real: 'yes', at: channel.at,
        message: `Consumer ${id} of stream ${stream.address} is on ${name}, and no file knows it: messages may be kept for a program that nobody runs. `
          + 'Add the service that it belongs to, or delete the consumer.',
        fixes: sides.model.service(id) === undefined
          ? addEntryFix(sides.fileOf, channel.at, 'services', id, { consumes: consumesOf(sides, consume, durableBlock) }) : [],
      });
    }
  }
}

const durableNames = Object.keys(consumerKeys) as (keyof typeof consumerKeys)[];

/** What a consumer is configured to, as a flow file writes it. */
export function durableBlock({ settings }: Consume): object {
  const said = settings as Readonly<Record<string, { readonly value: unknown } | undefined>>;
  return Object.fromEntries(['durable', ...durableNames].flatMap((name) => {
    const value = said[name]?.value;
    return value === undefined || isSame(name, value, defaults[name]) ? [] : [[name, typeof value === 'number' && name === 'ackWait' ? valueWords(name, value) : value]];
  }));
}

/** What the server fills in: to write it says nothing. */
const defaults: Readonly<Record<string, unknown>> = { ackWait: 30_000, maxDeliver: -1, maxAckPending: 1000 };

function compareDurable(sides: Sides, declared: Consume, real: Consume, findings: Findings): void {
  const { model, name } = sides;
  const assumed = effectiveConsume(declared);
  const subject = `durable ${real.service.name}`;
  for (const key of durableNames) {
    const said = declared.settings[key];
    const has: unknown = real.settings[key]?.value;
    if (declared.settings.open?.includes(key) === true) continue;
    if (said !== undefined) {
      if (isSame(key, said.value, has)) findings.same(subject, key, words(key, said.value), words(key, has), said.at);
      else {
        findings.add({
          code: 'drift/setting', subject, what: key, declared: words(key, said.value), real: words(key, has), at: said.at,
          message: `${declared.service.name}: the file says ${key} ${words(key, said.value)}, and the consumer ${real.service.name} on ${name} has ${words(key, has)} (${consumerKeys[key]}). `
            + 'The server goes by its own. Write what it has, or change the consumer.',
          fixes: has === undefined ? [] : replaceFix(model, said.at, key, valueWords(key, has), true),
        });
      }
      continue;
    }
    const reckoned = assumed[key];
    const value: unknown = reckoned === undefined || reckoned.from === 'unknown' ? undefined : reckoned.value;
    // A client whose defaults are not known is taken for the weakest; the server knows better.
    if (has === undefined || value === undefined || isSame(key, value, has)) continue;
    findings.add({
      code: 'drift/unsaid-setting', subject, what: key, real: words(key, has), at: declared.at,
      message: `No file says ${key} (${words(key, has)} on ${name}; ${words(key, value)} is assumed) of consumer ${real.service.name}. Write what the broker has.`,
      fixes: insertFix(declared, key as SettingName, valueWords(key, has), true),
    });
  }
}

function compareReaders(sides: Sides, findings: Findings): void {
  const { name, pairs, model } = sides;
  for (const [declared, real] of pairs) {
    const subject = channelWords(declared);
    if (real.consumes.length > 0 && declared.consumes.length === 0) {
      const id = real.consumes[0]!.service.name;
      findings.add({
        code: 'drift/unknown-consumer', subject, what: 'consumers', declared: 'no', real: 'yes', at: declared.at,
        message: `Somebody reads ${subject} on ${name}, and no file says who. Add the service that does.`,
        fixes: model.service(id) === undefined ? addEntryFix(sides.fileOf, declared.at, 'services', id, { consumes: { [declared.id]: readerBlock(real.consumes[0]!) } }) : [],
      });
    }
    const [said] = declared.consumes;
    const [has] = real.consumes;
    // Of several readers nobody can tell which is which.
    if (said === undefined || has === undefined || declared.consumes.length > 1 || real.consumes.length > 1) continue;
    for (const key of ['prefetch', 'ack'] as const) {
      const written = said.settings[key];
      const value: unknown = has.settings[key]?.value;
      if (written === undefined || value === undefined) continue;
      if (isSame(key, written.value, value)) {
        findings.same(subject, key, words(key, written.value), words(key, value), written.at);
        continue;
      }
      findings.add({
        code: 'drift/setting', subject, what: key, declared: words(key, written.value), real: words(key, value), at: written.at,
        message: `${said.service.name}: the file says ${key} ${words(key, written.value)}, and the consumer of ${subject} on ${name} has ${words(key, value)}. `
          + 'What the program asks for counts. Write what it has, or see which version runs.',
        fixes: replaceFix(model, written.at, key, String(value), true),
      });
    }
  }
}

export function readerBlock({ settings: { prefetch, ack } }: Consume): object {
  return { ...(ack === undefined ? {} : { ack: ack.value }), ...(prefetch === undefined ? {} : { prefetch: prefetch.value }) };
}

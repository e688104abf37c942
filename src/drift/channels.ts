import type { TapTarget } from '../brokers/driver';
import { channelWords } from '../lint/words';
import type { Broker, Channel } from '../model/model';
import { didYouMeanText } from '../text/suggest';
import { documentOf } from './document';
import { addEntryFix, removeFix } from './fixes';
import type { Findings } from './problem';
import type { RealBroker } from './real';
import { capital, isOfBroker, isOwnTap, onBroker, type Sides } from './sides';

/** More of them at one line than anybody reads. */
const most = 200;

/** Tells the declared channels that are not on the broker. */
export function tellMissing(sides: Sides, findings: Findings): void {
  const { broker, name, real, pairs, fileOf } = sides;
  const paired = new Set(pairs.values());
  const names = onBroker(real).filter((one) => !paired.has(one)).map(({ address }) => address);
  let count = 0;
  const hidden: string[] = [];
  for (const channel of broker.channels) {
    if (pairs.has(channel) || isOfBroker(channel) || !mustBeThere(channel)) continue;
    if (isHidden(sides, channel)) {
      hidden.push(channel.address);
      continue;
    }
    const stream = channel.settings.stream?.name?.value;
    const subject = stream === undefined ? channelWords(channel) : `stream ${stream}`;
    // Of thousands that are missing nobody has mistyped each.
    const guess = ++count <= most ? didYouMeanText(channel.address, names) : '';
    const verb = channel.declarations.length > 0 ? 'is declared on' : 'is used on';
    findings.add({
      code: 'drift/missing-channel', subject, what: 'is there', declared: 'yes', real: 'no', at: channel.at,
      message: `${capital(subject)} ${verb} ${name}, and it is not there.${guess} `
        + `${follows[real.protocol] ?? ''} Make it, or take it out of the file.`,
      fixes: channel.declarations.length > 0 ? removeFix(fileOf, channel.at, `Take ${channel.address} out of the file`) : [],
    });
  }
  if (hidden.length > 0) {
    findings.notes.push(`The rights on ${name} do not let one see whether these are there: ${hidden.sort().join(', ')}.`);
  }
}

const follows: Readonly<Partial<Record<string, string>>> = {
  kafka: 'Who publishes to it fails, or makes a topic of the broker’s defaults where topics make themselves.',
  rabbitmq: 'What is sent to it is dropped or refused.',
  nats: 'What is published to its subjects is not stored.',
};

function isHidden({ real: { inventory } }: Sides, channel: Channel): boolean {
  const names = [channel.address, channel.settings.stream?.name?.value];
  return inventory.hidden?.some((one) =>
    names.includes(one.address) && (one.kind === 'exchange') === (channel.space === 'exchange')) === true;
}

/** What must be on a broker by its files, as its driver is asked for it. */
export function wantedTargets({ channels }: Broker): readonly TapTarget[] {
  return channels.filter((one) => !isOfBroker(one) && mustBeThere(one)).map(({ address, kind, settings }) => {
    const stream = settings.stream?.name?.value;
    return stream === undefined ? { address, kind } : { address: stream, kind: 'stream' };
  });
}

/** Queues of one connection come and go, and subjects of core NATS are not there at all. */
function mustBeThere({ protocol, settings, declarations, publishes, consumes, routesIn, routesOut }: Channel): boolean {
  if (protocol === 'nats') return settings.stream !== undefined;
  if (settings.exclusive?.value === true || settings.autoDelete?.value === true) return false;
  return declarations.length > 0 || publishes.length > 0 || consumes.length > 0 || routesIn.length > 0 || routesOut.length > 0;
}

/** Tells the channels of the broker that no file knows. */
export function tellUnknown(sides: Sides, findings: Findings): void {
  const { broker, name, real, pairs, fileOf } = sides;
  const known = new Set(pairs.values());
  // Where a fix can add them, if there is such a place.
  const at = (broker.facts.find(({ dialect }) => dialect === 'flow') ?? broker.facts[0])?.name.at;
  const unknown = onBroker(real).filter((one) => !known.has(one) && !isOfBroker(one) && !isOwnTap(one.address) && !isPassing(real, one));
  if (at === undefined || unknown.length === 0) return;
  const shown = unknown.slice(0, most);
  const addresses = new Set(shown.map(({ address }) => address));
  const channels = real.inventory.channels.filter(({ address }) => addresses.has(address));
  const { blocks } = documentOf(real.protocol, { ...real.inventory, channels, consumers: [] }, { name });
  for (const channel of shown) {
    const block = blocks.find(({ channel: one }) => streamName(one) === streamName(channel) && one.space === channel.space);
    findings.add({
      code: 'drift/unknown-channel', subject: channelWords(channel), what: 'is there', declared: 'no', real: 'yes', at,
      message: `${capital(channelWords(channel))} is on ${name}, and no file says so: it is not checked, and the graph does not show it. `
        + 'Add it to a file, or delete it where nobody needs it.',
      fixes: block === undefined ? [] : addEntryFix(fileOf, at, 'channels', block.key, block.block),
    });
  }
  if (unknown.length > most) findings.notes.push(`${unknown.length - most} more channels of ${name} are in no file.`);
}

/** What tells channels apart on the broker: a stream has a name beside its subjects. */
function streamName({ address, settings }: Channel): string {
  return settings.stream?.name?.value ?? address;
}

/** A queue of one connection, which nobody would declare in a file. */
function isPassing(real: RealBroker, channel: Channel): boolean {
  return real.protocol === 'rabbitmq' && channel.settings.exclusive?.value === true;
}

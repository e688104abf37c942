import type { Sourced } from '../../text/range';
import type { ChannelFact, Fact } from '../../model/facts';
import { defined } from '../shared/defined';
import { isNameOf } from '../shared/namedTopics';
import type { Arguments, Base, FindBroker } from './commands';

/** `nats stream add ORDERS --subjects "orders.*" --storage file …`. */
export function natsStream(args: Arguments, base: Base, find: FindBroker): Fact[] {
  const taking = [
    '-s', '--server', '--subjects', '--storage', '--replicas', '--retention', '--discard', '--max-msgs',
    '--max-age', '--max-bytes', '--dupe-window', '--user', '--password', '--creds', '--context',
    '--max-msg-size', '--max-msgs-per-subject', '--max-consumers', '--description', '--config', '--timeout',
    '--nkey', '--tlsca',
  ];
  const [stream, add, name] = args.plain(taking);
  if (!/^(stream|str|s)$/.test(stream?.text ?? '') || !/^(add|create|new)$/.test(add?.text ?? '')) return [];
  const known = name === undefined ? undefined : args.known(name);
  if (known === undefined || !isNameOf('subject', known.value)) return [];
  const replicas = args.value('--replicas');
  const subjects = args.values('--subjects').flatMap((list) => partsOf(list));
  const broker = find('nats', args.value('-s', '--server')?.value);
  return [defined<ChannelFact>({
    ...base, kind: 'channel', address: known, protocol: 'nats',
    broker: broker === undefined ? undefined : { value: broker, at: known.at },
    settings: {
      stream: defined({
        at: known.at, name: known, subjects: subjects.length === 0 ? undefined : subjects,
        storage: wordOf(args.value('--storage'), storages),
        replicas: replicas && /^\d$/.test(replicas.value)
          ? { value: Number(replicas.value), at: replicas.at } : undefined,
        retention: wordOf(args.value('--retention'), retentions),
        discard: wordOf(args.value('--discard'), { old: 'old', new: 'new' }),
      }),
    },
  })];
}

const storages: Readonly<Record<string, 'file' | 'memory'>> = {
  file: 'file', f: 'file', memory: 'memory', m: 'memory',
};

const retentions: Readonly<Record<string, 'limits' | 'interest' | 'workqueue'>> = {
  limits: 'limits', interest: 'interest', workq: 'workqueue', work: 'workqueue', workqueue: 'workqueue',
};

function wordOf<T extends string>(
  found: Sourced<string> | undefined, words: Readonly<Record<string, T>>,
): Sourced<T> | undefined {
  const key = found?.value.toLowerCase() ?? '';
  const value = Object.hasOwn(words, key) ? words[key] : undefined;
  return found && value ? { value, at: found.at } : undefined;
}

/** The parts of a list with commas, each with its own place. */
function partsOf(list: Sourced<string>): Sourced<string>[] {
  let from = list.at.start;
  const isPlain = list.at.end - list.at.start === list.value.length;
  return list.value.split(',').flatMap((part) => {
    const at = isPlain ? { ...list.at, start: from, end: from + part.length } : list.at;
    from += part.length + 1;
    return part === '' ? [] : [{ value: part, at }];
  });
}

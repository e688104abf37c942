import type { ChannelSettings } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from './defined';

/** Kafka's own names of the topic settings that the model knows (TopicConfig), by the model's names. */
const keys = {
  retention: 'retention.ms',
  partitions: 'num.partitions',
  replicas: 'replication.factor',
  minInsyncReplicas: 'min.insync.replicas',
  cleanup: 'cleanup.policy',
  uncleanLeaderElection: 'unclean.leader.election.enable',
  maxMessageSize: 'max.message.bytes',
} as const;

type Name = keyof typeof keys;

/**
 * What a topic's configuration says, from Kafka's native keys. `num.partitions` and `replication.factor`,
 * which are no topic configuration of Kafka's but stand in it in several tools, are asked for too.
 * @param get a key's text with its place; 'open' where it is stated but nobody can tell its value (a
 * placeholder without a default); undefined where it is not written.
 */
export function topicSettings(get: (key: string) => Sourced<string> | 'open' | undefined): ChannelSettings {
  const open: Name[] = [];
  const read = <T>(name: Name, parse: (text: string) => T | undefined): Sourced<T> | undefined => {
    const said = get(keys[name]);
    if (said === undefined) return undefined;
    const value = said === 'open' ? undefined : parse(said.value.trim());
    if (said !== 'open' && value !== undefined) return { value, at: said.at };
    open.push(name);
    return undefined;
  };
  const settings = defined<ChannelSettings>({
    retention: read('retention', whole),
    partitions: read('partitions', natural),
    replicas: read('replicas', natural),
    minInsyncReplicas: read('minInsyncReplicas', natural),
    cleanup: read('cleanup', cleanupPolicy),
    uncleanLeaderElection: read('uncleanLeaderElection', yesNo),
    maxMessageSize: read('maxMessageSize', natural),
  });
  return open.length === 0 ? settings : { ...settings, open };
}

/** Whole numbers; -1 is for ever, or the broker's default. Generators write large ones as `6.048e+08`. */
function whole(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?(e\+?\d{1,2})?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function natural(text: string): number | undefined {
  const value = whole(text);
  return value !== undefined && value >= 1 ? value : undefined;
}

/** `compact`, `delete`, or both, in Kafka's order of the documentation and without brackets or blanks. */
function cleanupPolicy(text: string): string | undefined {
  const words = text.replace(/^\[|\]$/g, '').toLowerCase().split(',').map((word) => word.trim());
  if (words.some((word) => word !== 'compact' && word !== 'delete')) return undefined;
  return [...new Set(words)].sort().join(',');
}

function yesNo(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

import type { NodeConnection } from 'kafkajs/src/cluster/index.js';
import { askNode, versionOf, WireWriter } from './wire';

const DESCRIBE_CONFIGS = 32;
const DESCRIBE_LOG_DIRS = 35;
const TOPIC = 2;
/** Set on the topic itself; the other sources are the broker's settings and Kafka's defaults. */
const SET_ON_TOPIC = 1;

export interface TopicConfig {
  readonly topic: string;
  readonly errorCode: number;
  readonly entries: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly explicit: boolean;
    readonly secret: boolean;
  }[];
}

/** All settings of topics. Undefined where the broker is older than Kafka 2.8. */
export async function topicConfigs(
  node: NodeConnection,
  topics: readonly string[],
): Promise<TopicConfig[] | undefined> {
  const version = versionOf(node, DESCRIBE_CONFIGS, 4, 4);
  if (version === undefined) return undefined;
  const body = new WireWriter();
  body.array(topics, (name) => {
    body.int8(TOPIC).string(name).array(null, () => {}).end();
  });
  body.bool(false).bool(false).end();
  return askNode(node, {
    apiKey: DESCRIBE_CONFIGS,
    apiName: 'DescribeConfigs',
    apiVersion: version,
    body,
    read: (answer) => {
      answer.int32();
      return answer.array((): TopicConfig => {
        const errorCode = answer.int16();
        answer.string(); // error's words
        answer.int8();
        const topic = answer.string() ?? '';
        const entries = answer.array(() => {
          const name = answer.string() ?? '';
          const value = answer.string();
          answer.bool(); // read only
          const source = answer.int8();
          const secret = answer.bool();
          answer.array(() => {
            answer.string();
            answer.string();
            answer.int8();
            answer.end();
          });
          answer.int8(); // type
          answer.string(); // documentation
          answer.end();
          return { name, value, explicit: source === SET_ON_TOPIC, secret };
        });
        answer.end();
        return { topic, errorCode, entries };
      });
    },
  });
}

/**
 * The bytes of a node's replicas, by topic and partition. Undefined where it does not tell: that needs the
 * right DESCRIBE on the cluster, and Kafka 2.6.
 */
export async function replicaSizes(
  node: NodeConnection,
  topics: ReadonlyMap<string, readonly number[]>,
): Promise<Map<string, Map<number, number>> | undefined> {
  const version = versionOf(node, DESCRIBE_LOG_DIRS, 2, 4);
  if (version === undefined) return undefined;
  const body = new WireWriter();
  body.array([...topics], ([topic, partitions]) => {
    body.string(topic).array(partitions, (p) => body.int32(p)).end();
  });
  return askNode(node, {
    apiKey: DESCRIBE_LOG_DIRS,
    apiName: 'DescribeLogDirs',
    apiVersion: version,
    body: body.end(),
    read: (answer) => {
      answer.int32();
      let refused = version >= 3 && answer.int16() !== 0;
      const sizes = new Map<string, Map<number, number>>();
      const folders = answer.array(() => {
        if (answer.int16() !== 0) refused = true;
        answer.string(); // the folder
        answer.array(() => {
          const topic = answer.string() ?? '';
          const known = sizes.get(topic) ?? new Map<number, number>();
          sizes.set(topic, known);
          answer.array(() => {
            const partition = answer.int32();
            const size = answer.offset();
            answer.offset(); // how far the replica is behind
            const isFuture = answer.bool();
            answer.end();
            if (!isFuture) known.set(partition, size);
          });
          answer.end();
        });
        if (version >= 4) for (let n = 0; n < 2; n++) answer.offset(); // total and usable bytes
        answer.end();
      }).length;
      return refused || folders === 0 ? undefined : sizes;
    },
  });
}
